"""Permutation importance: what the score loses when the values of one input column are shuffled."""

from statistics import fmean, pstdev
from typing import Any

import numpy as np

from philtre.automl.budget import Budget
from philtre.automl.candidate import Fit
from philtre.automl.judge import Judge
from philtre.automl.part import Part, answer
from philtre.automl.result import Importance
from philtre.automl.trial import Trial
from philtre.fields import Array

REPEATS = 5
ROWS = 1000


def importance(judge: Judge, trial: Trial, frame: Any, budget: Budget, *, seed: int = 0) -> tuple[Importance, ...]:
    """Shuffle each column of the rows that judge, and see how much worse the score gets.

    The column of the frame is shuffled, not a feature, so that all that is made of a column counts together. Columns
    that say the same share their worth: each alone seems to matter less than it does.

    Args:
        judge: scores the answers.
        trial: the chosen candidate, with its fits.
        frame: all rows.
        budget: seconds; up to 5 repeats are done in it, and columns that it does not suffice for are left out.
        seed: same seed, same shuffles.

    Returns:
        One for each input column, the most important first.

    Reference: Breiman, "Random Forests", 2001; Fisher, Rudin and Dominici, "All Models are Wrong, but Many are
    Useful", 2019.
    """
    random = np.random.default_rng(seed)
    count = len(trial.fits)
    losses: dict[str, list[float]] = {name: [] for name in trial.parts[0].prepared.fields}
    for repeat in range(max(REPEATS, count)):
        part, fit = trial.parts[repeat % count], trial.fits[repeat % count]
        rows = np.sort(random.permutation(part.judged)[:ROWS])
        sample = frame[rows]
        whole = _score(judge, trial, part, fit, sample, rows)
        for name, found in losses.items():
            order = random.permutation(len(rows))
            if budget.left:
                shuffled = sample.with_columns(sample[name][order])
                found.append(judge.metric.gain(whole, _score(judge, trial, part, fit, shuffled, rows)))
    measured = [Importance(name, fmean(found), pstdev(found)) for name, found in losses.items() if found]
    return tuple(sorted(measured, key=lambda each: -each.mean))


def _score(judge: Judge, trial: Trial, part: Part, fit: Fit, frame: Any, rows: Array) -> float:
    raw = answer(fit, part.prepared, part.prepared(frame), judge.goal)
    return judge.metric(judge.truth[rows], judge.answers(raw, judge.temperature(trial)))
