"""Axes as targets see them: counted from the end, so that a mapped axis in front shifts none."""

from typing import Any

from philtre.errors import SignatureError
from philtre.ops.primitive import Options


def from_end(axis: int, rank: int) -> int:
    """Count an axis from the end.

    Raises:
        SignatureError: if there is no such axis.
    Example:
        >>> from_end(0, rank=3), from_end(-1, rank=3)
        (-3, -1)
    """
    if not -rank <= axis < rank:
        raise SignatureError("axis", expected=f"a number from {-rank} to {rank - 1}", got=str(axis))
    return axis if axis < 0 else axis - rank


def resolve_axis(arrays: list[Any], options: Options) -> Options:
    """Count the option `axis` from the end of the first array."""
    return options | {"axis": from_end(options["axis"], arrays[0].ndim)}
