"""Peak memory, by hand and beside what XLA itself plans."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.describe.kernel import kernels
from philtre.describe.listing import listing
from philtre.describe.memory import peak
from philtre.trace import Spec, trace

N = 256
ROWS = {"x": Spec((N, N), np.dtype(np.float32))}
SQUARE = 4 * N * N


def held(function):
    listed = listing(trace(lambda x: {"y": function(x)}, ROWS, x64=False), expand=True)
    return peak(kernels(listed.steps, listed.outputs.values()), listed.outputs.values())


def planned(function):
    plan = jax.jit(function).lower(np.ones((N, N), np.float32)).compile().memory_analysis()
    return plan.output_size_in_bytes + plan.temp_size_in_bytes


def branches(x):
    a = x @ x
    return a @ a + x @ a


@pytest.mark.parametrize(
    ("function", "squares"),
    [
        (lambda x: jnp.tanh(x * 2) + 1, 1),
        (lambda x: x @ x @ x, 2),
        (lambda x: jnp.tanh(x @ x), 1),
        (branches, 3),
        (lambda x: jnp.sort(x, axis=0), 1),
    ],
)
def test_results_live_until_they_are_last_read(function, squares):
    assert held(function) == squares * SQUARE
    assert planned(function) == pytest.approx(held(function), rel=0.05)


def test_a_view_is_the_array_that_it_views():
    assert held(lambda x: (x @ x).reshape(-1, 2 * N) @ np.ones((2 * N, 2), np.float32)) == SQUARE + 4 * N


def test_a_loop_holds_what_its_turns_hold():
    alone = held(lambda x: x @ x @ x)
    assert held(lambda x: jax.lax.scan(lambda y, _: (y @ x @ x, None), x, None, length=9)[0]) == SQUARE + alone
