"""Fourier transforms over the last axes."""

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.table import dtype_of, rule, shape_of
from philtre.trace import Equation

_TRANSFORMS = (np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn)


@rule("fft")
def _fft(equation: Equation, x: Array) -> Array:
    """Transform forward, back, from reals, or back to reals, as the type 0 to 3 says."""
    lengths = equation.params["fft_lengths"]
    transform = _TRANSFORMS[int(equation.params["fft_type"])]
    if 0 in x.shape or 0 in lengths:
        return np.zeros(shape_of(equation), dtype_of(equation))
    return transform(x, s=lengths, axes=range(x.ndim - len(lengths), x.ndim)).astype(dtype_of(equation))
