"""Convolution of grids of one to three axes, channels last.

XLA's own convolution is slow on CPUs, above all its gradient; there the windows are cut out by slices and
multiplied by one matrix. `bench/conv.py` measures both.
"""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.errors import SignatureError
from philtre.ops.grid import Windows, each, explicit, fold, resolve_padding, spread, unfold
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
    """Cut the windows out as one matrix, and multiply it by the kernel."""
    rank, channels = kernel.ndim - 2, kernel.shape[-2]
    grid, kernel = fold(x, rank), kernel.astype(x.dtype)
    windows = Windows(kernel.shape[:-2], strides, padding, dilation)
    cut = list(windows.slices(grid, jnp.zeros((), x.dtype)))
    seen = jnp.concatenate(cut, axis=-1) if groups == 1 else jnp.stack(cut, axis=-2)
    if groups == 1:
        y = lax.dot_general(seen, kernel.reshape(-1, kernel.shape[-1]), (((rank + 1,), (0,)), ((), ())))
    else:
        seen = seen.reshape(*seen.shape[:-1], groups, channels)
        shared = kernel.reshape(-1, channels, groups, kernel.shape[-1] // groups)
        y = jnp.einsum("n...kgc,kcgd->n...gd", seen, shared).reshape(*seen.shape[:-3], kernel.shape[-1])
    return _finish(y, bias, x, rank)


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
    grid = fold(x, rank)
    pairs = Windows(kernel.shape[:-2], strides, padding, dilation).pairs(grid.shape[1:-1])
    y = lax.conv_general_dilated(
        grid, kernel.astype(x.dtype), strides, pairs, rhs_dilation=dilation,
        dimension_numbers=_LAYOUTS[rank], feature_group_count=groups,
    )  # fmt: skip
    return _finish(y, bias, x, rank)


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
