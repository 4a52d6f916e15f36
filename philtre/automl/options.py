"""What a user may ask of `fit_table`, checked before anything is fitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from philtre.automl.candidate import Candidate
from philtre.automl.candidates import CANDIDATES
from philtre.errors import DataError, meant

TIME_LIMIT = 34.0
"""Seconds, where no limit is given."""

ClassWeight = str | Mapping[str, float]
"""\"balanced\", or weights by label."""


@dataclass(frozen=True)
class Options:
    """How candidates are compared, fitted and judged; see `fit_table`.

    Raises:
        DataError: if a candidate is unknown or none is left, or a number is out of its range.
    """

    metric: str | None = None
    folds: int | None = None
    groups: str | None = None
    time: str | None = None
    time_limit: float | None = None
    seed: int = 0
    candidates: Sequence[str] | None = None
    exclude: Sequence[str] = ()
    class_weight: ClassWeight | None = None
    interval: float | None = None

    def __post_init__(self) -> None:
        if not self.chosen:
            raise DataError("candidates", expected=f"at least one of {list(CANDIDATES)}", got="none that is left")
        if self.time_limit is not None and not self.time_limit > 0:
            raise DataError("time_limit", expected="seconds, more than 0", got=repr(self.time_limit))
        if self.folds is not None and (self.folds < 0 or self.folds == 1):
            raise DataError("folds", expected="0, or at least 2", got=repr(self.folds))
        if self.groups and self.time:
            raise DataError("folds", expected="groups or time", got="both")

    @property
    def chosen(self) -> list[Candidate]:
        """The candidates to compare, the cheapest first."""
        wanted = CANDIDATES if self.candidates is None else self.candidates
        for name in (*wanted, *self.exclude):
            if name not in CANDIDATES:
                known = f"one of {list(CANDIDATES)}"
                raise DataError("candidates", expected=known, got=repr(name), hint=meant(name, CANDIDATES))
        return [each for name, each in CANDIDATES.items() if name in wanted and name not in self.exclude]

    @property
    def seconds(self) -> float:
        """The time for everything."""
        return TIME_LIMIT if self.time_limit is None else self.time_limit
