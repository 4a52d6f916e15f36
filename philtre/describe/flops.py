"""Flops: a table from primitive to the arithmetic of one equation, counted from its shapes."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from philtre.trace import Equation, template

WORD_FLOPS = 60
LAYOUT = frozenset({
    "bitcast_convert_type", "broadcast_in_dim", "concatenate", "convert_element_type", "copy", "copy_p",
    "device_put", "dim_as_value", "dynamic_slice", "dynamic_update_slice", "expand_dims", "gather", "iota",
    "optimization_barrier", "pad", "random_seed", "random_wrap", "random_unwrap", "reduce_precision", "reshape",
    "rev", "scatter", "slice", "split", "squeeze", "stack", "stop_gradient", "tile", "transpose", "unstack",
})  # fmt: skip
VIEWS = frozenset({
    "bitcast_convert_type", "expand_dims", "optimization_barrier", "random_unwrap", "random_wrap", "reshape",
    "squeeze", "stop_gradient",
})  # fmt: skip
TRANSCENDENTAL = frozenset({
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "bessel_i0e", "bessel_i1e", "cbrt", "cos", "cosh",
    "digamma", "erf", "erf_inv", "erfc", "exp", "exp2", "expm1", "igamma", "igammac", "lgamma", "log", "log1p",
    "logistic", "pow", "regularized_incomplete_beta", "rsqrt", "sin", "sinh", "sqrt", "tan", "tanh",
})  # fmt: skip
PLACING = frozenset({"concatenate", "gather", "pad", "transpose"})
VECTORISED = frozenset({"cbrt", "erf", "erf_inv", "exp", "exp2", "expm1", "log", "log1p", "logistic", "sqrt", "tanh"})
SCATTERS = frozenset({"scatter", "scatter-add", "scatter-max", "scatter-min", "scatter-mul", "scatter-sub"})
WINDOWS = frozenset({"reduce_window", "reduce_window_max", "reduce_window_min", "reduce_window_sum"})
CUMULATIVE = frozenset({"cumlogsumexp", "cummax", "cummin", "cumprod", "cumsum"})
REDUCTIONS = CUMULATIVE | {
    "argmax", "argmin", "reduce_and", "reduce_max", "reduce_min", "reduce_or", "reduce_prod", "reduce_sum",
    "reduce_xor",
}  # fmt: skip


class Arithmetic(NamedTuple):
    """What one equation computes: operations on numbers, and values of functions such as exp."""

    flops: int
    transcendentals: int = 0


def arithmetic(equation: Equation) -> Arithmetic:
    """Count the arithmetic of an equation that is no loop, branch or operation.

    A multiplication and an addition are two flops. A primitive that is not known counts as one flop per entry that it
    makes.
    """
    name = equation.primitive.name
    made = sum(map(size, equation.outvars))
    if name in LAYOUT:
        return Arithmetic(0)
    if name in TRANSCENDENTAL:
        return Arithmetic(0, made)
    if name in REDUCTIONS:
        return Arithmetic(sum(map(size, equation.invars)))
    return Arithmetic(round(_FLOPS[name](equation)) if name in _FLOPS else made)


def elementwise(name: str) -> bool:
    """Whether each entry of a primitive's result is computed from few entries of its arguments."""
    return name not in REDUCTIONS and (name not in _FLOPS or name == "integer_pow")


def size(variable: Any) -> int:
    """Count the entries of an argument or result of an equation."""
    return math.prod(template(variable).shape)


def _shape(variable: Any) -> tuple[int, ...]:
    return tuple(template(variable).shape)


def _dot(equation: Equation) -> float:
    """2 b m n k: each entry of the result is k products and k sums."""
    contracted: tuple[int, ...] = equation.params["dimension_numbers"][0][0]
    shape = _shape(equation.invars[0])
    return 2 * size(equation.outvars[0]) * math.prod(shape[axis] for axis in contracted)


def _convolution(equation: Equation) -> float:
    """Each entry of the result is a dot product with a filter."""
    kernel = equation.invars[1]
    filters: int = _shape(kernel)[equation.params["dimension_numbers"].rhs_spec[0]]
    return 2 * size(equation.outvars[0]) * size(kernel) // max(filters, 1)


def _window(equation: Equation) -> float:
    window: tuple[int, ...] = equation.params["window_dimensions"]
    return size(equation.outvars[0]) * math.prod(window)


def _sort(equation: Equation) -> float:
    """n log2 n comparisons."""
    shape = _shape(equation.invars[0])
    length: int = shape[equation.params.get("dimension", -1)]  # top_k takes the last axis
    return size(equation.invars[0]) * math.ceil(math.log2(max(length, 2)))


def _power(equation: Equation) -> float:
    """Squarings and multiplications of the binary method."""
    exponent: int = abs(equation.params["y"])
    return size(equation.outvars[0]) * max(exponent.bit_length() + exponent.bit_count() - 2, 0)


def _scatter(equation: Equation) -> float:
    return size(equation.invars[2])


def _matrix(cubes: float) -> Callable[[Equation], float]:
    """Count a multiple of m n^2 for each matrix, n the smaller side."""

    def count(equation: Equation) -> float:
        *batch, rows, columns = _shape(equation.invars[0])
        return cubes * math.prod(batch) * max(rows, columns) * min(rows, columns) ** 2

    return count


def _triangular(equation: Equation) -> float:
    """Half of a matrix product."""
    sides = _shape(equation.invars[0])[-1]
    return size(equation.invars[1]) * sides


def _fft(equation: Equation) -> float:
    """5 n log2 n, the radix-2 method."""
    length = math.prod(equation.params["fft_lengths"])
    entries = max(size(equation.invars[0]), size(equation.outvars[0]))
    return 5 * entries * math.log2(max(length, 2))


_FLOPS: dict[str, Callable[[Equation], float]] = {
    "dot_general": _dot,
    "conv_general_dilated": _convolution,
    **dict.fromkeys(WINDOWS, _window),
    "select_and_scatter_add": lambda equation: size(equation.invars[1]),
    "sort": _sort,
    "top_k": _sort,
    "integer_pow": _power,
    **dict.fromkeys(SCATTERS - {"scatter"}, _scatter),
    "random_bits": lambda equation: WORD_FLOPS * size(equation.outvars[0]),
    "threefry2x32": lambda equation: WORD_FLOPS * sum(map(size, equation.outvars)),
    "cholesky": _matrix(1 / 3),
    "lu": _matrix(2 / 3),
    "qr": _matrix(4 / 3),
    "eigh": _matrix(9),
    "eig": _matrix(25),
    "svd": _matrix(20),
    "triangular_solve": _triangular,
    "fft": _fft,
}
