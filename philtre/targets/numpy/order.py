"""Sorting: stable, NaN last and all alike, -0.0 and 0.0 equal."""

import numpy as np

from philtre.fields import Array
from philtre.targets.numpy.elementwise import elementwise
from philtre.targets.numpy.precision import is_complex, widened
from philtre.targets.numpy.table import refusal, rule
from philtre.trace import Equation


def _keys(x: Array) -> list[Array]:
    """The arrays of real numbers to order by, the first one first."""
    return [x.real, x.imag] if is_complex(x.dtype) else [widened(x)]


@rule("sort")
def _sort(equation: Equation, *arrays: Array) -> list[Array]:
    """Sort by the first `num_keys` arrays, and the others along with them."""
    axis, count = equation.params["dimension"], equation.params["num_keys"]
    keys = [part for array in arrays[:count] for part in _keys(array)]
    order = np.lexsort(keys[::-1], axis=axis)
    return [np.take_along_axis(array, order, axis) for array in arrays]


@rule("top_k")
def _top_k(equation: Equation, x: Array) -> list[Array]:
    return _largest(x, equation.params["k"], equation.params["axis"])


@rule("approx_top_k")
def _approx_top_k(equation: Equation, x: Array) -> list[Array]:
    """Take the exact ones, which are approximate to any recall."""
    params = equation.params
    if not params["aggregate_to_topk"]:
        raise refusal(equation, "with aggregate_to_topk=True it runs")
    if params["is_max_k"]:
        return _largest(x, params["k"], params["reduction_dimension"])
    values, places = _largest(-x, params["k"], params["reduction_dimension"])
    return [-values, places]


def _largest(x: Array, k: int, axis: int) -> list[Array]:
    """The largest in total order first, of equals the first one: an ascending stable sort, read backwards."""
    order = x.shape[axis] - 1 - np.argsort(np.flip(_rank(widened(x)), axis), axis=axis, kind="stable")
    places = np.take(np.flip(order, axis), np.arange(k), axis)
    return [np.take_along_axis(x, places, axis), places.astype(np.int32)]


def _rank(x: Array) -> Array:
    """Integers in the total order of floats: -NaN, negative, -0.0, 0.0, positive, NaN."""
    if x.dtype.kind != "f":
        return x
    signed = x.view(f"i{x.dtype.itemsize}")
    return np.where(signed < 0, signed ^ np.iinfo(signed.dtype).max, signed)


elementwise(
    {
        "eq_to": lambda x, y: _rank(x) == _rank(y),
        "le_to": lambda x, y: _rank(x) <= _rank(y),
        "lt_to": lambda x, y: _rank(x) < _rank(y),
    }
)
