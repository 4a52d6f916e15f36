"""Convolution of grids of one to three axes, channels last.

On CPUs XLA is slow at gradients of convolutions, at single places or channels, and at all of them inside a loop; there
the windows are cut out by slices and multiplied by the kernel as one matrix. `bench/conv.py` measures both.
"""

import functools
import math
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.grid import Windows, derived, each, explicit, fold, resolve_padding, spread, unfold
from philtre.ops.primitive import Options, on_last_axis, operation

_LAYOUTS = {1: ("NWC", "WIO", "NWC"), 2: ("NHWC", "HWIO", "NHWC"), 3: ("NDHWC", "DHWIO", "NDHWC")}


def _resolve(arrays: list[Any], options: Options) -> Options:
    x, kernel, _ = arrays
    options = _steps("conv", x, kernel, options)
    d, groups = kernel.shape[-1], options["groups"]
    if x.shape[-1] != kernel.shape[-2] * groups or d % groups:
        raise _misfit("conv", "kernel [*window, c // groups, d]", x, kernel, groups)
    sizes, reach = x.shape[-len(options["strides"]) - 1 : -1], spread(kernel.shape[:-2], options["dilation"])
    return options | {"padding": resolve_padding("conv", options["padding"], sizes, reach, options["strides"])}


def _resolve_transpose(arrays: list[Any], options: Options) -> Options:
    x, kernel, _ = arrays
    options = _steps("conv_transpose", x, kernel, options)
    if x.shape[-1] != kernel.shape[-2] or x.shape[-1] % options["groups"]:
        raise _misfit("conv_transpose", "kernel [*window, c, d // groups]", x, kernel, options["groups"])
    padding, strides = options["padding"], options["strides"]
    if padding == "same":
        totals = [far - step for far, step in zip(spread(kernel.shape[:-2], options["dilation"]), strides, strict=True)]
        padding = [(max(total, 0) // 2, total - max(total, 0) // 2) for total in totals]
    return options | {"padding": explicit("conv_transpose", padding, len(strides))}


def _steps(where: str, x: Any, kernel: Any, options: Options) -> Options:
    rank = kernel.ndim - 2
    if rank not in _LAYOUTS or x.ndim < rank + 1:
        raise SignatureError(where, expected="1 to 3 axes of space", got=f"x {x.shape}, kernel {kernel.shape}")
    if options["groups"] < 1:
        raise SignatureError(where, expected="groups of at least 1", got=str(options["groups"]))
    steps = {name: each(f"{where}'s {name}", options[name], rank) for name in ("strides", "dilation")}
    return options | steps


def _misfit(where: str, expected: str, x: Any, kernel: Any, groups: int) -> SignatureError:
    return SignatureError(
        where, expected=f"x [..., *space, c], {expected}", got=f"{x.shape}, {kernel.shape}, {groups} groups"
    )


def _conv_on_cpu(x: Any, kernel: Any, bias: Any, *, strides: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """Leave to XLA what it does well: several channels and places at a time, without a gradient."""
    rank, window = kernel.ndim - 2, kernel.shape[:-2]
    given: dict[str, Any] = {"windows": Windows(window, strides, padding, dilation), "groups": groups}
    by_slices, by_xla = functools.partial(_by_slices, **given), functools.partial(_by_xla, **given)
    single = kernel.shape[-2] == 1 < groups or math.prod(window) == 1
    convolve = by_slices if single else derived(by_xla, by_slices)
    return _finish(convolve(fold(x, rank), kernel.astype(x.dtype)), bias, x, rank)


def _by_xla(grid: Any, kernel: Any, windows: Windows, groups: int) -> Any:
    return lax.conv_general_dilated(
        grid, kernel, windows.strides, windows.pairs(grid.shape[1:-1]), rhs_dilation=windows.dilation,
        dimension_numbers=_LAYOUTS[kernel.ndim - 2], feature_group_count=groups,
    )  # fmt: skip


def _by_slices(grid: Any, kernel: Any, windows: Windows, groups: int) -> Any:
    """Cut the windows out as the rows of one matrix, and multiply it by the kernel."""
    (channels, d), cut = kernel.shape[-2:], list(windows.slices(grid, np.zeros((), grid.dtype)))
    if channels == 1 < groups:
        return functools.reduce(jnp.add, map(_scaled, cut, kernel.reshape(-1, d)))
    places = math.prod(cut[0].shape[:-1])
    seen = jnp.stack(cut, axis=-2).reshape(places, len(cut), groups, channels)
    rows = jnp.moveaxis(seen, 2, 0).reshape(groups, places, len(cut) * channels)
    columns = jnp.moveaxis(kernel.reshape(len(cut) * channels, groups, d // groups), 1, 0)
    return jnp.moveaxis(rows @ columns, 0, 1).reshape(*cut[0].shape[:-1], d)


def _scaled(each: Any, factors: Any) -> Any:
    """Multiply channels by their own factors, as many for each as there are results of it."""
    return jnp.repeat(each, factors.shape[0] // each.shape[-1], axis=-1) * factors


@operation("conv", batch=on_last_axis, resolve=_resolve, cpu=_conv_on_cpu)
def conv(
    x: Any,
    kernel: Any,
    bias: Any = None,
    *,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Slide a kernel over a grid: at each place the products with what it covers, added up.

    y[i] = sum over j of x[i * stride + j * dilation - low] kernel[j], plus bias.

    Args:
        x: float[..., *space, c], one to three axes of space.
        kernel: float[*window, c // groups, d].
        bias: float[d], added.
        strides: steps between places, one number or one per axis.
        padding: zeros around: "valid" (none), "same" (size / stride, rounded up), a number, or per axis a number or
            (low, high).
        dilation: steps inside the window.
        groups: runs of channels that are convolved apart; c groups is a depthwise convolution.
    Returns:
        float[..., *places, d], the dtype of `x`.
    Raises:
        SignatureError: if the shapes do not fit.
    Reference: Axon.Layers.conv; ONNX Conv.
    """
    rank = kernel.ndim - 2
    windows = Windows(kernel.shape[:-2], strides, padding, dilation)
    return _finish(_by_xla(fold(x, rank), kernel.astype(x.dtype), windows, groups), bias, x, rank)


@operation("conv_transpose", batch=on_last_axis, resolve=_resolve_transpose)
def conv_transpose(
    x: Any,
    kernel: Any,
    bias: Any = None,
    *,
    strides: Any = 1,
    padding: Any = "valid",
    dilation: Any = 1,
    groups: int = 1,
) -> Any:
    """Spread each entry of a grid by a kernel: the gradient of a convolution, which enlarges by the strides.

    y[i * stride + j * dilation - low] += x[i] kernel[j] for all i and j, plus bias.

    Args:
        x: float[..., *space, c], one to three axes of space.
        kernel: float[*window, c, d // groups].
        bias: float[d], added.
        strides: steps between the places of neighbours, one number or one per axis.
        padding: what is cut off: "valid" (nothing), "same" (leaves size * stride), a number, or per axis a number or
            (low, high); a negative high adds zeros instead.
        dilation: steps inside the window.
        groups: runs of channels that are spread apart.
    Returns:
        float[..., *places, d], the dtype of `x`, (size - 1) * stride + (window - 1) * dilation + 1 - low - high places.
    Raises:
        SignatureError: if the shapes do not fit.
    Reference: Axon.Layers.conv_transpose; ONNX ConvTranspose; torch's output_padding o is padding (p, p - o).
    """
    rank, (c, d) = kernel.ndim - 2, kernel.shape[-2:]
    window = kernel.shape[:-2]
    apart = kernel.astype(x.dtype).reshape(*window, groups, c // groups, d)
    flipped = jnp.flip(jnp.moveaxis(apart, -3, -2).reshape(*window, c // groups, groups * d), tuple(range(rank)))
    pairs = [
        (far - 1 - low, far - 1 - high) for far, (low, high) in zip(spread(window, dilation), padding, strict=True)
    ]
    y = lax.conv_general_dilated(
        fold(x, rank), flipped, (1,) * rank, pairs, lhs_dilation=strides, rhs_dilation=dilation,
        dimension_numbers=_LAYOUTS[rank], feature_group_count=groups,
    )  # fmt: skip
    return _finish(y, bias, x, rank)


def _finish(y: Any, bias: Any, x: Any, rank: int) -> Any:
    return unfold(y if bias is None else y + bias.astype(y.dtype), x, rank)
