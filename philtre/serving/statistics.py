"""What a serving counts while it runs."""

from dataclasses import dataclass


@dataclass
class Statistics:
    """Totals since the start.

    Attributes:
        requests: requests that ended, well or not.
        failures: those that ended with an error of the model.
        rejected: requests refused because the queue was full.
        rows: rows of the requests that ended.
        batches: runs of the model.
        seconds: time inside the model.
    """

    requests: int = 0
    failures: int = 0
    rejected: int = 0
    rows: int = 0
    batches: int = 0
    seconds: float = 0.0
