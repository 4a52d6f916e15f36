"""Write philtre/ops/coverage.txt: what each target makes of JAX's primitives and functions.

python -m tests.conformance.coverage
python -m tests.conformance.coverage --only jax.random
"""

import argparse
import warnings

from tests.conformance.coverage.call import Example
from tests.conformance.coverage.frozen import PATH, text
from tests.conformance.coverage.measure import TARGETS, measure
from tests.conformance.coverage.subjects import subjects


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.coverage")
    parser.add_argument("--only", default="", help="part of a name: print those lines, write nothing")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    entries: dict[str, dict[str, str] | str] = {}
    examples: list[Example] = []
    for subject in subjects():
        name = subject.name if isinstance(subject, Example) else subject[0]
        if options.only in name:
            entries[name] = "" if isinstance(subject, Example) else subject[1]
            examples += [subject] if isinstance(subject, Example) else []
    for name, line in measure(examples):
        entries[name] = line
        for target in TARGETS:
            if options.only or line[target].startswith(("differs", "fails")):
                print(f"{name}: {target} {line[target]}", flush=True)
    if not options.only:
        PATH.write_text(text(entries))


if __name__ == "__main__":
    main()
