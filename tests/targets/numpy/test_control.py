"""Loops and branches: carried state, nothing to do, out of range, side by side."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

X = np.float32([[1, 2, 3], [4, 5, 6]])


def test_loops(agree):
    def total(carry, row):
        return carry + row.sum(), carry * row

    functions = {
        "scan": lambda x: lax.scan(total, jnp.float32(1), x),
        "back": lambda x: lax.scan(total, jnp.float32(1), x, reverse=True),
        "unrolled": lambda x: lax.scan(total, jnp.float32(1), x.T, unroll=2),
        "nothing": lambda x: lax.scan(total, jnp.float32(1), x[:0]),
        "count": lambda x: lax.fori_loop(0, 5, lambda i, y: y + i, x),
        "never": lambda x: lax.while_loop(lambda y: y.sum() < 0, lambda y: y + 1, x),
        "until": lambda x: lax.while_loop(lambda y: y.sum() < 1000, lambda y: y * x + 1, x),
        "map": lambda x: lax.map(jnp.sum, x),
        "nested": lambda x: lax.fori_loop(0, 3, lambda i, y: lax.fori_loop(0, i, lambda j, z: z + i * j, y), x),
        "associative": lambda x: lax.associative_scan(jnp.add, x, axis=1),
        "slope": jax.grad(lambda x: lax.scan(total, x[0, 0], x)[1].sum()),
    }
    single = {
        f"{name}_{i}": lambda x, f=f, i=i: jax.tree.leaves(f(x))[i]
        for name, f in functions.items()
        for i in range(len(jax.tree.leaves(jax.eval_shape(f, X))))
    }
    agree(single, X)


def test_branches(agree):
    k = np.int32([-5, 0, 1, 2, 9])
    branches = [jnp.sin, jnp.cos, lambda y: y * 2]
    functions = {f"at_{i}": lambda k, x, i=i: lax.switch(k[i], branches, x) for i in range(5)}
    functions["mapped"] = lambda k, x: jax.vmap(lambda i: lax.switch(i, branches, x))(k)
    functions["cond"] = lambda k, x: lax.cond(k[0] > 0, lambda y: y, lambda y: -y, x)
    agree(functions, k, X)


def test_loops_side_by_side_end_one_by_one(agree):
    def halved(x):
        return lax.while_loop(lambda s: s[0] > 1, lambda s: (s[0] / 2, s[1] + 1), (x, jnp.int32(0)))[1]

    agree({"row": lambda x: jax.vmap(halved)(x[1]), "matrix": jax.vmap(jax.vmap(halved))}, X)


def test_solvers_roots_and_calls(agree):
    def solved(x):
        a = x @ x.T + jnp.eye(2)
        return lax.custom_linear_solve(lambda v: a @ v, x[:, 0], lambda _, b: jnp.linalg.solve(a, b), symmetric=True)

    @jax.custom_vjp
    def doubled(x):
        return x * 2

    doubled.defvjp(lambda x: (doubled(x), None), lambda _, g: (g * 3,))

    @jax.custom_batching.custom_vmap
    def own(x):
        return jnp.sin(x)

    own.def_vmap(lambda size, mapped, x: (jnp.cos(x), True))
    functions = {
        "solve": solved,
        "slope": jax.grad(lambda x: solved(x).sum()),
        "custom": jax.grad(lambda x: doubled(x).sum()),
        "named": lax.composite(lambda x: x + 1, "my.add"),
        "own": own,
        "own_mapped": jax.vmap(own),
        "platform": lambda x: lax.platform_dependent(x, cpu=jnp.sin, default=jnp.cos),
        "barrier": lambda x: lax.optimization_barrier((x, x + 1))[1],
    }
    agree(functions, X, tolerance=1e-5)
