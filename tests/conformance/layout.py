"""Moving values without changing them: reshape, transpose, slice, pad, concatenate, broadcast, iota."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import ANY, FEW, Case, cases, counted, fixed, moderates

ONE = {
    "reshape": lambda x: x.reshape(4, 6),
    "reshape_scalar": lambda x: x[:1, :1, 0].reshape(()),
    "ravel": jnp.ravel,
    "transpose": lambda x: x.transpose(2, 0, 1),
    "squeeze": lambda x: lax.squeeze(x[:1], (0,)),
    "expand_dims": lambda x: x[:, None, :, None],
    "rev": lambda x: lax.rev(x, (0, 2)),
    "slice": lambda x: lax.slice(x, (0, 1, 1), (2, 3, 4), (1, 1, 2)),
    "slice_negative_step": lambda x: x[:, ::-2, 3:0:-1],
    "slice_empty": lambda x: x[:, 1:1],
    "broadcast_in_dim": lambda x: lax.broadcast_in_dim(x[0], (2, 3, 5, 4), (1, 3)),
    "broadcast_to": lambda x: jnp.broadcast_to(x[:, :1], (2, 5, 4)),
    "pad": lambda x: lax.pad(x, x.dtype.type(1), ((1, 2, 0), (0, 0, 1), (2, 0, 2))),
    "pad_negative": lambda x: lax.pad(x, x.dtype.type(1), ((-1, 0, 0), (1, -2, 0), (-1, -1, 1))),
    "roll": lambda x: jnp.roll(x, 5, axis=2),
    "tile": lambda x: jnp.tile(x, (2, 1, 3)),
    "repeat": lambda x: jnp.repeat(x, 3, axis=1),
    "split": lambda x: lax.split(x, (1, 2), axis=1),
    "unstack": lambda x: jnp.unstack(x, axis=1),
    "rot90": jnp.rot90,
    "tril": lambda x: jnp.tril(x[0]),
    "triu": lambda x: jnp.triu(x, 1),
    "diagonal": lambda x: jnp.diagonal(x[0]),
    "diag": lambda x: jnp.diag(x[0, 0]),
    "flip": lambda x: jnp.flip(x, 1),
    "zeros_like": lambda x: (jnp.zeros_like(x), jnp.ones_like(x), jnp.full_like(x, 1)),
    "constant": lambda x: x + jnp.asarray(np.arange(4), x.dtype),
    "same_output_twice": lambda x: (x, x, x[0]),
    "moveaxis": lambda x: jnp.moveaxis(x, 0, -1),
    "vmap_slice": lambda x: jax.vmap(lambda row: row[1:, 0])(x),
}
TWO = {
    "concatenate": lambda a, b: lax.concatenate([a, b, a], 1),
    "concatenate_one": lambda a, b: lax.concatenate([a], 0),
    "stack": lambda a, b: jnp.stack([a, a], 1),
    "append": lambda a, b: jnp.append(a, b),
    "kron": lambda a, b: jnp.kron(a.astype("int32"), b.astype("int32")),
    "meshgrid": lambda a, b: tuple(jnp.meshgrid(a[0], b[:, 0])),
}

CASES = [
    *cases("layout", ONE, counted(2, 3, 4), dtypes=ANY, exact=True),
    *cases("layout", TWO, moderates((2, 3), (2, 5)), dtypes=ANY, exact=True),
    Case("layout.iota", lambda x: lax.broadcasted_iota(x.dtype, (2, 5), 1) + x, counted(5), FEW, exact=True),
    Case(
        "layout.iota_every_dtype",
        lambda x: tuple(
            jnp.arange(5, dtype=d) + x[0].astype(d)
            for d in ANY[:-1]
            if d not in ("bfloat16", "float64", "int64", "uint64")
        ),
        counted(5),
        ("float32",),
        exact=True,
    ),
    Case("layout.linspace", lambda x: x + jnp.linspace(0, 1, 5, dtype=x.dtype), counted(5)),
    Case("layout.eye", lambda x: x + jnp.eye(5, dtype=x.dtype), counted(5), FEW, exact=True),
    Case("layout.scalar_inputs", lambda x, y: x + y.astype(x.dtype), fixed(3, np.int32(2)), FEW, exact=True),
    Case("layout.dynamic_roll", lambda x, k: jnp.roll(x, k), fixed([1, 2, 3, 4], np.int32(-6)), FEW, exact=True),
]
