"""Axes without entries, free axes (the batch and a second symbol), sizes that become values."""

import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import ANY, FEW, FLOATS, SINGLE, WIDE, Case, cases, fixed, moderate, moderates

EMPTY = {
    "sum": lambda x: (x.sum(axis=1), x.sum(axis=0), x.prod(axis=1)),
    "add": lambda x: x + x,
    "transpose": lambda x: x.T,
    "reshape": lambda x: x.reshape(2, 0, 3),
    "concatenate": lambda x: jnp.concatenate([x, x], 0),
    "sort": lambda x: jnp.sort(x, axis=1),
    "cumsum": lambda x: lax.cumsum(x, axis=0),
    "pad": lambda x: lax.pad(x, x.dtype.type(1), ((0, 0, 0), (1, 1, 0))),
    "broadcast": lambda x: jnp.broadcast_to(x, (2, *x.shape)),
    "take_none": lambda x: x[jnp.zeros(0, "int32")],
}
FLOAT_EMPTY = {
    "mean": lambda x: (x.mean(axis=1), x.mean()),
    "matmul": lambda x: x @ x.T,
    "matmul_inner": lambda x: x.T @ x,
    "max_initial": lambda x: (jnp.max(x, axis=1, initial=-1), jnp.max(x, axis=1, initial=-jnp.inf)),
    "any": lambda x: ((x > 0).any(axis=1), (x > 0).all(axis=1)),
}


def empty(dtype):
    return (np.zeros((3, 0), dtype),)


BATCH = ((None, 4),)
SEQUENCE = ((None, "length", 4),)
FREE = {
    "sum": lambda x: x.sum(axis=-1),
    "mean": lambda x: x.mean(axis=1),
    "mean_of_batch": lambda x: x - x.mean(axis=0),
    "softmax": lambda x: jnp.exp(x) / jnp.exp(x).sum(axis=1, keepdims=True),
    "flatten": lambda x: x.reshape(x.shape[0], -1),
    "one_line": lambda x: x.reshape(-1),
    "merge": lambda x: x.reshape(-1, 4),
    "transpose": lambda x: jnp.moveaxis(x, 1, 0),
    "concatenate": lambda x: jnp.concatenate([x, x[:, :1]], axis=1),
    "slice": lambda x: x[:, 1:],
    "slice_end": lambda x: x[:, :-1],
    "last": lambda x: x[:, -1],
    "reverse": lambda x: x[:, ::-1],
    "broadcast": lambda x: jnp.broadcast_to(x[:, :1], x.shape),
    "iota": lambda x: x + jnp.arange(x.shape[1]).astype(x.dtype).reshape(1, -1, *[1] * (x.ndim - 2)),
    "size_as_value": lambda x: x * x.shape[1] + x.shape[0],
    "matmul": lambda x: x @ x.swapaxes(-1, -2),
    "sort": lambda x: jnp.sort(x, axis=1),
    "argmax": lambda x: jnp.argmax(x, axis=1),
    "cumsum": lambda x: lax.cumsum(x, axis=1),
    "take": lambda x: x[:, jnp.array([0, -1])],
    "zeros": lambda x: x + jnp.zeros(x.shape, x.dtype),
    "pad": lambda x: jnp.pad(x, [(0, 0), (1, 2)] + [(0, 0)] * (x.ndim - 2)),
    "scan": lambda x: lax.scan(lambda s, r: (s + r, s), jnp.zeros_like(x[:, 0]), jnp.moveaxis(x, 1, 0))[0],
    "set": lambda x: x.at[:, 0].set(1),
    "eye": lambda x: x.sum() + jnp.eye(x.shape[1], dtype=x.dtype),
    "mask": lambda x: (
        jnp.where(jnp.tril(jnp.ones((x.shape[1], x.shape[1]), bool)), 1.0, 0.0).astype(x.dtype) @ x
        if x.ndim == 3
        else x
    ),
    "einsum": lambda x: jnp.einsum("nti,nsi->nts", x, x) if x.ndim == 3 else jnp.einsum("ni,mi->nm", x, x),
}

CASES = [
    *cases("empty", EMPTY, empty, dtypes=ANY[:-1], exact=True),
    *cases("empty", FLOAT_EMPTY, empty, dtypes=FLOATS, exact=True),
    *cases("batch", FREE, moderate(3, 4), dtypes=SINGLE, axes=BATCH),
    *cases(
        "batch",
        {f"none_{name}": f for name, f in FREE.items() if name not in ("mean_of_batch", "eye", "einsum", "flatten")},
        moderate(0, 4),
        dtypes=SINGLE,
        axes=BATCH,
    ),
    *cases("batch", {f"one_{name}": f for name, f in FREE.items()}, moderate(1, 4), dtypes=SINGLE, axes=BATCH),
    *cases("sequence", FREE, moderate(3, 5, 4), dtypes=FEW, axes=SEQUENCE),
    *cases(
        "sequence",
        {f"one_{name}": f for name, f in FREE.items() if name != "slice"},
        moderate(2, 1, 4),
        dtypes=SINGLE,
        axes=SEQUENCE,
    ),
    Case(
        "sequence.two_inputs",
        lambda x, y: x @ y.swapaxes(1, 2),
        moderates((2, 3, 4), (2, 5, 4)),
        WIDE,
        axes=((None, "queries", 4), (None, "keys", 4)),
    ),
    Case(
        "sequence.lengths",
        lambda x, n: (
            jnp.where(jnp.arange(x.shape[1])[None, :, None] < n[:, None, None], x, 0).sum(axis=1)
            / n[:, None].astype(x.dtype)
        ),
        fixed(np.ones((3, 5, 4)), np.int32([5, 2, 1])),
        WIDE,
        axes=((None, "length", 4), (None,)),
    ),
]
