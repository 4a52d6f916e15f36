"""Drop: leave a column out of the features."""

from dataclasses import dataclass

from philtre.data.steps.step import FEATURES, Identity


def drop() -> "Drop":
    """Leave a column out. A dropped number can still be used by `derive`; else requests need not send it."""
    return Drop()


@dataclass(frozen=True)
class Drop(Identity):
    """Description made by `drop`."""

    name = "drop"
    kinds = frozenset({"number", "integer", "boolean", "category", "timestamp", "derived", "text", "other", FEATURES})
    fills = True
    consumes = True
