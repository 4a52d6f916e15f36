"""Transformer encoders: a small one of two blocks, and BERT-base's shape."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch.nn import functional

import philtre as ph
from bench.models.model import Model, Weights, tensor
from philtre import ops

EPSILON = 1e-5


def small() -> Model:
    """Two blocks, hidden 256, 4 heads, sequences of 64 tokens."""
    return _encoder("transformer, 2 blocks", 2, 256, 4, 1000, 64, lambda n: 64)


def bert() -> Model:
    """Twelve blocks, hidden 768, 12 heads; at most 4,096 tokens a call."""
    return _encoder("BERT-base shape", 12, 768, 12, 30_522, "length", lambda n: min(128, 4096 // n))


def _encoder(name: str, blocks: int, d: int, heads: int, words: int, length: int | str, size: Any) -> Model:
    made = Weights()
    weights = {
        "embedding": made.matrix(words, d) * np.float32(np.sqrt(words / d)),
        "position": made.matrix(128, d),
        "blocks": [_block_weights(made, d) for _ in range(blocks)],
    }
    fields = {"tokens": ph.Tensor((None, length), "int32"), "mask": ph.Tensor((None, length), "bool")}

    def inputs(n: int) -> tuple[np.ndarray, ...]:
        random = np.random.default_rng(n)
        t = size(n)
        used = random.integers(t // 2 + 1, t + 1, n)
        return random.integers(0, words, (n, t)).astype(np.int32), np.arange(t) < used[:, None]

    return Model(
        name,
        ph.Program(_network(heads, _ours), parameters=weights, inputs=fields),
        _network(heads, _plain),
        weights,
        _Twin(weights, heads),
        inputs,
    )


def _block_weights(made: Weights, d: int) -> dict[str, Any]:
    return {
        "norm_1": {"scale": made.vector(d, 1), "bias": made.vector(d)},
        "query": {"kernel": made.matrix(d, d), "bias": made.vector(d)},
        "key": {"kernel": made.matrix(d, d), "bias": made.vector(d)},
        "value": {"kernel": made.matrix(d, d), "bias": made.vector(d)},
        "output": {"kernel": made.matrix(d, d), "bias": made.vector(d)},
        "norm_2": {"scale": made.vector(d, 1), "bias": made.vector(d)},
        "up": {"kernel": made.matrix(d, 4 * d), "bias": made.vector(4 * d)},
        "down": {"kernel": made.matrix(4 * d, d), "bias": made.vector(d)},
    }


def _dense(layer: Any, x: Any) -> Any:
    return x @ layer["kernel"] + layer["bias"]


def _network(heads: int, kit: Any) -> Any:
    norm, attend, gelu, embed = kit

    def network(weights: Any, tokens: Any, mask: Any) -> Any:
        places = jnp.arange(tokens.shape[1], dtype=jnp.int32)
        x = embed(tokens, weights["embedding"]) + embed(places, weights["position"])
        split = (*tokens.shape, heads, x.shape[-1] // heads)
        for block in weights["blocks"]:
            y = norm(x, block["norm_1"]["scale"], block["norm_1"]["bias"])
            q, k, v = (_dense(block[name], y).reshape(split) for name in ("query", "key", "value"))
            x = x + _dense(block["output"], attend(q, k, v, mask[:, None, None, :]).reshape(x.shape))
            y = norm(x, block["norm_2"]["scale"], block["norm_2"]["bias"])
            x = x + _dense(block["down"], gelu(_dense(block["up"], y)))
        return x

    return network


def _plain_norm(x: Any, scale: Any, bias: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + EPSILON) * scale + bias


def _plain_attention(q: Any, k: Any, v: Any, mask: Any) -> Any:
    return jax.nn.dot_product_attention(q, k, v, mask=jnp.broadcast_to(mask, (*mask.shape[:2], q.shape[1], k.shape[1])))


_ours = (ops.layer_norm, ops.attention, ops.gelu, lambda codes, table: ops.embedding(codes, table))
_plain = (
    _plain_norm,
    _plain_attention,
    lambda x: jax.nn.gelu(x, approximate=False),
    lambda codes, table: table[codes],
)


class _Twin(torch.nn.Module):
    def __init__(self, weights: Any, heads: int) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(*weights["embedding"].shape)
        self.embedding.weight = tensor(weights["embedding"])
        self.position = tensor(weights["position"])
        self.blocks = torch.nn.ModuleList(_Block(block, heads) for block in weights["blocks"])

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens) + self.position[torch.arange(tokens.shape[1])]
        for block in self.blocks:
            x = block(x, mask)
        return x


class _Block(torch.nn.Module):
    def __init__(self, weights: Any, heads: int) -> None:
        super().__init__()
        self.heads = heads
        for name, layer in weights.items():
            self.add_module(name, _linear(layer) if "kernel" in layer else _norm(layer))

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        y = self.norm_1(x)
        split = (*x.shape[:2], self.heads, x.shape[2] // self.heads)
        q, k, v = (layer(y).view(split).transpose(1, 2) for layer in (self.query, self.key, self.value))
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :])
        x = x + self.output(seen.transpose(1, 2).reshape(x.shape))
        return x + self.down(functional.gelu(self.up(self.norm_2(x))))


def _linear(layer: Any) -> torch.nn.Linear:
    linear = torch.nn.Linear(*layer["kernel"].shape)
    linear.weight, linear.bias = tensor(layer["kernel"].T), tensor(layer["bias"])
    return linear


def _norm(layer: Any) -> torch.nn.LayerNorm:
    norm = torch.nn.LayerNorm(len(layer["scale"]), eps=EPSILON)
    norm.weight, norm.bias = tensor(layer["scale"]), tensor(layer["bias"])
    return norm
