"""Branches and loops: nested, backwards, without a step, over symbolic sizes; what never changes stays outside."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from philtre.targets.onnx import supports
from philtre.trace import Spec, trace

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
DTYPES = ["bool", "int8", "uint8", "int16", "uint32", "int64", "uint64", "float16", "bfloat16", "float64"]


def inner(built, operator):
    """Operators of the graphs inside the first node of an operator."""
    node = next(node for node in built.graph.node if node.op_type == operator)
    return [[inside.op_type for inside in each.g.node] for each in node.attribute if each.HasField("g")]


# ---- branches


@pytest.mark.parametrize("start", [-2.0, 2.0])
def test_cond_is_if_on_the_very_condition(agree, start):
    def program(x):
        return lax.cond(start + x.sum() > 0, lambda x: x * 2, lambda x: jnp.tanh(x), x)

    built = agree(program, X)
    assert built.operators[-1] == "If"
    assert "Cast" not in built.operators
    assert inner(built, "If") == [["Tanh"], ["Mul"]]


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_switch_clamps_its_index(agree, count):
    branches = [lambda x, n=n: x + n for n in range(count)]
    for index in range(-1, count + 1):
        agree(lambda i, x: lax.switch(i, branches, x), np.int32(index), X)


def test_a_branch_may_return_what_is_outside_a_constant_or_one_value_twice(agree):
    def program(p, x):
        return lax.cond(p > 0, lambda: (x, x, jnp.zeros_like(x)), lambda: (x + 1, jnp.full_like(x, 2), x))

    for p in (0, 1):
        results = {f"y{i}": lambda p, x, i=i: program(p, x)[i] for i in range(3)}
        agree(results, np.int32(p), X)


def test_a_broadcast_becomes_full_at_the_end_of_a_branch(agree):
    def program(p, x):
        return lax.cond(p, lambda: jnp.broadcast_to(x[:, :1], x.shape), lambda: x)

    for p in (False, True):
        agree(program, np.array(p), X)


def test_a_branch_keeps_its_work_to_itself_and_shares_what_is_outside(agree):
    built = agree(lambda p, x: jnp.exp(x) + lax.cond(p, lambda: jnp.exp(x) * 2, lambda: jnp.sin(x)), np.array(True), X)
    assert inner(built, "If") == [["Sin"], ["Mul"]]


def test_a_known_index_leaves_one_branch(agree):
    assert agree(lambda x: lax.switch(jnp.int32(1), [jnp.sin, jnp.tanh], x), X).operators == ["Tanh"]
    dependent = lambda x: lax.platform_dependent(x, tpu=jnp.sin, cpu=jnp.tanh, default=jnp.exp)  # noqa: E731
    assert agree(dependent, X).operators == ["Tanh"]


def test_branches_mapped_over_an_axis_become_a_choice(agree):
    built = agree(jax.vmap(lambda row: lax.cond(row.sum() > 0, jnp.sin, jnp.tanh, row)), X)
    assert "If" not in built.operators
    agree(jax.vmap(lambda row: lax.switch(row[0].astype(int), [jnp.sin, jnp.tanh, jnp.exp], row)), 2 * X)


def test_branches_nest(agree):
    def program(p, q, x):
        return lax.cond(p, lambda: lax.cond(q, lambda: x + 1, lambda: x * x), lambda: x - 1)

    for p in (False, True):
        for q in (False, True):
            agree(program, np.array(p), np.array(q), X)


# ---- while


def test_while_runs_until_its_condition_fails_maybe_never(agree):
    def program(x):
        return lax.while_loop(lambda c: c[0] < jnp.abs(x).sum(), lambda c: (c[0] + 1, c[1] * 0.9), (3.0, x))[1]

    for scale in (0, 1, 3):
        built = agree(program, scale * X)
    assert built.operators[-1] == "Loop"


def test_what_never_changes_stays_outside_of_a_loop(agree):
    weights = np.eye(4, dtype=np.float32)

    def program(x):
        return lax.fori_loop(0, 3, lambda _, s: s + jnp.tanh(x @ weights), x)

    built = agree(program, X)
    assert {"MatMul", "Tanh"} <= set(built.operators)
    assert "Tanh" not in inner(built, "Loop")[0]


def test_a_while_mapped_over_an_axis(agree):
    def halve(x):
        return lax.while_loop(lambda v: jnp.abs(v).sum() > 0.1, lambda v: v / 2, x)

    agree(jax.vmap(halve), X)


def test_bounds_of_a_loop_that_are_computed(agree):
    for count in (0, 1, 5):
        agree(lambda n, x: lax.fori_loop(0, n, lambda i, s: s * 2 + i, x), np.int32(count), X)


# ---- scan


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("length", [0, 1, 4])
def test_scan_over_rows(agree, reverse, length):
    rows = np.arange(length, dtype=np.float32)

    def program(x):
        return lax.scan(lambda c, row: (c * row + x, (c + row, row)), x, rows, reverse=reverse)

    built = agree({"state": lambda x: program(x)[0], "a": lambda x: program(x)[1][0]}, X)
    assert ("Scan" in built.operators) == (length > 0)


@pytest.mark.parametrize("reverse", [False, True])
def test_scan_over_the_symbolic_batch(agree, reverse):
    def program(x):
        return lax.scan(lambda c, row: (c + row, c * row), jnp.zeros(4), x, reverse=reverse)

    built = agree({"state": lambda x: program(x)[0], "rows": lambda x: program(x)[1]}, X)
    assert "Loop" in built.operators


def test_a_scan_without_a_step_keeps_symbolic_sizes(agree):
    def program(x):
        return lax.scan(lambda c, row: (c, c[None] + row), x, x, reverse=True)[1]

    agree(program, X)


def test_a_scan_carries_a_batch(agree):
    weights = np.linspace(-1, 1, 16, dtype=np.float32).reshape(4, 4)

    def recurrent(x):
        steps = jnp.moveaxis(x[:, :, None] * jnp.ones(4), 1, 0)
        last, states = lax.scan(lambda h, v: (h := jnp.tanh(h @ weights + v), h), jnp.zeros((x.shape[0], 4)), steps)
        return jnp.moveaxis(states, 0, 1) + last[:, None]

    agree(recurrent, X)


def test_fori_loops_count(agree):
    built = agree(lambda x: lax.fori_loop(2, 6, lambda i, s: s + i * x, x), X)
    assert "Loop" in built.operators
    agree(lambda x: lax.fori_loop(5, 2, lambda i, s: s + i * x, x), X)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_state_of_every_dtype(agree, dtype):
    x = np.array([[0, 1, 2], [1, 1, 0]], np.float32 if dtype == "bfloat16" else dtype)

    def program(x):
        given, x = x.dtype, x.astype(dtype)
        state, rows = lax.scan(lambda c, row: (jnp.where(row > 0, row, c), c), x[0], jnp.stack([x[1], x[0], x[1]]))
        return jnp.where(x.any(), state, rows[1]).astype(given)

    agree(program, x, free=False)
    agree(lambda x: lax.cond(x[0, 1] > 0, lambda: x[0], lambda: x[1]), x, free=False)
    agree(lambda x: lax.while_loop(lambda c: c[2] > 0, lambda c: c[::-1], x[0]), x, free=False)


def test_loops_nest_and_read_what_is_outside(agree):
    def program(x):
        def outer(state, row):
            def step(i, s):
                return lax.cond(s.sum() > row.sum(), lambda: s - x[0] * i, lambda: s + row)

            return lax.fori_loop(0, 3, step, state), state.sum()

        return lax.scan(outer, x[0], x)

    agree({"state": lambda x: program(x)[0], "sums": lambda x: program(x)[1]}, X, free=False)


def test_loops_in_a_loop_over_a_symbolic_axis(agree):
    def program(x):
        return lax.scan(lambda c, row: (lax.fori_loop(0, 2, lambda _, s: s * row, c) + 1, c), x.sum(0), x)[1]

    agree(program, X, empty=True)


def test_the_gradient_of_a_loop(agree):
    def loss(x):
        return lax.scan(lambda c, row: (jnp.tanh(c + row), None), jnp.zeros(4), x)[0].sum()

    agree(jax.grad(loss), X, free=False)


def test_a_map(agree):
    agree(lambda x: lax.map(lambda row: row * row.sum(), x), X)


def test_what_is_missing_inside_is_listed_by_its_name():
    def program(x):
        state = lax.fori_loop(0, 2, lambda i, s: jnp.linalg.svd(x, compute_uv=False) + s, jnp.zeros(3))
        return {"y": lax.cond(state.sum() > 0, lambda: jnp.fft.fft(state).real, lambda: state)}

    traced = trace(program, {"x": Spec((3, 4), np.dtype("float32"))}, x64=False)
    assert [name.partition(" (")[0] for name in supports(traced)] == ["svd", "fft", "real"]
