"""A trial: one candidate fitted and judged on every fold, as far as the time goes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from philtre.automl.budget import Budget
from philtre.automl.candidate import Candidate, Fit, Training
from philtre.automl.options import ClassWeight
from philtre.automl.part import Part, answer, classes_of
from philtre.automl.weights import sample_weights
from philtre.data import FittedTarget, Prepared
from philtre.fields import Array

FINAL = 1.2
"""The fit on all rows is reckoned to take so much longer than its share of rows says."""


@dataclass(frozen=True)
class Trial:
    """What became of a candidate.

    Attributes:
        candidate: the one that was tried.
        parts: the folds that were done, in order.
        fits: one of each of them.
        answers: what each fit says of the rows that judge it; see `answer`.
        seconds: of fitting, over all folds.
        error: why it stopped, if it failed.
    """

    candidate: Candidate
    parts: tuple[Part, ...] = ()
    fits: tuple[Fit, ...] = ()
    answers: tuple[Array, ...] = ()
    seconds: float = 0.0
    error: Exception | None = None

    @property
    def hints(self) -> dict[str, Any]:
        """The fits' hints for a fit on all rows: numbers averaged, whole ones rounded."""
        return _average([fit.hints for fit in self.fits])


def try_candidate(
    candidate: Candidate,
    parts: Sequence[Part],
    goal: FittedTarget,
    budget: Budget,
    *,
    seed: int = 0,
    class_weight: ClassWeight | None = None,
    must: bool = False,
    tell: Callable[[str], None] = lambda text: None,
) -> Trial:
    """Fit a candidate on each fold and let it answer the rows that judge; an error ends the trial, not the program.

    The first fold may take all but what the fit on all rows will need. If it did, no time is left for other folds: a
    model that is as good as it will be, judged once, says more than five that were cut short.

    Args:
        candidate: the one to try.
        parts: the folds.
        goal: the target fitted on all rows.
        budget: seconds for all folds and for the fit on all rows that may follow.
        seed: same seed and data, same bits.
        class_weight: see `sample_weights`.
        must: do one fold even if no time is left.
        tell: is told which fold runs.
    """
    fits: list[Fit] = []
    answers: list[Array] = []
    spent: list[float] = []
    reckoned: list[float] = []
    n = max(len(part.fitted) + len(part.judged) for part in parts)
    for i, part in enumerate(parts):
        later = FINAL * n / len(part.fitted)
        if budget.left <= (1 + later) * fmean(reckoned or [1e-3]) and not (must and not fits):
            break
        tell(f"{candidate.name}, fold {i + 1} of {len(parts)}")
        start = budget.clock()
        deadline = start + budget.left - later * fmean(reckoned) if reckoned else budget.deadline(1 / (1 + later))
        try:
            fits.append(fit_part(candidate, part.prepared, part.x, part.y, seed, class_weight, deadline))
            answers.append(answer(fits[-1], part.prepared, part.unseen, goal))
        except Exception as error:
            return Trial(candidate, seconds=sum(spent), error=error)
        spent.append(budget.clock() - start)
        reckoned.append(spent[-1] if fits[-1].again is None else min(spent[-1], fits[-1].again))
    return Trial(candidate, tuple(parts[: len(fits)]), tuple(fits), tuple(answers), sum(spent))


def fit_part(
    candidate: Candidate,
    prepared: Prepared,
    x: Array,
    y: Array,
    seed: int,
    class_weight: ClassWeight | None,
    deadline: float | None,
    hints: Mapping[str, Any] = {},
) -> Fit:
    """Fit a candidate on prepared rows."""
    names = classes_of(prepared.goal)
    weights = sample_weights(y, names, class_weight)
    return candidate.fit(Training(x, y, len(names) or None, weights, seed, deadline), hints)


def _average(hints: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    averaged = {}
    for name, first in (hints[0] if hints else {}).items():
        values = [each[name] for each in hints if name in each]
        if isinstance(first, int | float) and not isinstance(first, bool):
            averaged[name] = round(fmean(values)) if isinstance(first, int) else fmean(values)
        else:
            averaged[name] = first
    return averaged
