"""Operations: one equation under every transformation of JAX, with the body's meaning."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError
from philtre.ops import operation
from philtre.ops.primitive import on_last_axis

X = jnp.linspace(-2, 2, 12, dtype=jnp.float32).reshape(3, 4)
MEMBERS = {
    "softmax": (ops.softmax, jax.nn.softmax),
    "gelu": (ops.gelu, lambda x: jax.nn.gelu(x, approximate=False)),
    "layer_norm": (
        lambda x: ops.layer_norm(x, x[..., 0, :] * 2, x[..., 0, :]),
        lambda x: jax.nn.standardize(x, epsilon=1e-5) * x[..., 0, :] * 2 + x[..., 0, :],
    ),
    "dropout": (lambda x: ops.dropout(x, rate=0.5), lambda x: x),
}


def names(function, *arrays):
    return [str(e.params.get("name", e.primitive)) for e in jax.make_jaxpr(function)(*arrays).jaxpr.eqns]


@pytest.fixture(params=MEMBERS)
def member(request):
    return MEMBERS[request.param]


def close(ours, plain):
    np.testing.assert_allclose(ours, plain, rtol=1e-4, atol=1e-5)


def test_a_member_means_its_formula(member):
    ours, plain = member
    close(ours(X), plain(X))
    close(jax.jit(ours)(X), plain(X))


def test_a_member_has_every_derivative(member):
    ours, plain = member

    def loss(function):
        return lambda x: jnp.sum(jnp.sin(function(x)))

    def derivatives(function):
        return jax.jit(
            lambda x: {
                "grad": jax.grad(loss(function))(x),
                "jvp": jax.jvp(function, (x,), (x,))[1],
                "hessian": jax.hessian(loss(function))(x),
                "mapped": jax.vmap(jax.grad(loss(function)))(x[None]),
                "transposed": jax.linear_transpose(lambda t: jax.jvp(function, (x,), (t,))[1], x)(x)[0],
            }
        )

    plainly = derivatives(plain)(X)
    for name, derivative in derivatives(ours)(X).items():
        np.testing.assert_allclose(derivative, plainly[name], rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_member_maps_over_any_axis(member, axis):
    ours, plain = member
    stack = jnp.stack([X, 2 * X], axis)
    close(jax.vmap(ours, in_axes=axis)(stack), jax.vmap(plain, in_axes=axis)(stack))


def test_a_mapped_operation_stays_one_where_its_rule_says_so():
    assert names(jax.vmap(ops.softmax), X[None]) == ["softmax"]
    assert names(jax.vmap(ops.gelu), X[None]) == ["gelu"]
    scale = jnp.ones(4)
    assert names(jax.vmap(lambda x: ops.layer_norm(x, scale, scale)), X[None]) == ["layer_norm"]
    assert "layer_norm" not in names(jax.vmap(lambda x: ops.layer_norm(x, x, x)), X)


def test_an_operation_of_ones_own():
    @operation("polar")
    def polar(x, y, turns=None, *, scale):
        """Length and angle."""
        length = jnp.hypot(x, y) * scale
        return length, jnp.arctan2(y, x) if turns is None else turns

    length, angle = polar(jnp.float32(3), jnp.float32(4), scale=2)
    close(length, 10)
    assert polar(jnp.float32(3), jnp.float32(4), jnp.int32(7), scale=2)[1] == 7
    assert polar.__doc__ == "Length and angle."
    close(jax.grad(lambda x: polar(x, jnp.float32(4), scale=1)[0])(jnp.float32(3)), 0.6)
    assert names(lambda x, y: polar(x, y, scale=2), X, X) == ["polar"]
    close(jax.vmap(lambda x: polar(x, x, scale=1))(X)[1][2], jnp.full(4, jnp.pi / 4))
    assert angle.dtype == jnp.float32


def test_an_operation_of_ones_own_with_every_part():
    """Options in one spelling, a body for CPUs, a rule that keeps it whole under a map."""

    def resolve(arrays, options):
        if options["shift"] < 0:
            raise SignatureError("moved", expected="a shift of at least 0", got=str(options["shift"]))
        return options | {"shift": options["shift"] % arrays[0].shape[-1]}

    def by_slices(x, *, shift):
        ran.append("cpu")
        return jnp.concatenate([x[..., -shift:], x[..., :-shift]], axis=-1)

    ran = []

    @operation("moved", batch=on_last_axis, resolve=resolve, cpu=by_slices)
    def moved(x, *, shift):
        return jnp.roll(x, shift, axis=-1)

    jaxpr = jax.make_jaxpr(lambda x: moved(x, shift=5))(X)
    assert dict(jaxpr.jaxpr.eqns[0].params["options"]) == {"shift": 1}
    assert ran == []
    close(jax.jit(lambda x: moved(x, shift=5))(X), jnp.roll(X, 1, axis=-1))
    close(jax.grad(lambda x: (moved(x, shift=1) * X).sum())(X), jnp.roll(X, -1, axis=-1))
    assert set(ran) == ({"cpu"} if jax.default_backend() == "cpu" else set())
    assert names(jax.vmap(lambda x: moved(x, shift=1)), X) == ["moved"]
    with pytest.raises(SignatureError, match="moved expects a shift of at least 0, got -1"):
        moved(X, shift=-1)


def test_integers_carry_no_derivative():
    @operation("pick a row")
    def pick(x, index):
        return x[index], index + 1

    _, change = jax.jvp(lambda x: pick(x, jnp.int32(1)), (X,), (X,))
    close(change[0], X[1])
    assert change[1].dtype == jax.dtypes.float0
    close(jax.grad(lambda x: pick(x, jnp.int32(1))[0].sum())(X), jnp.zeros((3, 4)).at[1].set(1))
    close(jax.vmap(pick, in_axes=(None, 0))(X, jnp.array([2, 0]))[0], X[jnp.array([2, 0])])


def test_a_name_is_taken_once():
    with pytest.raises(SignatureError, match="operation 'gelu' expects a new name"):
        operation("gelu")
