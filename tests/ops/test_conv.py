"""Convolutions mean torch's, with channels last."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

RANDOM = np.random.default_rng(0)
SIZES = {1: (9,), 2: (9, 8), 3: (5, 6, 4)}
CASES = [
    {},
    {"padding": 1, "strides": 2},
    {"padding": 2, "dilation": 2, "groups": 2},
    {"groups": 4, "padding": 1},
]


def normal(*shape):
    return RANDOM.standard_normal(shape).astype(np.float32)


def first(array, torch):
    """Channels first."""
    return torch.from_numpy(np.moveaxis(array, -1, 1).copy())


def close(ours, theirs):
    np.testing.assert_allclose(ours, np.moveaxis(theirs.numpy(), 1, -1), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("options", CASES, ids=str)
def test_conv_is_torchs(rank, options):
    torch = pytest.importorskip("torch")
    x, bias = normal(2, *SIZES[rank], 4), normal(8)
    kernel = normal(*(3,) * rank, 4 // options.get("groups", 1), 8)
    named = {"stride" if name == "strides" else name: value for name, value in options.items()}
    weight = torch.from_numpy(np.moveaxis(kernel, (-1, -2), (0, 1)).copy())
    function = getattr(torch.nn.functional, f"conv{rank}d")
    close(ops.conv(x, kernel, bias, **options), function(first(x, torch), weight, torch.from_numpy(bias), **named))


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("options", CASES, ids=str)
@pytest.mark.parametrize("extra", [0, 1])
def test_conv_transpose_is_torchs(rank, options, extra):
    torch = pytest.importorskip("torch")
    options = {"strides": 2, **options}
    x, bias, padding = normal(2, *SIZES[rank], 4), normal(8), options.get("padding", 0)
    kernel = normal(*(3,) * rank, 4, 8 // options.get("groups", 1))
    named = {"stride" if name == "strides" else name: value for name, value in options.items()}
    weight = torch.from_numpy(np.moveaxis(kernel, (-2, -1), (0, 1)).copy())
    function = getattr(torch.nn.functional, f"conv_transpose{rank}d")
    theirs = function(first(x, torch), weight, torch.from_numpy(bias), output_padding=extra, **named)
    cut = options | {"padding": [(padding, padding - extra)] * rank}
    close(ops.conv_transpose(x, kernel, bias, **cut), theirs)


@pytest.mark.parametrize("options", [{}, {"strides": 2}, {"groups": 2}, {"groups": 4}, {"dilation": 2}], ids=str)
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_what_is_differentiated_is_the_same_convolution(options, padding):
    """On CPUs a gradient takes another way."""
    x, kernel = normal(2, 7, 6, 4), normal(3, 2, 4 // options.get("groups", 1), 8)
    whole = {"strides": 1, "dilation": 1, "groups": 1, **options}

    def plain(x, kernel):
        return jax.lax.conv_general_dilated(
            x, kernel, (whole["strides"],) * 2, padding.upper(), rhs_dilation=(whole["dilation"],) * 2,
            dimension_numbers=("NHWC", "HWIO", "NHWC"), feature_group_count=whole["groups"],
        )  # fmt: skip

    def ours(x, kernel):
        return ops.conv(x, kernel, padding=padding, **options)

    for function in (lambda f: f, lambda f: jax.grad(lambda *a: jnp.sin(f(*a)).sum(), argnums=(0, 1))):
        for our, expected in zip(*(jax.tree.leaves(function(f)(x, kernel)) for f in (ours, plain)), strict=True):
            np.testing.assert_allclose(our, expected, rtol=1e-4, atol=1e-4)
    value, change = jax.jvp(ours, (x, kernel), (x, kernel))
    np.testing.assert_allclose(value, plain(x, kernel), rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(change, 2 * plain(x, kernel), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("window", [1, 2, 3, 4])
@pytest.mark.parametrize("strides", [1, 2, 3])
def test_same_padding_keeps_size_over_stride(window, strides):
    x = normal(1, 7, 2)
    small = ops.conv(x, normal(window, 2, 2), strides=strides, padding="same")
    assert small.shape == (1, -(-7 // strides), 2)
    assert ops.conv_transpose(x, normal(window, 2, 2), strides=strides, padding="same").shape == (1, 7 * strides, 2)


def test_conv_transpose_is_the_gradient_of_conv():
    kernel, y = normal(3, 3, 4, 5), normal(1, 4, 4, 5)
    options = {"strides": 2, "padding": "same"}
    _, pull = jax.vjp(lambda x: ops.conv(x, kernel, **options), jnp.zeros((1, 8, 8, 4)))
    spread = ops.conv_transpose(y, np.swapaxes(kernel, -1, -2), **options)
    np.testing.assert_allclose(spread, pull(jnp.asarray(y))[0], rtol=1e-4, atol=1e-5)


def test_without_a_batch_a_map_makes_it():
    x, kernel = normal(2, 5, 5, 3), normal(3, 3, 3, 4)
    np.testing.assert_allclose(jax.vmap(lambda x: ops.conv(x, kernel))(x), ops.conv(x, kernel), rtol=1e-6)


def test_a_symbolic_space_keeps_same_where_it_must():
    n, h = jax.export.symbolic_shape("n, h")
    x, kernel = jax.ShapeDtypeStruct((n, h, 3), jnp.float32), normal(3, 3, 4)

    def padding(strides):
        jaxpr = jax.make_jaxpr(lambda x: ops.conv(x, kernel, strides=strides, padding="same"))(x)
        return dict(jaxpr.jaxpr.eqns[-1].params["options"])["padding"]

    assert padding(1) == ((1, 1),)
    assert padding(2) == "same"
    jax.make_jaxpr(jax.grad(lambda x: ops.max_pool(x, window=(2,), padding="same").sum()))(x)
    (mean,) = jax.make_jaxpr(lambda x: ops.avg_pool(x, window=(2,), padding="same"))(x).out_avals
    assert str(mean.shape[1]) == "- floordiv(- h, 2)"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"groups": 2}, "kernel .* got .* 2 groups"),
        ({"strides": 0}, "conv's strides expects 2 numbers of at least 1"),
        ({"strides": (1, 1, 1)}, "2 numbers"),
        ({"padding": -1}, "padding|low"),
        ({"padding": "full"}, '"valid", "same"'),
        ({"padding": ((1, 2, 3), 1)}, "low, high"),
    ],
)
def test_what_does_not_fit_is_said(options, expected):
    with pytest.raises(SignatureError, match=expected):
        ops.conv(normal(1, 5, 5, 3), normal(3, 3, 3, 4), **options)
