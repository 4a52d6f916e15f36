"""Convolutional networks: that of the MNIST example, and ResNet-20 with the weights of a public checkpoint."""

import json
from pathlib import Path
from typing import Any

import jax
import numpy as np
import torch
from jax import lax
from torch.nn import functional

import philtre as ph
from bench.models.model import Model, Weights, tensor
from philtre import ops

CHECKPOINT = Path(__file__).resolve().parents[3] / "shared" / "data" / "weights" / "cifar10_resnet"
FILE = CHECKPOINT / "resnet20-12fca82f.safetensors"
EPSILON = 1e-5
_NHWC = ("NHWC", "HWIO", "NHWC")


def cnn() -> Model:
    """Conv 32, pool, conv 64, pool, dense 128, dense 10, on 28 x 28 pixels."""
    made = Weights()
    weights = {
        "conv_1": {"kernel": made.matrix(3, 3, 1, 32), "bias": made.vector(32)},
        "conv_2": {"kernel": made.matrix(3, 3, 32, 64), "bias": made.vector(64)},
        "dense_1": {"kernel": made.matrix(7 * 7 * 64, 128), "bias": made.vector(128)},
        "dense_2": {"kernel": made.matrix(128, 10), "bias": made.vector(10)},
    }
    return Model(
        "CNN of the MNIST example",
        ph.Program(_cnn(_conv, _pool), parameters=weights, inputs={"pixels": ph.Tensor((None, 28, 28, 1))}),
        _cnn(_plain_conv, _plain_pool),
        weights,
        _CnnTwin(weights),
        lambda n: (np.random.default_rng(n).random((n, 28, 28, 1), np.float32),),
    )


def _conv(layer: Any, x: Any, strides: int = 1) -> Any:
    return ops.conv(x, layer["kernel"], layer.get("bias"), strides=strides, padding=1)


def _pool(x: Any) -> Any:
    return ops.max_pool(x, window=2)


def _plain_conv(layer: Any, x: Any, strides: int = 1) -> Any:
    y = lax.conv_general_dilated(x, layer["kernel"], (strides, strides), ((1, 1), (1, 1)), dimension_numbers=_NHWC)
    return y + layer["bias"] if "bias" in layer else y


def _plain_pool(x: Any) -> Any:
    return lax.reduce_window(x, -np.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def _cnn(conv: Any, pool: Any) -> Any:
    def network(weights: Any, x: Any) -> Any:
        x = pool(jax.nn.relu(conv(weights["conv_1"], x)))
        x = pool(jax.nn.relu(conv(weights["conv_2"], x)))
        x = x.reshape(x.shape[0], -1)
        x = jax.nn.relu(x @ weights["dense_1"]["kernel"] + weights["dense_1"]["bias"])
        return x @ weights["dense_2"]["kernel"] + weights["dense_2"]["bias"]

    return network


class _CnnTwin(torch.nn.Module):
    """Takes channels last, as the program does, and computes in torch's own order."""

    def __init__(self, weights: Any) -> None:
        super().__init__()
        self.conv_1, self.conv_2 = (_conv2d(weights[name], 1) for name in ("conv_1", "conv_2"))
        self.dense_1, self.dense_2 = (torch.nn.Linear(*weights[f"dense_{i}"]["kernel"].shape) for i in (1, 2))
        kernel = weights["dense_1"]["kernel"].reshape(7, 7, 64, 128).transpose(3, 2, 0, 1).reshape(128, -1)
        self.dense_1.weight, self.dense_1.bias = tensor(kernel), tensor(weights["dense_1"]["bias"])
        self.dense_2.weight = tensor(weights["dense_2"]["kernel"].T)
        self.dense_2.bias = tensor(weights["dense_2"]["bias"])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.permute(0, 3, 1, 2)
        x = functional.max_pool2d(torch.relu(self.conv_1(x)), 2)
        x = functional.max_pool2d(torch.relu(self.conv_2(x)), 2)
        return self.dense_2(torch.relu(self.dense_1(x.flatten(1))))


def _conv2d(layer: Any, strides: int) -> torch.nn.Conv2d:
    _, _, c, d = layer["kernel"].shape
    conv = torch.nn.Conv2d(c, d, 3, strides, padding=1, bias="bias" in layer)
    conv.weight = tensor(layer["kernel"].transpose(3, 2, 0, 1))
    if "bias" in layer:
        conv.bias = tensor(layer["bias"])
    return conv


def resnet() -> Model | None:
    """ResNet-20 for 32 x 32 pixels; None where the checkpoint is absent. He et al., 2015."""
    if not FILE.exists():
        return None
    state = read_safetensors(FILE)
    weights = {
        "stem": _layer(state, "conv1", "bn1"),
        "stages": [[_residual(state, f"layer{stage}.{i}") for i in range(3)] for stage in (1, 2, 3)],
        "dense": {"kernel": state["linear.weight"].T, "bias": state["linear.bias"]},
    }
    return Model(
        "ResNet-20",
        ph.Program(_resnet(_conv, _batch_norm), parameters=weights, inputs={"pixels": ph.Tensor((None, 32, 32, 3))}),
        _resnet(_plain_conv, _plain_batch_norm),
        weights,
        _ResnetTwin(weights),
        lambda n: (np.random.default_rng(n).normal(size=(n, 32, 32, 3)).astype(np.float32),),
    )


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """The float32 tensors of a safetensors file, by name."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    body = memoryview(data)[8 + size :]
    tensors = {name: entry for name, entry in header.items() if name != "__metadata__" and entry["dtype"] == "F32"}
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in tensors.items()
    }


def _layer(state: dict[str, np.ndarray], conv: str, norm: str) -> dict[str, np.ndarray]:
    names = {"mean": "running_mean", "variance": "running_var", "scale": "weight", "bias": "bias"}
    found = {own: state[f"{norm}.{name}"] for own, name in names.items()}
    return {"kernel": np.ascontiguousarray(state[f"{conv}.weight"].transpose(2, 3, 1, 0)), "norm": found}


def _residual(state: dict[str, np.ndarray], name: str) -> dict[str, Any]:
    return {
        "first": _layer(state, f"{name}.conv1", f"{name}.bn1"),
        "second": _layer(state, f"{name}.conv2", f"{name}.bn2"),
    }


def _batch_norm(norm: Any, x: Any) -> Any:
    return ops.batch_norm(x, norm["mean"], norm["variance"], norm["scale"], norm["bias"], epsilon=EPSILON)


def _plain_batch_norm(norm: Any, x: Any) -> Any:
    return (x - norm["mean"]) * lax.rsqrt(norm["variance"] + EPSILON) * norm["scale"] + norm["bias"]


def _resnet(conv: Any, batch_norm: Any) -> Any:
    def layer(weights: Any, x: Any, strides: int = 1) -> Any:
        return batch_norm(weights["norm"], conv({"kernel": weights["kernel"]}, x, strides))

    def network(weights: Any, x: Any) -> Any:
        x = jax.nn.relu(layer(weights["stem"], x))
        for stage, blocks in enumerate(weights["stages"]):
            for i, block in enumerate(blocks):
                strides = 2 if stage and not i else 1
                y = layer(block["second"], jax.nn.relu(layer(block["first"], x, strides)))
                x = jax.nn.relu(y + _shortcut(x, y, strides))
        return x.mean((1, 2)) @ weights["dense"]["kernel"] + weights["dense"]["bias"]

    return network


def _shortcut(x: Any, y: Any, strides: int) -> Any:
    """Every second pixel, zeros for the new channels: the shortcut without weights of the paper."""
    if strides == 1:
        return x
    more = (y.shape[-1] - x.shape[-1]) // 2
    return jax.numpy.pad(x[:, ::2, ::2], ((0, 0), (0, 0), (0, 0), (more, more)))


class _ResnetTwin(torch.nn.Module):
    def __init__(self, weights: Any) -> None:
        super().__init__()
        self.stem = _TorchLayer(weights["stem"], 1)
        self.blocks = torch.nn.ModuleList(
            _TorchBlock(block, 2 if stage and not i else 1)
            for stage, blocks in enumerate(weights["stages"])
            for i, block in enumerate(blocks)
        )
        self.dense = torch.nn.Linear(64, 10)
        self.dense.weight, self.dense.bias = tensor(weights["dense"]["kernel"].T), tensor(weights["dense"]["bias"])
        self.eval()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.stem(x.permute(0, 3, 1, 2)))
        for block in self.blocks:
            x = block(x)
        return self.dense(x.mean((2, 3)))


class _TorchLayer(torch.nn.Module):
    def __init__(self, weights: Any, strides: int) -> None:
        super().__init__()
        self.conv = _conv2d({"kernel": weights["kernel"]}, strides)
        self.norm = torch.nn.BatchNorm2d(weights["kernel"].shape[-1], eps=EPSILON)
        norm = weights["norm"]
        self.norm.weight, self.norm.bias = tensor(norm["scale"]), tensor(norm["bias"])
        self.norm.running_mean, self.norm.running_var = (torch.tensor(norm[name]) for name in ("mean", "variance"))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.conv(x))


class _TorchBlock(torch.nn.Module):
    def __init__(self, weights: Any, strides: int) -> None:
        super().__init__()
        self.first, self.second = _TorchLayer(weights["first"], strides), _TorchLayer(weights["second"], 1)
        self.strides = strides

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.second(torch.relu(self.first(x)))
        if self.strides == 2:
            more = (y.shape[1] - x.shape[1]) // 2
            x = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more, more))
        return torch.relu(y + x)
