"""Write philtre/ops/coverage.txt: what each target makes of JAX's primitives and functions.

python -m tests.conformance.coverage
python -m tests.conformance.coverage --only jax.random
"""

import argparse
import warnings

from tests.conformance.coverage.call import Example
from tests.conformance.coverage.frozen import PATH, read, text
from tests.conformance.coverage.measure import TARGETS, measure
from tests.conformance.coverage.subjects import subjects

WRONG = ("differs", "fails")
SAVED = 100


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.coverage")
    parser.add_argument(
        "--only", nargs="*", default=[""], help="parts of names: print those, and renew their lines alone"
    )
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    names, examples = names_and_examples(options.only)
    entries = dict.fromkeys(names, "") | {
        name: line for name, line in (read() if PATH.exists() else {}).items() if name in names
    }
    entries |= {name: reason for name, reason in names.items() if reason}
    for done, (name, line) in enumerate(measure(examples)):
        entries[name] = line
        for target in TARGETS:
            if options.only != [""] or line[target].startswith(WRONG):
                print(f"{name}: {target} {line[target]}", flush=True)
        if done % SAVED == 0:
            PATH.write_text(text(entries))
    PATH.write_text(text(entries))


def names_and_examples(parts: list[str]) -> tuple[dict[str, str], list[Example]]:
    """All names with the reason where there is nothing to run, and the examples whose names have one of the parts."""
    names: dict[str, str] = {}
    examples: list[Example] = []
    for subject in subjects():
        name, reason = (subject.name, "") if isinstance(subject, Example) else subject
        names[name] = reason
        if isinstance(subject, Example) and any(part in name for part in parts):
            examples.append(subject)
    return names, examples


if __name__ == "__main__":
    main()
