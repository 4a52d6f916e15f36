"""What comparing candidates found: one result a candidate, and the answers on rows that nothing had seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from philtre.automl.scores import Score
from philtre.fields import Array


@dataclass(frozen=True)
class Result:
    """How one candidate did.

    Attributes:
        name: the candidate.
        score: None if it failed, or there was no time for it.
        seconds: of fitting, over all folds.
        bytes: size of the model file with it.
        latency_ms: milliseconds for one row by that file, the median of many runs on the CPU.
        history: figures of each epoch of the first fold's fit.
        error: why it has no score, in words.
    """

    name: str
    score: Score | None = None
    seconds: float = 0.0
    bytes: int = 0
    latency_ms: float = 0.0
    history: Sequence[Mapping[str, float]] = ()
    error: str = ""


@dataclass(frozen=True)
class OutOfFold:
    """Answers of the chosen candidate, each by a model that had not seen the row; calibrated.

    Attributes:
        rows: int64[m], positions in the frame.
        folds: int64[m], number of the fold that judged the row.
        classes: the classes, in the order of `scores`; empty for a regression.
        truth: [m], the class as text, or float64.
        answers: [m], the label as text, or float64.
        scores: float64[m, k], logits before the temperature; None for a regression.
        probabilities: float64[m, k]; None for a regression.
    """

    rows: Array
    folds: Array
    classes: tuple[str, ...]
    truth: Array
    answers: Array
    scores: Array | None = None
    probabilities: Array | None = None


@dataclass(frozen=True)
class Importance:
    """What a column is worth: how much worse the score gets when its values are shuffled.

    Attributes:
        column: the input column.
        mean: loss of score, in the metric; about 0 for a column that does not matter.
        deviation: over the repeats.
    """

    column: str
    mean: float
    deviation: float
