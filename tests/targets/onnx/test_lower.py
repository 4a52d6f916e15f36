"""The walk: calls inlined, constants folded, equal nodes shared, refusals with the user's line."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.errors import UnsupportedError
from philtre.ops import operation

X = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)


def test_calls_are_inlined(agree):
    @jax.custom_jvp
    def doubled(x):
        return 2 * x

    doubled.defjvp(lambda primals, tangents: (doubled(*primals), 2 * tangents[0]))

    @jax.custom_vjp
    def halved(x):
        return x / 2

    halved.defvjp(lambda x: (x / 2, None), lambda _, g: (g / 2,))

    def program(x):
        return jax.jit(jnp.sin)(doubled(x)) + jax.checkpoint(jnp.cos)(halved(x))

    assert agree(program, X).operators == ["Mul", "Sin", "Div", "Cos", "Add"]


def test_constants_are_folded_by_running_them(agree):
    weights = jnp.arange(12.0).reshape(3, 4)
    built = agree(lambda x: x @ (jnp.exp(weights.T) / jnp.sum(weights)), X)
    assert built.operators == ["MatMul"]
    assert len(built.graph.initializer) == 1


def test_constants_that_would_grow_are_left_to_the_graph(agree):
    def program(x):
        column = jnp.arange(300.0)[:, None]
        return x[:, :1] + (column @ column.T)[:, 0]

    assert len(agree(program, X).model) < 10_000


def test_equal_nodes_are_made_once_and_unused_ones_not_at_all(agree):
    def program(x):
        unused = jnp.tanh(x)
        del unused
        return jnp.exp(x) * jnp.exp(x)

    assert agree(program, X).operators == ["Exp", "Mul"]


def test_a_refusal_names_the_operation_the_users_line_and_who_can(convert):
    def helper(x):
        return jnp.linalg.svd(x, compute_uv=False)

    with pytest.raises(UnsupportedError) as caught:
        convert(lambda x: jax.jit(helper)(x @ x.T), X, free=False)
    assert caught.value.operation.startswith("svd (")
    assert (caught.value.target, caught.value.supported) == ("onnx", ("xla",))
    assert caught.value.source.startswith("test_lower.py:")
    assert caught.value.source.endswith("(helper)")


def test_a_refusal_in_a_library_function_names_the_call_not_an_earlier_one(convert):
    def first(x):
        return jnp.fft.fft(x).real

    def second(x):
        return jnp.fft.fft(x).real

    for function in (first, second):
        with pytest.raises(UnsupportedError, match=rf"\({function.__name__}\)"):
            convert(function, X)


def test_a_refusal_inside_an_operation_names_both(convert):
    @operation("inverse of a square")
    def inverse(x):
        return jnp.linalg.inv(x @ x.T)

    with pytest.raises(UnsupportedError, match=r"'inverse of a square > \w+.*test_lower.py:\d+ \(<lambda>\)"):
        convert(lambda x: inverse(x), X, free=False)


def test_an_operation_without_a_kernel_is_lowered_by_its_body(agree):
    @operation("swap and scale")
    def swap_and_scale(a, b, *, factor):
        return b * jnp.float32(factor), a

    assert agree({"first": lambda x: swap_and_scale(x, x + 1, factor=3)[0]}, X).operators == ["Add", "Mul"]
