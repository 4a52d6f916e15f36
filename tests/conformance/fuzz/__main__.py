"""Hit every primitive at every dtype on every target with random programs, and print how often.

python -m tests.conformance.fuzz                 # two hours at most
python -m tests.conformance.fuzz --minutes 5 --seed 3
"""

import argparse
import time
import warnings
from collections import Counter

from hypothesis import HealthCheck, given, seed, settings

from tests.conformance.fuzz.check import TARGETS, Hits, check
from tests.conformance.fuzz.operators import OPERATORS, Operator
from tests.conformance.fuzz.plan import plans

WANTED_HITS, EXAMPLES = 20, 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.fuzz")
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    hits: Hits = Counter()
    start, programs = time.monotonic(), 0
    subjects = [(operator, dtype) for operator in OPERATORS for dtype in operator.dtypes]
    missing, turn = subjects, options.seed
    while missing and time.monotonic() - start < 60 * options.minutes:
        for operator, dtype in missing:
            if time.monotonic() - start > 60 * options.minutes:
                break
            search(operator, dtype, turn, hits)
            programs += EXAMPLES
        turn += 1
        missing = [each for each in missing if _is_rare(each, hits)]
    print(table(hits))
    print(
        f"{programs:,} programs in {time.monotonic() - start:.0f} s, no wrong answer; {len(missing)} pairs to hit yet"
    )


def search(operator: Operator, dtype: str, turn: int, hits: Hits) -> None:
    """Draw programs that begin with an operator at a dtype; the first wrong answer is shrunk and raised."""

    @seed(turn)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=False,
        report_multiple_bugs=False,
    )  # fmt: skip
    @given(plans(operator, dtype))
    def every_target_says_what_xla_says(plan):
        check(plan, hits)

    every_target_says_what_xla_says()


def _is_rare(subject: tuple[Operator, str], hits: Hits) -> bool:
    """Whether a target that runs the operator at the dtype has been hit too seldom; one that never ran it lacks it."""
    operator, dtype = subject
    return any(0 < hits[operator.name, dtype, target] < WANTED_HITS for target in TARGETS)


def table(hits: Hits) -> str:
    """One line per primitive and dtype, one count per target."""
    pairs = sorted({(name, dtype) for name, dtype, _ in hits})
    lines = [f"{'primitive':24}{'dtype':10}" + "".join(f"{target:>8}" for target in TARGETS)]
    for name, dtype in pairs:
        lines.append(f"{name:24}{dtype:10}" + "".join(f"{hits[name, dtype, target]:8}" for target in TARGETS))
    return "\n".join(lines)


if __name__ == "__main__":
    main()
