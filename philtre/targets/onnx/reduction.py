"""Reductions along axes, with JAX's NaN."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.conversion import convert
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.order import as_signed
from philtre.targets.onnx.table import FORMULAS, dtype_of, formula, rule, shape_of
from philtre.targets.onnx.value import Value
from philtre.trace import Equation, is_symbolic


def _reduce(g: Graph, operator: str, x: Value, equation: Equation) -> Value:
    axes = equation.params["axes"]
    if not axes:
        return x
    axes = g.constant(np.array(axes, np.int64))
    return g.node(operator, [g.full(x), axes], shape_of(equation), x.dtype, keepdims=0)


@rule("reduce_sum")
def _reduce_sum(g: Graph, equation: Equation, x: Value) -> Value:
    """Sum integers as a product with ones, which is exact and wraps; ONNX Runtime sums them as floats."""
    axes = equation.params["axes"]
    if x.dtype.kind not in "iu" or not axes:
        return _reduce(g, "ReduceSum", x, equation)
    kept = [axis for axis in range(len(x.shape)) if axis not in axes]
    shape = tuple(x.shape[axis] for axis in kept)
    count = math.prod(x.shape[axis] for axis in axes)
    rows = g.reshape(g.full(g.transpose(x, [*kept, *axes])), (math.prod(shape), count))
    ones = replace(g.number(1, x), shape=(count, 1))
    total = g.node("MatMul", [rows, g.full(ones)], (rows.shape[0], 1), x.dtype)
    return g.reshape(total, shape)


@rule("reduce_prod")
def _reduce_prod(g: Graph, equation: Equation, x: Value) -> Value | None:
    """Multiply floats; integers, which ONNX Runtime multiplies as floats, are left to the formula."""
    if not equation.params["axes"]:
        return x
    return None if x.dtype.kind in "iu" else _reduce(g, "ReduceProd", x, equation)


@formula("reduce_prod")
def reduce_prod(x: Any, *, axes: Any, **_: Any) -> Any:
    """Multiply halves until one row is left."""
    return folded(lambda a, b: (a[0] * b[0],), (x,), axes, (jnp.ones((), x.dtype),))[0]


Entries = tuple[Any, ...]


def folded(
    combine: Callable[[Entries, Entries], Entries], arrays: Entries, axes: Sequence[int], start: Entries
) -> Entries:
    """Combine arrays of one shape along axes, the first half with the second one; symbolic axes are walked."""
    shape, kept = arrays[0].shape, [axis for axis in range(arrays[0].ndim) if axis not in axes]
    target, count = tuple(shape[axis] for axis in kept), math.prod(shape[axis] for axis in axes)
    rows = tuple(lax.transpose(x, [*axes, *kept]).reshape(count, *target) for x in arrays)
    total = tuple(jnp.broadcast_to(entry, target) for entry in start)
    if is_symbolic(count):
        return lax.scan(lambda total, row: (tuple(combine(total, row)), None), total, rows)[0]
    while count > 1:
        half = count // 2
        first, second, rest = (tuple(x[part] for x in rows) for part in _parts(half))
        pairs = combine(first, second)
        rows = tuple(map(jnp.concatenate, zip(pairs, rest, strict=True))) if count % 2 else tuple(pairs)
        count = half + count % 2
    return combine(total, tuple(x[0] for x in rows)) if count else total


def _parts(half: int) -> tuple[slice, slice, slice]:
    return slice(half), slice(half, 2 * half), slice(2 * half, None)


@rule("reduce_max", "reduce_min")
def _reduce_extreme(g: Graph, equation: Equation, x: Value) -> Value:
    """Let NaN win, which onnxruntime's kernels lose."""
    suffix = equation.primitive.name.removeprefix("reduce_").capitalize()
    if not g.offers(f"Reduce{suffix}", x.dtype):
        return _searched(g, f"Arg{suffix}", x, equation)
    extreme = _reduce(g, f"Reduce{suffix}", x, equation)
    if x.dtype.kind in "iub":
        return extreme
    return g.where(_any(g, equation, g.apply("IsNaN", x, dtype=np.bool_)), g.number(np.nan, x), extreme)


def _searched(g: Graph, operator: str, x: Value, equation: Equation) -> Value:
    """Read the extreme entry at its position, for dtypes whose kernel is missing or wrong."""
    if x.dtype == np.uint64:
        return as_signed(g, _searched(g, operator, as_signed(g, x), equation), back=True)
    x = g.full(x)
    for axis in equation.params["axes"]:
        shape = (*x.shape[:axis], 1, *x.shape[axis + 1 :])
        place = g.node(operator, [x], shape, np.int64, axis=axis, keepdims=1)
        x = g.node("GatherElements", [x, place], shape, x.dtype, axis=axis)
    return g.reshape(x, shape_of(equation))


@rule("reduce_or")
def _reduce_or(g: Graph, equation: Equation, x: Value) -> Value | None:
    return _any(g, equation, x) if x.dtype == np.bool_ else None


@rule("reduce_and")
def _reduce_and(g: Graph, equation: Equation, x: Value) -> Value | None:
    return g.apply("Not", _any(g, equation, g.apply("Not", x))) if x.dtype == np.bool_ else None


def reduce_bits(combine: Callable[[Any, Any], Any], unit: int, x: Any, *, axes: Any, **_: Any) -> Any:
    """Combine the bits of integers."""
    return folded(lambda a, b: (combine(a[0], b[0]),), (x,), axes, (jnp.asarray(unit).astype(x.dtype),))[0]


FORMULAS |= {
    "reduce_or": partial(reduce_bits, lax.bitwise_or, 0),
    "reduce_and": partial(reduce_bits, lax.bitwise_and, -1),
    "reduce_xor": partial(reduce_bits, lax.bitwise_xor, 0),
}


def _any(g: Graph, equation: Equation, x: Value) -> Value:
    """Count the true ones, which is right for no entries, too."""
    return g.cast(_reduce(g, "ReduceSum", g.cast(x, np.int32), equation), np.bool_)


@rule("argmax", "argmin")
def _arg_extreme(g: Graph, equation: Equation, x: Value) -> Value:
    """The first extreme entry, or the first NaN where there is one."""
    largest = equation.primitive.name == "argmax"
    found = _first(g, equation, "ArgMax" if largest else "ArgMin", x)
    if x.dtype.kind not in "iub":
        lost = g.apply("IsNaN", x, dtype=np.bool_)
        found = g.where(_any(g, equation, lost), _first(g, equation, "ArgMax", g.cast(lost, np.int32)), found)
    return convert(g, found, dtype_of(equation))


def _first(g: Graph, equation: Equation, operator: str, x: Value) -> Value:
    (axis,) = equation.params["axes"]
    x = as_signed(g, x) if x.dtype == np.uint64 else x
    return g.node(operator, [g.full(x)], shape_of(equation), np.int64, axis=axis, keepdims=0)
