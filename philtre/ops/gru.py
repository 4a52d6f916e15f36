"""GRU: the gated recurrent unit along time."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import operation
from philtre.ops.recurrent import State, batch, check, start, walk


@operation("gru", batch=batch(states=(5, 6)), resolve=check("gru", gates=3))
def gru(
    x: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any = None,
    recurrent_bias: Any = None,
    hidden: Any = None,
    lengths: Any = None,
    *,
    reverse: bool = False,
) -> Any:
    """Carry a hidden state along time.

    With a = x kernel + bias and b = hidden recurrent + recurrent_bias, each split into three: r = sigmoid(a1 + b1),
    z = sigmoid(a2 + b2), n = tanh(a3 + r b3), hidden = (1 - z) n + z hidden. float16 and bfloat16 are computed in
    float32.

    Args:
        x: float[..., t, d].
        kernel: float[d, 3h], the gates side by side: reset, update, candidate.
        recurrent: float[h, 3h], likewise.
        bias: float[3h], likewise.
        recurrent_bias: float[3h], likewise.
        hidden: float[..., h] at the start; left out, zeros.
        lengths: int[...], steps of each row; beyond them its outputs are 0 and its state stands still.
        reverse: walk from the last step to the first; outputs stay at their steps.
    Returns:
        outputs float[..., t, h], last hidden state float[..., h]; the dtype of `x`.
    Raises:
        SignatureError: if the sizes of the weights do not fit.
    Reference: Cho et al., "Learning Phrase Representations", 2014; torch.nn.GRU (its weights transposed); ONNX GRU
        with linear_before_reset (its gates in the order update, reset, candidate).
    """
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    again, size = recurrent.astype(dtype), recurrent.shape[0]
    gates = x.astype(dtype) @ kernel.astype(dtype)
    if bias is not None:
        gates = gates + bias.astype(dtype)
    shift = None if recurrent_bias is None else recurrent_bias.astype(dtype)

    def step(state: State, gate: Any) -> State:
        (hidden,) = state
        products = hidden @ again if shift is None else hidden @ again + shift
        (r, z, n), (r_again, z_again, n_again) = jnp.split(gate, 3, axis=-1), jnp.split(products, 3, axis=-1)
        update = lax.logistic(z + z_again)
        candidate = jnp.tanh(n + lax.logistic(r + r_again) * n_again)
        return (candidate + update * (hidden - candidate),)

    outputs, last = walk(step, (start(hidden, x, size, dtype),), gates, lengths, reverse=reverse)
    return tuple(each.astype(x.dtype) for each in (outputs, *last))
