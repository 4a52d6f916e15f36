"""How answers of a table model are judged, philtre's and the peer's alike."""

import numpy as np
from sklearn.metrics import roc_auc_score

BINS = 15


def auc(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(truth, probabilities))


def calibration_error(truth: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> float:
    """Mean distance between what was said and what came true, over bins with the same number of rows.

    Args:
        truth: bool[n].
        probabilities: float[n], of true.
        bins: number of bins.

    Reference: Nguyen and O'Connor, "Posterior calibration and exploratory analysis for NLP models", 2015.
    """
    parts = np.array_split(np.argsort(probabilities, kind="stable"), bins)
    gaps = [abs(probabilities[part].mean() - truth[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(truth))


def coverage(truth: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> float:
    """Share of the values that lie in their interval."""
    return float(np.mean((lower <= truth) & (truth <= upper)))
