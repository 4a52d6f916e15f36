"""Convolutions: Conv and ConvTranspose in 1 to 3 axes, in single precision; products of slices for the rest."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.layout import padded
from philtre.targets.onnx.table import dtype_of, formula, rule, shape_of
from philtre.targets.onnx.value import Shape, Value
from philtre.targets.onnx.window import Window, shifts
from philtre.trace import Equation, is_symbolic

Pairs = Sequence[tuple[Any, Any]]


@rule("conv_general_dilated")
def _conv_general_dilated(g: Graph, equation: Equation, x: Value, kernel: Value) -> Value | None:
    """Bring the axes to (rows, channels, *space) x (features, channels, *window)."""
    parameters = equation.params
    numbers = parameters["dimension_numbers"]
    spread, space = parameters["lhs_dilation"], len(numbers.lhs_spec) - 2
    if not 0 < space <= 3 or dtype_of(equation) not in SINGLE or x.dtype != kernel.dtype:
        return None
    x, kernel = g.transpose(x, numbers.lhs_spec), g.transpose(kernel, numbers.rhs_spec)
    groups = parameters["feature_group_count"]
    if parameters["batch_group_count"] > 1:
        groups = parameters["batch_group_count"]
        x = _groups_of_rows(g, x, groups)
    shape = tuple(shape_of(equation)[axis] for axis in numbers.out_spec)
    options: dict[str, Any] = {"dilations": parameters["rhs_dilation"], "group": groups}
    if all(step == 1 for step in spread):
        options["strides"] = parameters["window_strides"]
        made: Value | None = convolved(g, x, kernel, shape, parameters["padding"], **options)
    elif all(step == 1 for step in parameters["window_strides"]):
        made = _transposed(g, x, kernel, shape, parameters["padding"], strides=spread, **options)
    else:
        return None
    return None if made is None else g.transpose(made, np.argsort(numbers.out_spec))


SINGLE = (np.dtype(np.float32), np.dtype(np.float16), jnp.dtype(jnp.bfloat16))


def _groups_of_rows(g: Graph, x: Value, groups: int) -> Value:
    """Make channels of groups of rows: (groups * rows, channels, ...) to (rows, groups * channels, ...)."""
    rows, channels, *space = x.shape
    parts = g.transpose(g.reshape(x, (groups, rows // groups, channels, *space)), [1, 0, *range(2, 3 + len(space))])
    return g.reshape(parts, (rows // groups, groups * channels, *space))


def convolved(
    g: Graph, x: Value, kernel: Value, shape: Shape, padding: Pairs, *, bias: Value | None = None, **attributes: Any
) -> Value:
    """Make a Conv; negative and symbolic padding comes before."""
    if any(is_symbolic(width) or width < 0 for edges in padding for width in edges):
        low, high = ([0, 0, *(edges[side] for edges in padding)] for side in (0, 1))
        whole = tuple(n + before + after for n, before, after in zip(x.shape, low, high, strict=True))
        x, padding = padded(g, x, g.number(0, x), low, high, whole), [(0, 0)] * len(padding)
    inputs = [g.full(x), g.full(kernel), *([g.full(bias)] if bias is not None else [])]
    return g.node("Conv", inputs, shape, x.dtype, **_attributes(kernel, padding, attributes))


def _attributes(kernel: Value, padding: Pairs, attributes: dict[str, Any]) -> dict[str, Any]:
    plain = {key: list(value) if isinstance(value, Sequence) else value for key, value in attributes.items()}
    pads = [edges[side] for side in (0, 1) for edges in padding]
    return {**plain, "kernel_shape": list(kernel.shape[2:]), "pads": pads}


def _transposed(
    g: Graph, x: Value, kernel: Value, shape: Shape, padding: Pairs, *, group: int, **attributes: Any
) -> Value | None:
    """Make a ConvTranspose of a convolution over spread entries, with the kernel turned around."""
    features, channels, *size = kernel.shape
    reach = [step * (n - 1) for n, step in zip(size, attributes["dilations"], strict=True)]
    cut = [(r - low, r - high) for r, (low, high) in zip(reach, padding, strict=True)]
    turned = _turned(g, kernel)
    swapped = g.transpose(
        g.reshape(turned, (group, features // group, channels, *size)), [0, 2, 1, *range(3, 3 + len(size))]
    )
    weights = g.reshape(swapped, (group * channels, features // group, *size))
    return transposed(g, x, weights, shape, cut, group=group, **attributes)


def _turned(g: Graph, kernel: Value) -> Value:
    axes = tuple(range(2, len(kernel.shape)))
    if kernel.constant is not None:
        return g.constant(np.flip(np.broadcast_to(kernel.constant, kernel.shape), axes).copy())
    bounds = [g.constant(np.array(each)) for each in ([-1] * len(axes), [-(2**31)] * len(axes), axes, [-1] * len(axes))]
    return g.node("Slice", [g.full(kernel), *bounds], kernel.shape, kernel.dtype)


def transposed(
    g: Graph, x: Value, weights: Value, shape: Shape, cut: Pairs, *, bias: Value | None = None, **attributes: Any
) -> Value | None:
    """Make a ConvTranspose, and cut its result on both sides; None where it would have to grow at the front."""
    if any(is_symbolic(low) or low < 0 or is_symbolic(high) for low, high in cut):
        return None
    grown = [max(-high, 0) for _, high in cut]
    if any(more >= step for more, step in zip(grown, attributes["strides"], strict=True)):
        return None
    pads = [(low, max(high, 0)) for low, high in cut]
    inputs = [g.full(x), g.full(weights), *([g.full(bias)] if bias is not None else [])]
    options = _attributes(weights, pads, attributes)
    return g.node("ConvTranspose", inputs, shape, x.dtype, output_padding=grown, **options)


@formula("conv_general_dilated")
def by_slices(
    x: Any, kernel: Any, *, dimension_numbers: Any, window_strides: Any, padding: Any, lhs_dilation: Any,
    rhs_dilation: Any, feature_group_count: int, batch_group_count: int, preferred_element_type: Any, **_: Any
) -> Any:  # fmt: skip
    """Multiply the kernel with the entries under it, read by one slice for each of its places."""
    dtype = np.dtype(preferred_element_type or x.dtype)
    x = lax.transpose(x, dimension_numbers.lhs_spec).astype(dtype)
    kernel = lax.transpose(kernel, dimension_numbers.rhs_spec).astype(dtype)
    groups: int = feature_group_count
    if batch_group_count > 1:
        groups = batch_group_count
        rows, channels, *space = x.shape
        parts = jnp.moveaxis(x.reshape(groups, rows // groups, channels, *space), 0, 1)
        x = parts.reshape(rows // groups, groups * channels, *space)
    features, channels, *size = kernel.shape
    none = ((0, 0), (0, 0))
    window = Window((1, 1, *size), (1, 1, *window_strides), (*none, *padding), (1, 1, *rhs_dilation))
    read = jnp.stack(shifts(x, 0, window, [0, 0, *(step - 1 for step in lhs_dilation)]), axis=2)
    rows, places, *space = read.shape[0], *read.shape[2:]
    entries = read.reshape(rows, groups, channels * places, *space)
    weights = kernel.reshape(groups, features // groups, channels * places)
    product = lax.dot_general(weights, entries, (((2,), (2,)), ((0,), (1,))))
    made = jnp.moveaxis(product, 2, 0).reshape(rows, features, *space)
    return lax.transpose(made, np.argsort(dimension_numbers.out_spec))
