"""Sizes: costs need a number for every symbol."""

from collections.abc import Mapping

from philtre.errors import SignatureError
from philtre.fields import AnyField
from philtre.trace import BATCH, Traced


def numbers(fields: Mapping[str, AnyField], sizes: Mapping[str, int]) -> dict[str, int]:
    """Give every symbol of the fields its number; the batch is 1 unless said otherwise.

    Raises:
        SignatureError: if a symbol has no number, or a number below 1, or a name is no symbol.
    """
    free = {size or BATCH for field in fields.values() for size in field.wire_shape if not isinstance(size, int)}
    given = ({BATCH: 1} if BATCH in free else {}) | dict(sizes)
    wrong = [name for name, size in given.items() if not isinstance(size, int) or size < 1]
    if set(given) != free or wrong:
        raise SignatureError(
            "sizes",
            expected=f"one number of at least 1 for each of {sorted(free)}",
            got=", ".join(f"{name}={size!r}" for name, size in given.items()) or "none",
            hint="name the sizes of free axes: batch=32",
        )
    return given


def require_numbers(traced: Traced) -> None:
    """Refuse a trace with free sizes.

    Raises:
        SignatureError: if a size is a symbol.
    """
    free = {str(size or BATCH) for spec in traced.inputs.values() for size in spec.shape if not isinstance(size, int)}
    if free:
        raise SignatureError(
            "costs", expected="a trace of known sizes", got=f"free {sorted(free)}", hint="give each a number: batch=32"
        )
