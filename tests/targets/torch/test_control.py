"""Loops and branches: nested, with carried state, of no steps, backwards, mapped."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)


def test_loops(agree):
    agree(
        {
            "fori": lambda x: lax.fori_loop(0, 3, lambda i, v: v * 2 + i, x),
            "while": lambda x: lax.while_loop(lambda v: jnp.abs(v).sum() < 50, lambda v: v * 2 + 1, x),
            "nested": lambda x: lax.fori_loop(0, 2, lambda i, v: lax.fori_loop(0, i + 1, lambda j, w: w + j, v), x),
            "steps": lambda x: lax.while_loop(lambda s: s[0] < 4, lambda s: (s[0] + 1, s[1] * x), (0, x))[1],
            "none": lambda x: lax.fori_loop(0, 0, lambda i, v: v * 2, x),
        },
        X,
        empty=False,
    )


def test_scans(agree):
    def step(carry, line):
        return carry + line, carry * line

    agree(
        {
            "carry": lambda x: lax.scan(step, jnp.zeros(x.shape[0]), x.T)[0],
            "lines": lambda x: lax.scan(step, jnp.zeros(x.shape[0]), x.T)[1],
            "backwards": lambda x: lax.scan(step, jnp.zeros(x.shape[0]), x.T, reverse=True)[1],
            "count": lambda x: lax.scan(lambda c, _: (c + 1, c), x, None, length=3)[1],
            "none": lambda x: lax.scan(lambda c, _: (c + 1, c), x, None, length=0)[1],
            "map": lambda x: lax.map(lambda row: row / (1 + row.sum()), x.T),
            "sums": lambda x: lax.associative_scan(jnp.add, x, axis=1),
        },
        X,
    )


def test_a_scan_over_a_free_batch(agree):
    agree(lambda x: lax.scan(lambda c, row: (c + row, c), jnp.zeros(4), x)[1], X)


def test_branches(agree):
    agree(
        {
            "cond": lambda x, i: lax.cond(x.sum() > 0.5, lambda v: v + 1, lambda v: v - 1, x),
            "switch": lambda x, i: lax.switch(i, [lambda v: v, lambda v: 2 * v, lambda v: v.sum() + 0 * v], x),
            "beyond": lambda x, i: lax.switch(i + 9, [lambda v: v, lambda v: 2 * v], x),
            "mapped": lambda x, i: jax.vmap(lambda r: lax.cond(r[0] > 0, jnp.sin, jnp.cos, r))(x),
            "both": lambda x, i: lax.cond(i > 0, lambda: (x, i), lambda: (2 * x, -i))[0],
        },
        X,
        np.int32(1),
    )


def test_loops_mapped_over_rows_stop_one_by_one(agree):
    def collatz(n):
        return lax.while_loop(
            lambda s: s[0] > 1, lambda s: (jnp.where(s[0] % 2 == 0, s[0] // 2, 3 * s[0] + 1), s[1] + 1), (n, 0)
        )[1]

    built = agree(jax.vmap(collatz), np.int32([1, 6, 27, 7]), empty=False)
    assert built.run(np.int32([27]))["y"].tolist() == [111]


def test_bodies_close_over_arrays_and_sizes(agree):
    weights = jnp.arange(4.0)

    def function(x):
        return lax.fori_loop(0, 3, lambda i, v: v * weights + jnp.arange(x.shape[0])[:, None], x)

    agree(function, X)


def test_the_gradient_of_a_scan(agree):
    def loss(x):
        return (lax.scan(lambda c, row: (jnp.tanh(c + row), c), jnp.zeros(4), x)[1] ** 2).sum()

    agree(jax.grad(loss), X, free=False)


def test_a_linear_solver_that_brings_its_gradient(agree):
    def solved(x):
        return lax.custom_linear_solve(lambda v: 2 * v, x, lambda _, b: b / 2, symmetric=True)

    agree({"solved": solved, "gradient": lambda x: jax.grad(lambda x: solved(x).sum())(x)}, X)
