"""A module of real parameters: named by their paths, saved, differentiated, compiled."""

import io

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from jax import lax

from philtre import ops
from philtre.errors import SignatureError
from philtre.targets.torch import build, supports
from philtre.trace import Spec, trace

RANDOM = np.random.default_rng(0)


def weights(**shapes):
    return {
        name.replace("__", "."): RANDOM.normal(size=shape).astype(np.float32) / max(1, shape[0]) ** 0.5
        for name, shape in shapes.items()
    }


def traced_with(function, parameters, shape):
    names = list(parameters)

    def flat(*arrays):
        return {"y": function(dict(zip(names, arrays, strict=False)), arrays[-1])}

    return trace(flat, {"x": Spec(shape, np.dtype("float32"))}, x64=False, parameters=parameters)


def mlp(p, x):
    x = jax.nn.relu(x @ p["dense_0.kernel"] + p["dense_0.bias"])
    return ops.softmax(x @ p["dense_1.kernel"])


MLP = weights(dense_0__kernel=(4, 8), dense_0__bias=(8,), dense_1__kernel=(8, 3))


def cnn(p, x):
    def conv(x, kernel):
        return lax.conv_general_dilated(x, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    x = jax.nn.relu(conv(x.reshape(-1, 8, 8, 1), p["kernel_0"]))
    x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
    x = jax.nn.relu(conv(x, p["kernel_1"]))
    return x.reshape(x.shape[0], -1) @ p["dense"]


CNN = weights(kernel_0=(3, 3, 1, 4), kernel_1=(3, 3, 4, 5), dense=(80, 3))


def transformer(p, x):
    x = x.reshape(-1, 5, 8)
    normal = ops.layer_norm(x, p["scale"], p["bias"])
    q, k, v = (jnp.reshape(normal @ p[name], (-1, 5, 2, 4)) for name in ("q", "k", "v"))
    x = x + ops.attention(q, k, v, causal=True).reshape(-1, 5, 8) @ p["out"]
    return x + ops.gelu(x @ p["up"]) @ p["down"]


TRANSFORMER = weights(scale=(8,), bias=(8,), q=(8, 8), k=(8, 8), v=(8, 8), out=(8, 8), up=(8, 16), down=(16, 8))


def lstm(p, x):
    return ops.lstm(x.reshape(-1, 5, 4), p["kernel"], p["recurrent"], p["bias"])[0]


LSTM = weights(kernel=(4, 24), recurrent=(6, 24), bias=(24,))


def scanned(p, x):
    def step(h, line):
        h = jnp.tanh(line @ p["kernel"] + h @ p["recurrent"])
        return h, h

    return lax.scan(step, jnp.zeros((x.shape[0], 6)), jnp.swapaxes(x.reshape(-1, 5, 4), 0, 1))[1]


SCAN = weights(kernel=(4, 6), recurrent=(6, 6))
NETWORKS = {
    "mlp": (mlp, MLP, 4),
    "cnn": (cnn, CNN, 64),
    "transformer": (transformer, TRANSFORMER, 40),
    "lstm": (lstm, LSTM, 20),
    "scan": (scanned, SCAN, 20),
}


def test_parameters_are_named_by_their_paths_and_saved(convert):
    module = build(traced_with(mlp, MLP, (None, 4)))
    assert {name: tuple(p.shape) for name, p in module.named_parameters()} == {k: v.shape for k, v in MLP.items()}
    assert list(module.state_dict()) == list(MLP)
    other = build(traced_with(mlp, {k: 0 * v for k, v in MLP.items()}, (None, 4)))
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    other.load_state_dict(torch.load(file, weights_only=True))
    x = torch.ones(2, 4)
    assert torch.equal(module(x)["y"], other(x)["y"])


def test_what_is_closed_over_is_saved_and_what_is_no_float_is_no_parameter():
    table = jnp.arange(6.0).reshape(3, 2)
    traced = traced_with(lambda p, x: (x @ table)[:, p["order"]], {"order": np.int32([1, 0])}, (None, 3))
    module = build(traced)
    assert list(module.state_dict()) == ["order", "constant_1"]
    assert not list(module.parameters())


def test_unused_parameters_are_kept():
    module = build(traced_with(lambda p, x: x, MLP, (None, 4)))
    assert list(module.state_dict()) == list(MLP)


def test_a_name_that_modules_use_is_refused():
    with pytest.raises(SignatureError, match="call 'train' otherwise"):
        build(traced_with(lambda p, x: x, {"train.kernel": np.ones(2, np.float32)}, (None, 4)))


def jax_gradients(network, parameters, x):
    names = list(parameters)

    def loss(*arrays):
        return (network(dict(zip(names, arrays, strict=True)), x) ** 2).sum()

    return dict(zip(names, jax.grad(loss, argnums=tuple(range(len(names))))(*parameters.values()), strict=True))


@pytest.mark.parametrize("name", NETWORKS)
def test_gradients_are_those_of_jax(name):
    network, parameters, size = NETWORKS[name]
    x = RANDOM.normal(size=(3, size)).astype(np.float32)
    module = build(traced_with(network, parameters, (None, size)))
    (module(torch.from_numpy(x))["y"] ** 2).sum().backward()
    wanted = jax_gradients(network, parameters, jnp.asarray(x))
    norm = np.sqrt(sum(float((np.asarray(g) ** 2).sum()) for g in wanted.values()))
    for path, parameter in module.named_parameters():
        want = np.asarray(wanted[path])
        allowed = 1e-4 * np.abs(want) + 4 * np.finfo(np.float32).eps * norm
        assert (np.abs(parameter.grad.numpy() - want) <= allowed).all(), path


def test_relu_has_no_slope_at_zero():
    module = build(traced_with(lambda p, x: jax.nn.relu(x) + jnp.maximum(x, 0), {}, (None, 2)))
    x = torch.zeros(1, 2, requires_grad=True)
    module(x)["y"].sum().backward()
    assert x.grad.tolist() == [[0.5, 0.5]]


def test_one_step_of_training_lowers_the_loss():
    module = build(traced_with(mlp, MLP, (None, 4)))
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    x = torch.from_numpy(RANDOM.normal(size=(16, 4)).astype(np.float32))
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = -torch.log(module(x)["y"][:, 0]).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("name", ["mlp", "cnn", "transformer", "scan"])
def test_torch_compile_captures_the_whole_module_with_a_free_batch(name):
    network, parameters, size = NETWORKS[name]
    module = build(traced_with(network, parameters, (None, size)))
    compiled = torch.compile(module, dynamic=True, fullgraph=True, backend="aot_eager")
    for rows in (4, 2, 7):
        x = torch.from_numpy(RANDOM.normal(size=(rows, size)).astype(np.float32))
        with torch.no_grad():
            torch.testing.assert_close(compiled(x)["y"], module(x)["y"])


def test_supports_names_every_missing_operation_once():
    def function(x):
        first, second = jax.lax.linalg.hessenberg(x), jax.lax.linalg.hessenberg(2 * x)
        return {"y": first[0] + second[0], "z": jax.scipy.linalg.schur(x)[0]}

    traced = trace(function, {"x": Spec((3, 3), np.dtype("float32"))}, x64=False)
    missing = supports(traced)
    assert [name.partition(" ")[0] for name in missing] == ["hessenberg", "schur"]
    assert supports(traced_with(mlp, MLP, (None, 4))) == []


def test_outputs_do_not_share_memory_with_constants():
    module = build(traced_with(lambda p, x: jnp.ones(3), {}, (None, 4)))
    module(torch.ones(1, 4))["y"].add_(1)
    assert module(torch.ones(1, 4))["y"].tolist() == [1, 1, 1]
