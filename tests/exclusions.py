"""What a target does not run as JAX does: by target, by a reason of a closed list, the case and its dtypes.

`python -m tests.conformance --target TARGET --renew` writes a target's entries anew; each is tested to still hold.
"""

from enum import Enum


class Reason(Enum):
    """Why a case is excluded; the text stands in the documentation."""

    NO_RULE = "the target has no rule for an operation"
    NO_KERNEL = "the runtime has no kernel for the operation at this dtype"
    NO_SPECIFICATION = "the format cannot express it"
    SYMBOLIC = "the program depends on the number behind a free axis"
    ROUNDING = "the runtime approximates more coarsely"
    ZERO_SIGN = "the runtime loses the sign of a zero"
    RUNTIME_BUG = "the runtime answers wrongly"

    @property
    def refuses(self) -> bool:
        """Whether the target refuses the case, rather than answer otherwise."""
        return self not in (Reason.ROUNDING, Reason.ZERO_SIGN, Reason.RUNTIME_BUG)


def reason_for(target: str, name: str, dtype: str) -> Reason | None:
    """Why a case at a dtype is excluded on a target; None if it is not."""
    for reason, cases in EXCLUDED.get(target, {}).items():
        if dtype in cases.get(name, "").split():
            return reason
    return None


EXCLUDED: dict[str, dict[Reason, dict[str, str]]] = {
    "onnx": {Reason.ROUNDING: {"elementwise.logistic": "float32 float64"}},
}
"""Target, reason, name of the case: its dtypes."""
