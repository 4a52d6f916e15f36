"""The building blocks of random programs: what each takes, and whether rounding may decide its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

FLOATS = ("float32", "float64", "float16", "bfloat16")
SIGNED = ("int32", "int64", "int8", "int16")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
INTEGERS = SIGNED + UNSIGNED
NUMBERS = FLOATS + INTEGERS
LOGIC = ("bool",)
ANY = NUMBERS + LOGIC


class Rounding(Enum):
    """What an operator does to the last digits."""

    KEEPS = "moves values or rounds as every machine does"
    DECIDES = "jumps: takes exact values only"
    ROUNDS = "rounds as it likes: its results are not exact"


KEEPS, DECIDES, ROUNDS = Rounding


@dataclass(frozen=True)
class Operator:
    """A function of one or two arrays of one dtype and shape.

    Args:
        name: that of the primitive that it is about.
        function: takes arrays.
        dtypes: names of the dtypes that it takes.
        rounding: see `Rounding`.
        arity: number of arrays.
        axes: ranks of the arrays that it takes.
        filled: whether it needs at least one entry.
    """

    name: str
    function: Callable[..., Any]
    dtypes: tuple[str, ...]
    rounding: Rounding
    arity: int = 1
    axes: tuple[int, ...] = (0, 1, 2)
    filled: bool = False

    def takes(self, dtype: str, shape: tuple[int, ...], exact: bool) -> bool:
        fits = dtype in self.dtypes and len(shape) in self.axes and (exact or self.rounding is not DECIDES)
        return fits and (not self.filled or 0 not in shape)


def _named(names: str, dtypes: tuple[str, ...], rounding: Rounding, **options: Any) -> list[Operator]:
    return [Operator(name, getattr(lax, name), dtypes, rounding, **options) for name in names.split()]


def _along(names: str, dtypes: tuple[str, ...], rounding: Rounding) -> list[Operator]:
    return [Operator(name, _last(getattr(lax, name), False), dtypes, rounding, axes=(1, 2)) for name in names.split()]


def _reduced(names: str, dtypes: tuple[str, ...], rounding: Rounding, **options: Any) -> list[Operator]:
    functions = {name: _last(getattr(lax, name), True) for name in names.split()}
    return [Operator(name, f, dtypes, rounding, axes=(1, 2), **options) for name, f in functions.items()]


def _last(function: Callable[..., Any], many: bool) -> Callable[..., Any]:
    """Apply along the last axis; to functions that take several axes, as a tuple."""
    return lambda x: function(x, (x.ndim - 1,) if many else x.ndim - 1)


def one(x: Any) -> Any:
    return jnp.ones((), x.dtype)


def places(x: Any) -> Any:
    """Positions, some out of range."""
    return jnp.asarray([1, -1, 0, 7], jnp.int32)


def looped(x: Any) -> Any:
    return lax.fori_loop(0, 3, lambda i, y: lax.max(y, x) + one(x), x)


def scanned(x: Any) -> Any:
    return lax.scan(lambda s, r: (lax.max(s, r), lax.min(s, r)), x[0], x)[1]


def searched(x: Any) -> Any:
    return lax.while_loop(lambda s: s[1] < 3, lambda s: (lax.max(s[0], x), s[1] + 1), (x, jnp.int32(0)))[0]


def branched(x: Any) -> Any:
    return lax.cond(x.ravel()[0] > one(x), lambda y: lax.max(y, one(y)), lambda y: lax.min(y, one(y)), x)


def scattered(name: str) -> Callable[..., Any]:
    return lambda x: getattr(x.at[places(x)], name)(one(x), mode="drop")


CASTS = [
    Operator("convert_element_type", lambda x, to=to: lax.convert_element_type(x, to), ANY, DECIDES)
    for to in ("float32", "float16", "int32", "int8", "uint8", "bool")
]
OPERATORS: list[Operator] = [
    *_named("neg", FLOATS + SIGNED, KEEPS),
    *_named("abs", FLOATS + SIGNED, KEEPS),
    *_named("square", NUMBERS, KEEPS),
    *_named("sign", NUMBERS, DECIDES),
    *_named("floor ceil round", FLOATS, DECIDES),
    *_named("is_finite", FLOATS, DECIDES),
    *_named("exp exp2 expm1 log log1p sqrt rsqrt cbrt tanh logistic sin cos", FLOATS, ROUNDS),
    *_named("atan sinh cosh asinh erf erfc", FLOATS, ROUNDS),
    *_named("tan asin acos acosh atanh", FLOATS, ROUNDS),
    *_named("add sub mul", NUMBERS, KEEPS, arity=2),
    *_named("max min", ANY, KEEPS, arity=2),
    *_named("div", INTEGERS, KEEPS, arity=2),
    *_named("rem", NUMBERS, DECIDES, arity=2),
    *_named("pow atan2", FLOATS, ROUNDS, arity=2),
    *_named("eq ne lt le gt ge", ANY, DECIDES, arity=2),
    *_named("bitwise_and bitwise_or bitwise_xor", INTEGERS + LOGIC, KEEPS, arity=2),
    *_named("bitwise_not", INTEGERS + LOGIC, KEEPS),
    *_named("population_count clz", INTEGERS, KEEPS),
    *_named("shift_left shift_right_arithmetic shift_right_logical", INTEGERS, KEEPS, arity=2),
    Operator("div", lax.div, FLOATS, ROUNDS, arity=2),
    Operator("integer_pow", lambda x: lax.integer_pow(x, 3), NUMBERS, ROUNDS),
    Operator("clamp", lambda x: lax.clamp(-one(x), x, one(x)), FLOATS + SIGNED, KEEPS),
    Operator("select_n", lambda x, y: jnp.where(x > y, x, y), ANY, DECIDES, arity=2),
    *CASTS,
    Operator("bitcast_convert_type", lambda x: lax.bitcast_convert_type(x, "int32"), ("float32", "uint32"), DECIDES),
    Operator(
        "broadcast_in_dim",
        lambda x: lax.broadcast_in_dim(x, (2, *x.shape), range(1, x.ndim + 1)),
        ANY,
        KEEPS,
        axes=(0, 1),
    ),
    Operator("reshape", lambda x: x.reshape(-1), ANY, KEEPS),
    Operator("squeeze", lambda x: lax.squeeze(x[:1], (0,)), ANY, KEEPS, axes=(1, 2), filled=True),
    Operator("transpose", lambda x: lax.transpose(x, (1, 0)), ANY, KEEPS, axes=(2,)),
    Operator("rev", lambda x: lax.rev(x, (x.ndim - 1,)), ANY, KEEPS, axes=(1, 2)),
    Operator("slice", lambda x: x[..., 1:], ANY, KEEPS, axes=(1, 2)),
    Operator("pad", lambda x: lax.pad(x, one(x), [(1, -1, 0)] * x.ndim), ANY, KEEPS, axes=(1, 2)),
    Operator("concatenate", lambda x, y: lax.concatenate([x, y], 0), ANY, KEEPS, arity=2, axes=(1, 2)),
    Operator("iota", lambda x: x + lax.broadcasted_iota(x.dtype, x.shape, x.ndim - 1), NUMBERS, KEEPS, axes=(1, 2)),
    *_reduced("reduce_sum reduce_prod", NUMBERS, ROUNDS),
    *_reduced("reduce_max reduce_min", NUMBERS, KEEPS, filled=True),
    *_reduced("reduce_and reduce_or", LOGIC, KEEPS),
    Operator("argmax", lambda x: lax.argmax(x, x.ndim - 1, jnp.int32), NUMBERS, DECIDES, axes=(1, 2), filled=True),
    Operator("argmin", lambda x: lax.argmin(x, x.ndim - 1, jnp.int32), NUMBERS, DECIDES, axes=(1, 2), filled=True),
    *_along("cumsum cumprod", NUMBERS, ROUNDS),
    *_along("cummax cummin", NUMBERS, KEEPS),
    Operator(
        "dot_general",
        lambda x, y: lax.dot_general(x, y, (((x.ndim - 1,), (y.ndim - 1,)), ((), ()))),
        NUMBERS,
        ROUNDS,
        arity=2,
        axes=(1, 2),
    ),
    Operator("sort", lambda x: lax.sort(x), ANY, DECIDES, axes=(1, 2)),
    Operator("top_k", lambda x: lax.top_k(x, 1)[0], NUMBERS, DECIDES, axes=(1, 2), filled=True),
    Operator("gather", lambda x: jnp.take(x, places(x), axis=0, mode="clip"), ANY, KEEPS, axes=(1, 2), filled=True),
    Operator(
        "gather",
        lambda x: jnp.take(x, places(x), axis=0, mode="fill", fill_value=1),
        ANY,
        KEEPS,
        axes=(1, 2),
        filled=True,
    ),
    Operator(
        "dynamic_slice",
        lambda x: lax.dynamic_slice_in_dim(x, x.shape[0] + jnp.int32(3), 1, 0),
        ANY,
        KEEPS,
        axes=(1, 2),
        filled=True,
    ),
    Operator(
        "dynamic_update_slice",
        lambda x: lax.dynamic_update_slice_in_dim(x, x[:1] * 0, jnp.int32(9), 0),
        NUMBERS,
        KEEPS,
        axes=(1, 2),
        filled=True,
    ),
    Operator("scatter", scattered("set"), ANY, KEEPS, axes=(1, 2), filled=True),
    Operator("scatter-add", scattered("add"), NUMBERS, KEEPS, axes=(1, 2), filled=True),
    Operator("scatter-max", scattered("max"), NUMBERS, KEEPS, axes=(1, 2), filled=True),
    Operator("scan", looped, NUMBERS, KEEPS),
    Operator("scan", scanned, NUMBERS, KEEPS, axes=(1, 2), filled=True),
    Operator("while", searched, NUMBERS, KEEPS),
    Operator("cond", branched, NUMBERS, DECIDES, filled=True),
    Operator("jit", jax.jit(lambda x: lax.max(x, one(x))), NUMBERS, KEEPS),
    Operator("custom_jvp_call", jax.nn.relu, FLOATS, KEEPS),
    Operator(
        "reduce_window_max",
        lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2), (1, 1), "SAME"),
        ("float32", "float64"),
        KEEPS,
        axes=(2,),
    ),
    Operator(
        "reduce_window_sum",
        lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 2), (1, 1), "SAME"),
        ("float32", "float64"),
        ROUNDS,
        axes=(2,),
    ),
    Operator(
        "conv_general_dilated",
        lambda x: lax.conv(x[None, None], jnp.ones((1, 1, 2, 2), x.dtype), (1, 1), "SAME")[0, 0],
        ("float32",),
        ROUNDS,
        axes=(2,),
    ),
]
