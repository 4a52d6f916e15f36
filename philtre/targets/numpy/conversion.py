"""From dtype to dtype: values, bits, and fewer bits."""

from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.precision import is_complex, is_float, widened
from philtre.targets.numpy.table import dtype_of, rule, shape_of
from philtre.trace import Equation


def cast(x: Array, dtype: np.dtype[Any]) -> Array:
    """Convert values: floats become integers towards zero and saturate, NaN 0; integers wrap; imaginary parts go."""
    if is_complex(x.dtype) and not is_complex(dtype):
        x = x.real
    if dtype.kind == "b":
        return np.not_equal(widened(x), 0)
    if not is_float(x.dtype) or dtype.kind not in "iu":
        return x.astype(dtype)
    limits, values = np.iinfo(dtype), x.astype(np.float64)
    low, high = values <= limits.min, values >= float(limits.max)
    inside = np.where(low | high | np.isnan(values), 0, values).astype(dtype)
    return np.where(low, limits.min, np.where(high, limits.max, inside)).astype(dtype)


@rule("convert_element_type")
def _convert(equation: Equation, x: Array) -> Array:
    return cast(x, dtype_of(equation))


@rule("bitcast_convert_type")
def _bitcast(equation: Equation, x: Array) -> Array:
    """Read the bytes as another dtype; the last axis appears or goes where the widths differ."""
    dtype = dtype_of(equation)
    if dtype.itemsize == x.dtype.itemsize:
        return np.array(x).view(dtype)
    source = np.ascontiguousarray(x[..., None] if dtype.itemsize < x.dtype.itemsize else x)
    return source.view(dtype).reshape(shape_of(equation))


@rule("reduce_precision")
def _reduce_precision(equation: Equation, x: Array) -> Array:
    """Round to a significand and an exponent of fewer bits: overflow is infinite, underflow zero."""
    exponent_bits, mantissa_bits = equation.params["exponent_bits"], equation.params["mantissa_bits"]
    significand, exponent = np.frexp(widened(x))
    kept = np.ldexp(np.rint(np.ldexp(significand, mantissa_bits + 1)), exponent - mantissa_bits - 1)
    bias = 2 ** (exponent_bits - 1) - 1
    size = np.abs(kept)
    kept = np.where(size >= np.ldexp(1.0, bias) * 2, np.copysign(np.inf, kept), kept)
    kept = np.where(size < np.ldexp(1.0, 1 - bias), np.copysign(0, kept), kept)
    return np.where(np.isfinite(x), kept, x).astype(x.dtype)
