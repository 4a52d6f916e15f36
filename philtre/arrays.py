"""Arrays of other libraries become NumPy's, by the array protocol or DLPack, without a copy where none is needed."""

from typing import Any

import numpy as np

from philtre.errors import SignatureError
from philtre.fields import Array


def as_numpy(array: Any, name: str = "array") -> Array:
    """Take an array from NumPy, anything that becomes one, or anything with DLPack.

    Args:
        array: a NumPy, JAX or torch array, a list, a number.
        name: of the input, for the error.

    Raises:
        SignatureError: if the array is on another device, or is part of a computation of gradients.
    """
    if isinstance(array, np.ndarray):
        return array
    try:
        if hasattr(array, "__dlpack__") and not hasattr(array, "__array__"):
            return np.from_dlpack(array)
        return np.asarray(array)
    except (TypeError, RuntimeError, BufferError) as error:
        if not hasattr(array, "__dlpack__"):
            raise
        device = getattr(array, "device", "")
        raise SignatureError(
            f"input '{name}'",
            expected="an array in main memory",
            got=f"a {type(array).__module__}.{type(array).__name__} on {device} ({str(error).splitlines()[0]})",
            hint='philtre.transfer(array, "numpy") brings it',
            field=name,
        ) from None
