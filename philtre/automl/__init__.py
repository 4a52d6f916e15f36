"""A table becomes a fitted program: infer a recipe, compare candidates on unseen rows, fit the best one on all rows."""

from philtre.automl.candidate import Candidate, Fit, Training
from philtre.automl.candidates import CANDIDATES
from philtre.automl.fitted import FittedTable
from philtre.automl.options import Options
from philtre.automl.result import Importance, OutOfFold, Result
from philtre.automl.scores import METRICS, Metric, Score
from philtre.automl.table import fit_table

__all__ = [
    "CANDIDATES",
    "METRICS",
    "Candidate",
    "Fit",
    "FittedTable",
    "Importance",
    "Metric",
    "Options",
    "OutOfFold",
    "Result",
    "Score",
    "Training",
    "fit_table",
]
