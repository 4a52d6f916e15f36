"""Detection: what the texts of a column state, and how they are written."""

from collections.abc import Callable

from philtre.data.detect.evidence import Detection, Evidence
from philtre.data.detect.moment import detect_moments
from philtre.data.detect.number import detect_durations, detect_numbers
from philtre.data.detect.truth import detect_truths

__all__ = ["Detection", "Evidence", "detect"]

DETECTORS: tuple[Callable[[Evidence], Detection | None], ...] = (
    detect_truths,
    detect_durations,
    detect_moments,
    detect_numbers,
)


def detect(evidence: Evidence) -> Detection | None:
    """Find out what texts state: truth values, moments or numbers; None where they are names or prose."""
    return next((found for detector in DETECTORS if (found := detector(evidence))), None)
