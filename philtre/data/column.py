"""A column of a recipe: its kind, its steps, and why."""

import json
from dataclasses import dataclass, field
from itertools import accumulate

from philtre.data.kind import KINDS
from philtre.data.steps import Derive, Drop, Step
from philtre.errors import DataError
from philtre.fields import PLAIN, Spelling

SUSPECT = "suspect"
"""The word in the reason of a column which may know the target."""
ORDERED = "the rows are in its order"
"""In the reason of a column of moments that rise, or fall, from row to row."""


@dataclass(frozen=True, init=False)
class Column:
    """What a recipe does with one column. Immutable; equal by all but the reason.

    Args:
        kind: "number", "integer", "boolean", "category", "text", "timestamp" or "derived"; "other" columns can only be
            dropped.
        *steps: what is done, in order.
        missing: whether values may be missing when the program is asked. Infinite numbers count as missing.
        spelling: how values are written as text, where that is not plain.
        reason: why, in words.

    Raises:
        DataError: if a step does not take the kind, or values may be missing and no step fills them.

    Example:
        >>> from philtre.data import impute, scale
        >>> Column("number", impute("median"), scale("standard"), missing=True).code
        'Column("number", impute("median"), scale("standard"), missing=True)'
    """

    kind: str
    steps: tuple[Step, ...]
    missing: bool
    spelling: Spelling
    reason: str = field(compare=False)

    def __init__(
        self, kind: str, *steps: Step, missing: bool = False, spelling: Spelling = PLAIN, reason: str = ""
    ) -> None:
        values = {"kind": kind, "steps": steps, "missing": missing, "spelling": spelling, "reason": reason}
        for name, value in values.items():
            object.__setattr__(self, name, value)
        self._check()

    def _check(self) -> None:
        where = f"column of kind '{self.kind}'"
        if self.kind not in (*KINDS, "derived", "other"):
            raise DataError("column", expected=f"a kind of {[*KINDS, 'derived', 'other']}", got=repr(self.kind))
        self._check_flow(where)
        if (self.kind == "derived") != (self.derive is not None):
            raise DataError(where, expected="derive(...) as first step of a derived column only", got=self.shown)
        if self.missing and not any(step.fills for step in self.steps):
            raise DataError(
                where,
                expected="a step that fills missing values",
                got=self.shown or "no steps",
                hint='add impute("median")',
            )

    def _check_flow(self, where: str) -> None:
        for step, kind in self.flow:
            if kind not in step.kinds:
                given = f", and the steps before it give '{kind}'" if kind != self.kind else ""
                raise DataError(
                    where,
                    expected=f"steps for it, since {step.name} takes {sorted(step.kinds)}{given}",
                    got=step.code,
                )
        gives = [step.gives for step in self.steps if step.gives] or [self.kind]
        if gives[-1] in ("category", "text") and not self.dropped:
            raise DataError(
                where, expected="a step that turns it into numbers", got=self.shown or "no steps", hint="add one_hot()"
            )

    def doing(self, *steps: Step) -> "Column":
        """The same column with other steps."""
        return Column(self.kind, *steps, missing=self.missing, spelling=self.spelling, reason=self.reason)

    def because(self, reason: str) -> "Column":
        """The same column for another reason."""
        return Column(self.kind, *self.steps, missing=self.missing, spelling=self.spelling, reason=reason)

    @property
    def flow(self) -> tuple[tuple[Step, str], ...]:
        """Each step with the kind of what it takes."""
        kinds = accumulate(self.steps, lambda kind, step: step.gives or kind, initial=self.kind)
        return tuple(zip(self.steps, kinds, strict=False))

    @property
    def dropped(self) -> bool:
        """Whether the column gives no feature."""
        return any(isinstance(step, Drop) for step in self.steps)

    @property
    def suspect(self) -> bool:
        """Whether its reason says that it may know the target."""
        return SUSPECT in self.reason

    @property
    def ordered(self) -> bool:
        """Whether its reason says that the rows are in its order."""
        return ORDERED in self.reason

    @property
    def derive(self) -> Derive | None:
        """The step that computes a derived column from others."""
        first = self.steps[0] if self.steps else None
        return first if isinstance(first, Derive) else None

    @property
    def parameters(self) -> tuple[str, ...]:
        """The columns that a derived column is computed from."""
        return self.derive.parameters if self.derive else ()

    @property
    def shown(self) -> str:
        """The steps as the table of a recipe shows them."""
        return ", ".join(step.shown for step in self.steps)

    @property
    def arguments(self) -> tuple[str, ...]:
        """Python source of the arguments that make an equal column."""
        parts = [json.dumps(self.kind), *(step.code for step in self.steps)]
        if self.missing:
            parts.append("missing=True")
        if self.spelling != PLAIN:
            parts.append(f"spelling={self.spelling.code}")
        if self.reason:
            parts.append(f"reason={json.dumps(self.reason, ensure_ascii=False)}")
        return tuple(parts)

    @property
    def code(self) -> str:
        """Python source that makes an equal column."""
        return f"Column({', '.join(self.arguments)})"
