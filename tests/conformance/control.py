"""Loops and branches: no turn at all, carried state of several dtypes, nested, mapped, differentiated."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from tests.conformance.case import FEW, SINGLE, WIDE, Case, cases, fixed, moderate


def collatz(x, k):
    def step(state):
        n, turns = state
        return jnp.where(n % 2 == 0, n // 2, 3 * n + 1), turns + 1

    return lax.while_loop(lambda state: state[0] > 1, step, (k[1], jnp.int32(0)))


def nested(x, k):
    def row(i, total):
        return lax.fori_loop(0, i, lambda j, t: t + x[i, j % 4], total)

    return lax.fori_loop(0, 3, row, jnp.zeros((), x.dtype))


def recurrence(x, k):
    def step(state, row):
        state = state * x.dtype.type(2) + row
        return state, (state, row.sum())

    return lax.scan(step, jnp.zeros(4, x.dtype), x)


def branch(x, k):
    return lax.switch(k[2], [lambda x: x, lambda x: x + x, lambda x: x * x], x)


LOOPS = {
    "while": collatz,
    "while_never": lambda x, k: lax.while_loop(lambda s: s[1] < 0, lambda s: (s[0] * 2, s[1] - 1), (x, k[0])),
    "while_closed_over": lambda x, k: lax.while_loop(lambda i: x[i, 0] < x[2, 0], lambda i: i + 1, jnp.int32(0)),
    "while_mapped": lambda x, k: jax.vmap(lambda n: collatz(x, jnp.stack([n, n])))(jnp.abs(k)),
    "fori": lambda x, k: lax.fori_loop(0, 5, lambda i, y: y + i.astype(y.dtype), x),
    "fori_traced_bound": lambda x, k: lax.fori_loop(0, k[1], lambda i, y: y + y[i % 3], x),
    "fori_none": lambda x, k: lax.fori_loop(3, k[0], lambda i, y: y * 0, x),
    "nested": nested,
    "scan": recurrence,
    "scan_reverse": lambda x, k: lax.scan(lambda s, row: (s + row, s), jnp.zeros(4, x.dtype), x, reverse=True),
    "scan_length": lambda x, k: lax.scan(lambda s, _: (s + s, s[0]), x, None, length=3),
    "scan_unrolled": lambda x, k: lax.scan(lambda s, row: (s + row, s), jnp.zeros(4, x.dtype), x, unroll=2),
    "scan_empty": lambda x, k: lax.scan(lambda s, row: (s + row, s), jnp.ones(4, x.dtype), x[:0]),
    "scan_integer_state": lambda x, k: lax.scan(lambda i, row: (i + 1, row[i]), jnp.int32(0), x),
    "scan_nested": lambda x, k: lax.scan(lambda s, r: lax.scan(lambda t, v: (t + v, t), s, r), x[0, 0], x),
    "scan_mapped": lambda x, k: jax.vmap(lambda row: lax.scan(lambda s, v: (s + v, s), row[0], row))(x),
    "cond": lambda x, k: lax.cond(k[1] > 2, lambda x: x + x, lambda x: x, x),
    "cond_otherwise": lambda x, k: lax.cond(k[0] > 2, lambda x: (x, k), lambda x: (x * 2, k + 1), x),
    "cond_number": lambda x, k: lax.cond(k[1], lambda: x, lambda: x * 3),
    "cond_mapped": lambda x, k: jax.vmap(lambda r, i: lax.cond(i > 1, lambda r: r * 2, lambda r: r, r))(x, k[:3]),
    "switch": branch,
    "switch_below": lambda x, k: branch(x, -k),
    "switch_in_range": lambda x, k: branch(x, k % 2 + 1),
    "cond_in_scan": lambda x, k: lax.scan(
        lambda s, r: lax.cond(r[0] > 1, lambda: (s + r, s), lambda: (s, r)), jnp.zeros(4, x.dtype), x
    ),
    "while_in_cond": lambda x, k: lax.cond(k[1] > 0, lambda: collatz(x, k)[1], lambda: k[0]),
    "map": lambda x, k: lax.map(lambda row: row.sum() + row, x),
    "associative_scan": lambda x, k: lax.associative_scan(jnp.add, x),
    "piecewise": lambda x, k: jnp.piecewise(x, [x < 3, x > 6], [lambda v: -v, lambda v: v * v, 0]),
}
CALLS = {
    "jit": jax.jit(lambda x: x + 1),
    "nested_jit": jax.jit(lambda x: jax.jit(jnp.cumsum)(x) * 2),
    "checkpoint": jax.checkpoint(lambda x: x * x),
    "custom_jvp": jax.nn.relu,
    "vmap_vmap": jax.vmap(jax.vmap(lambda v: v * v + 1)),
    "remat_partial": jax.checkpoint(functools.partial(jnp.sum, axis=1)),
}
DERIVATIVES = {
    "grad": jax.grad(lambda x: (x * jnp.tanh(x)).sum()),
    "grad_scan": jax.grad(lambda x: lax.scan(lambda s, r: (jnp.tanh(s + r), s), x[0], x)[0].sum()),
    "grad_fori": jax.grad(lambda x: lax.fori_loop(0, 3, lambda i, y: jnp.sin(y), x).sum()),
    "grad_cond": jax.grad(lambda x: lax.cond(x[0, 0] > 0, jnp.sin, jnp.cos, x).sum()),
    "jvp": lambda x: jax.jvp(jnp.exp, (x,), (jnp.ones_like(x),)),
    "hessian": lambda x: jax.hessian(lambda v: (v**3).sum())(x[0]),
    "jacobian": lambda x: jax.jacrev(lambda v: jnp.outer(v, v))(x[0]),
    "custom_vjp": lambda x: jax.grad(lambda v: _clipped(v).sum())(x),
    "linear_regression": lambda x: jax.grad(lambda w: ((x @ w - x[:, 0]) ** 2).mean())(x[0]),
    "softmax_cross_entropy": jax.grad(lambda x: -jax.nn.log_softmax(x)[:, 0].mean()),
}


@jax.custom_vjp
def _clipped(x):
    return x * x


_clipped.defvjp(lambda x: (x * x, x), lambda x, g: (jnp.clip(2 * x * g, -1, 1),))

X = np.array([[1, 2, 3, 4], [5, 1, 2, 6], [9, 8, 7, 0]])

CASES = [
    *cases("control", LOOPS, fixed(X, np.int32([0, 6, 9])), dtypes=FEW, exact=True),
    *cases("call", CALLS, moderate(3, 4), dtypes=WIDE),
    *cases("derivative", DERIVATIVES, moderate(3, 4), dtypes=WIDE),
    Case(
        "control.while_no_state",
        lambda x, k: lax.while_loop(lambda i: i < 3, lambda i: i + 1, k[0]),
        fixed(X, np.int32([0, 6, 9])),
        SINGLE,
    ),
    Case(
        "control.newton",
        lambda x, k: lax.while_loop(lambda s: jnp.abs(s * s - 2) > 1e-4, lambda s: (s + 2 / s) / 2, x[0, 0]),
        fixed(X, np.int32([0, 6, 9])),
        WIDE,
    ),
]
