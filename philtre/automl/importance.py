"""Permutation importance: what the score loses when the values of one input column are shuffled."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from philtre.automl.budget import Budget
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
        budget: seconds; one repeat is done in any case, and up to 5.
        seed: same seed, same shuffles.

    Returns:
        One for each input column, the most important first.

    Reference: Breiman, "Random Forests", 2001; Fisher, Rudin and Dominici, "All Models are Wrong, but Many are
    Useful", 2019.
    """
    random = np.random.default_rng(seed)
    count = len(trial.fits)
    losses: list[Array] = []
    for repeat in range(max(REPEATS, count)):
        if losses and not budget.left:
            break
        part, fit = judge.parts[repeat % count], trial.fits[repeat % count]
        judged = np.sort(random.permutation(part.judged)[:ROWS])

        def score(rows: Any, part: Part = part, fit: Any = fit, judged: Array = judged) -> float:
            raw = answer(fit, part.prepared, part.prepared(rows), judge.goal)
            return judge.metric(judge.truth[judged], judge.answers(raw, judge.temperature(trial)))

        losses.append(_losses(frame[judged], list(part.prepared.fields), score, judge, random))
    columns = list(judge.parts[0].prepared.fields)
    return _ranked(columns, np.array(losses))


def _losses(
    rows: Any, columns: Sequence[str], score: Callable[[Any], float], judge: Judge, random: np.random.Generator
) -> Array:
    whole = score(rows)
    shuffled = (rows.with_columns(rows[name][random.permutation(len(rows))]) for name in columns)
    return np.array([judge.metric.gain(whole, score(each)) for each in shuffled])


def _ranked(columns: Sequence[str], losses: Array) -> tuple[Importance, ...]:
    means, deviations = losses.mean(axis=0), losses.std(axis=0)
    order = np.argsort(-means, kind="stable")
    return tuple(Importance(columns[i], float(means[i]), float(deviations[i])) for i in order)
