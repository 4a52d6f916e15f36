"""Reductions: NaN wins, integer sums wrap and keep all digits, rows may be none."""

import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

NAN, INF = np.nan, np.inf
X = np.array([[1, NAN, 3, -1], [2, 2, -INF, INF], [0.5, -0.5, 7, 7]])


def over(name, axis):
    return lambda x: getattr(jnp, name)(x, axis=axis)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_floats_along_rows(agree, dtype):
    names = ["sum", "prod", "max", "min", "mean", "var", "argmax", "argmin", "cumsum", "any", "all"]
    agree({name: over(name, 1) for name in names}, X.astype(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floats_over_the_batch(agree, dtype):
    functions = {
        f"{name}_{axis}": over(name, axis) for name in ("max", "min", "argmax", "argmin") for axis in (0, None)
    }
    agree(functions, X.astype(dtype), empty=False)
    agree({name: over(name, 0) for name in ("sum", "mean", "any", "all", "cumsum")}, X.astype(dtype))


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int32", "uint32", "int64", "uint64"])
def test_integers(agree, dtype):
    large = np.array([[1, 2, 3, 2**62], [2**53, 1, 1, 2**32 - 1], [-1, -1, 2**62, 2**62]]).astype(dtype)
    names = ["sum", "max", "min", "argmax", "argmin", "any", "all"]
    if dtype == "uint64":
        names = ["sum"]
    functions = {name: over(name, 1) for name in names}
    agree(functions | {"all": lambda x: x.sum(), "rows": over("sum", 0), "cumsum": over("cumsum", 1)}, large)
    agree(
        {"own": lambda x: lax.reduce_sum_p.bind(x, axes=(0,), out_sharding=None)}
        if dtype != "bool"
        else over("sum", 0),
        large,
    )


def test_the_largest_int64_where_its_low_half_misleads(agree):
    values = np.random.default_rng(0).choice(
        [0, 1, -1, 2**32 - 1, 2**32, 2**33 - 1, -(2**32), -(2**63), 2**63 - 1], (50, 4)
    )
    names = ["max", "min", "argmax", "argmin"]
    agree({name: over(name, 1) for name in names} | {"clip": lambda x: jnp.clip(x, 0, 2**32 - 1)}, values)
    agree({name: over(name, (1, 2)) for name in names[:2]}, values.reshape(10, 5, 4))


def test_two_axes_at_once(agree):
    x = np.arange(60, dtype=np.int32).reshape(3, 4, 5)
    agree({"outer": over("sum", (0, 2)), "inner": over("sum", (1, 2)), "most": over("max", (1, 2))}, x)
    agree({"outer": over("sum", (0, 2)), "inner": over("mean", (1, 2))}, x.astype(np.float32))


def test_ties_and_nan_give_the_first_position(agree):
    x = np.float32([[1, 3, 3, NAN, NAN], [3, 1, 1, 3, 2]])
    built = agree({"most": over("argmax", 1), "least": over("argmin", 1)}, x)
    assert built.run(x)["most"].tolist() == [3, 0]
    assert built.run(x)["least"].tolist() == [3, 1]


def test_the_mean_of_no_rows_is_nan(convert):
    built = convert(lambda x: x.mean(0), np.ones((3, 2), np.float32))
    assert np.isnan(built.run(np.ones((0, 2), np.float32))["y"]).all()


def test_cumulative_sums_backwards(agree):
    agree(lambda x: lax.cumsum(x, 1, reverse=True), np.arange(6).reshape(2, 3))


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"])
def test_bits_and_products_of_integers(agree, dtype):
    top = np.iinfo(dtype).max
    x = np.array([[3, top, 5], [top, top - 1, 1], [9, 27, 11]], dtype)
    names = ["reduce_and", "reduce_or", "reduce_xor", "reduce_prod"]
    agree({name: lambda x, name=name: getattr(lax, name)(x, (1,)) for name in names}, x)
    agree({name: lambda x, name=name: getattr(lax, name)(x, (0,)) for name in names}, x)


def test_parity_of_booleans(agree):
    agree(lambda x: lax.reduce_xor(x, (1,)), np.array([[True, True, False], [True, True, True]]))
