"""Write docs/conformance.md from the cases, their exclusions and the coverage list.

python -m tests.conformance.docs
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from philtre.targets.choice import RUNTIMES
from tests.conformance.coverage.frozen import read
from tests.conformance.coverage.measure import RUNS
from tests.conformance.programs import CASES, GROUPS
from tests.exclusions import EXCLUDED, Reason, reason_for

PATH = Path(__file__).resolve().parents[2] / "docs" / "conformance.md"
HEAD = """\
# Conformance

Every target runs the same small programs at the same dtypes and must say what XLA says: NaN, infinities, whole numbers,
shapes and dtypes exactly, floats within 8 times XLA's own error against float64 and 16 epsilons. What a target does not
run so is refused, or stands below with one of these reasons, and a test sees that the reason still holds.
This page is written by `python -m tests.conformance.docs`.

```python
import numpy as np
import philtre as ph
from philtre.testing import assert_targets_agree

assert_targets_agree(ph.Program(lambda x: x / (1 + x * x)), np.float32([0, 1, -3]))
```
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, _reasons(), _functions(), _groups(), _differences()])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _reasons() -> str:
    counts = {
        target: Counter({reason: sum(len(d.split()) for d in cases.values()) for reason, cases in reasons.items()})
        for target, reasons in EXCLUDED.items()
    }
    rows = [[reason.value, *(str(counts.get(t, Counter())[reason]) for t in RUNTIMES)] for reason in Reason]
    every = sum(len(case.dtypes) for case in CASES)
    return f"## Reasons\n\nOf {every:,} programs and dtypes are excluded:\n\n" + _table(["reason", *RUNTIMES], rows)


def _functions() -> str:
    """Of the public functions of JAX, how many run, by module."""
    counts: Counter[tuple[str, str]] = Counter()
    for name, line in read().items():
        if not isinstance(line, str):
            room = _room(name)
            counts.update({(room, "all"): 1} | {(room, target): int(line[target] == RUNS) for target in line})
    rooms = dict.fromkeys(room for room, _ in counts)
    rows = [[f"`{room}`", str(counts[room, "all"]), *(str(counts[room, t]) for t in RUNTIMES)] for room in rooms]
    told = "How many run; `philtre/ops/coverage.txt` names each, and why the others are refused."
    return f"## Functions of JAX, their gradients and maps\n\n{told}\n\n" + _table(["", "all", *RUNTIMES], rows)


def _room(name: str) -> str:
    if name.startswith("primitive "):
        return "primitives"
    called = name.removesuffix(")").removeprefix("grad(").removeprefix("vmap(")
    kind = name.partition("(")[0] + " of " if name.endswith(")") else ""
    return kind + called.rpartition(".")[0]


def _groups() -> str:
    rows = []
    for group in GROUPS:
        pairs = [(case.name, dtype) for case in CASES if case.group == group for dtype in case.dtypes]
        runs = [str(sum(reason_for(target, *pair) is None for pair in pairs)) for target in RUNTIMES]
        rows.append([group, str(len(pairs)), *runs])
    return "## Programs by group\n\n" + _table(["group", "all", *RUNTIMES], rows)


def _differences() -> str:
    """One row per program that not every target runs at every dtype."""
    rows = []
    for case in CASES:
        cells = [_cell(target, case.name) for target in RUNTIMES]
        if any(cells):
            rows.append([f"`{case.name}`", *cells])
    told = "Dtypes that a target does not run as XLA does; all other programs run everywhere, at all their dtypes."
    return f"## Programs that some target does not run\n\n{told}\n\n" + _table(["program", *RUNTIMES], rows)


def _cell(target: str, name: str) -> str:
    reasons = EXCLUDED.get(target, {}).items()
    return "; ".join(f"{cases[name].replace(' ', ', ')}: {reason.value}" for reason, cases in reasons if name in cases)


if __name__ == "__main__":
    PATH.write_text(page())
