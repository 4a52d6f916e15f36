"""Write the exclusions of a target anew, from what its cases did."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from pprint import pformat

from tests.conformance.agreement import Outcome, Verdict
from tests.conformance.case import Case
from tests.exclusions import EXCLUDED, Reason, reason_for

PATH = Path(__file__).resolve().parents[1] / "exclusions.py"
START = "EXCLUDED: "
NOTE = '"""Target, reason, name of the case: its dtypes."""\n'
TELLING = {
    "kernel": Reason.NO_KERNEL,
    "complex": Reason.NO_SPECIFICATION,
    "specification": Reason.NO_SPECIFICATION,
    "symbolic": Reason.SYMBOLIC,
    "free": Reason.SYMBOLIC,
}
"""Words of a refusal that tell its reason; the first that occurs counts."""

Entries = dict[Reason, dict[str, str]]


def renew(target: str, outcomes: Iterable[tuple[Case, str, Outcome]]) -> list[str]:
    """Replace a target's entries.

    Returns:
        The cases that answer otherwise without a reason: to be put right, or to be entered by hand.
    """
    found: dict[Reason, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    open_cases = []
    for case, dtype, outcome in outcomes:
        reason = _reason(target, case, dtype, outcome)
        if reason is not None:
            found[reason][case.name].append(dtype)
        elif outcome.verdict is Verdict.DIFFERS:
            open_cases.append(f"{case.name}[{dtype}] {outcome.detail}")
    entries: Entries = {
        reason: {name: " ".join(dtypes) for name, dtypes in found[reason].items()}
        for reason in Reason
        if reason in found
    }
    write(EXCLUDED | {target: entries})
    return open_cases


def _reason(target: str, case: Case, dtype: str, outcome: Outcome) -> Reason | None:
    if outcome.verdict is Verdict.REFUSED:
        words = (reason for word, reason in TELLING.items() if word in outcome.detail)
        return next(words, Reason.NO_SPECIFICATION if dtype.startswith("complex") else Reason.NO_RULE)
    if re.search(r": -?0(\.0)?, wanted -?0(\.0)? ", outcome.detail):
        return Reason.ZERO_SIGN
    if outcome.verdict is Verdict.DIFFERS:
        known = reason_for(target, case.name, dtype)
        return None if known is None or known.refuses else known
    return None


def write(entries: Mapping[str, Entries]) -> None:
    """Replace the table at the end of the file."""
    head = PATH.read_text().partition(START)[0]
    lines = ["{"]
    for target, reasons in entries.items():
        lines.append(f'    "{target}": {{')
        for reason, cases in reasons.items():
            table = pformat(cases, width=100, sort_dicts=False).replace("'", '"').strip("{}")
            lines.append(f"        {reason}: {{{table},}},")
        lines.append("    },")
    PATH.write_text(f"{head}{START}dict[str, dict[Reason, dict[str, str]]] = " + "\n".join([*lines, "}"]) + "\n" + NOTE)
