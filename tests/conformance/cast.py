"""Casts between all dtypes: NaN is 0, floats saturate, whole numbers wrap, floats round to even."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import ANY, FLOATS, Case, cases, edge, edges

NARROW = tuple(name for name in ANY if name not in ("float64", "int64", "uint64"))
BITS = {"float16": "uint16", "bfloat16": "uint16", "float32": "uint32", "float64": "uint64"}


def large(dtype):
    numbers = [2.0**31, 2.0**32, -(2.0**31) - 512, 3e9, -3e9, 127.5, 128.5, -129, 255.9, 65535.9, 1e10, 1e38, -1e38]
    with np.errstate(over="ignore"):
        return (np.concatenate([edges(dtype).astype(np.float64), numbers]).astype(dtype),)


def numbers_only(dtype):
    """Edges but NaN, whose bits are left open."""
    every = edges(dtype)
    return (every[every == every],)


def to(*names):
    return {f"to_{name}": lambda x, name=name: lax.convert_element_type(x, jnp.dtype(name)) for name in names}


WIDE_INPUTS = ("float64", "int64", "uint64")

CASES = [
    *cases("cast", to(*NARROW), edge, dtypes=tuple(name for name in ANY if name not in FLOATS), exact=True),
    *cases("cast", {f"float_{name}": f for name, f in to(*NARROW).items()}, large, dtypes=FLOATS, exact=True),
    *cases("cast", to("int64", "uint64"), edge, dtypes=("int64", "uint64"), exact=True),
    *cases(
        "cast",
        {f"float_{name}": f for name, f in to("int64", "uint64").items()},
        large,
        dtypes=("float64",),
        exact=True,
    ),
    *cases("cast", {f"whole_{name}": f for name, f in to("float64").items()}, edge, dtypes=WIDE_INPUTS, exact=True),
    Case("cast.round_trip", lambda x: x.astype("int32").astype(x.dtype), large, FLOATS, exact=True),
    Case("cast.promote", lambda x: x + jnp.arange(x.shape[0], dtype="int8"), edge, ANY, exact=True),
    Case("cast.weak", lambda x: x * 2.5, edge, NARROW, elementwise=True),
    Case(
        "bits.from_float", lambda x: lax.bitcast_convert_type(x, BITS[x.dtype.name]), numbers_only, FLOATS, exact=True
    ),
    Case(
        "bits.to_float",
        lambda x: lax.bitcast_convert_type(x, "float32"),
        lambda _: (np.uint32([0, 1 << 31, 0x3F800000, 0x40490FDB, 0x7F800000]),),
        ("uint32",),
        exact=True,
    ),
    Case(
        "bits.narrower",
        lambda x: lax.bitcast_convert_type(x, "uint8"),
        numbers_only,
        ("float32", "int32", "uint32"),
        exact=True,
    ),
    Case(
        "bits.wider",
        lambda x: lax.bitcast_convert_type(x.reshape(-1, 4), "int32"),
        lambda _: (np.arange(16, dtype="uint8"),),
        ("uint8",),
        exact=True,
    ),
    Case("bits.signed", lambda x: lax.bitcast_convert_type(x, "int32"), edge, ("uint32",), exact=True),
    Case(
        "bits.frexp",
        jnp.frexp,
        lambda dtype: (np.array([1, 0.5, -3, 100, 0.1]).astype(dtype),),
        ("float32", "float64"),
        exact=True,
    ),
    Case(
        "bits.ldexp",
        lambda x: jnp.ldexp(x, jnp.int32([0, 1, -2, 5, 10])),
        lambda dtype: (np.array([1, 0.5, -3, 0, 0.1]).astype(dtype),),
        ("float32", "float64"),
        exact=True,
    ),
    Case(
        "bits.packbits",
        lambda x: (jnp.packbits(x), jnp.unpackbits(jnp.packbits(x))),
        lambda _: (np.array([1, 0, 0, 1, 1, 0, 1, 0, 1], bool),),
        ("bool",),
    ),
]
