"""LSTM: long short-term memory along time."""

from typing import Any

import jax.numpy as jnp
from jax import lax

from philtre.ops.primitive import operation
from philtre.ops.recurrent import State, batch, check, start, walk


@operation("lstm", batch=batch(states=(4, 5, 6)), resolve=check("lstm", gates=4))
def lstm(
    x: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any = None,
    hidden: Any = None,
    cell: Any = None,
    lengths: Any = None,
    *,
    reverse: bool = False,
) -> Any:
    """Carry a hidden state and a cell along time.

    i, f, c, o = split(x kernel + hidden recurrent + bias); cell = sigmoid(f) cell + sigmoid(i) tanh(c);
    hidden = sigmoid(o) tanh(cell). float16 and bfloat16 are computed in float32.

    Args:
        x: float[..., t, d].
        kernel: float[d, 4h], the gates side by side: input, forget, candidate, output.
        recurrent: float[h, 4h], likewise.
        bias: float[4h], likewise.
        hidden: float[..., h] at the start; left out, zeros.
        cell: float[..., h] at the start; left out, zeros.
        lengths: int[...], steps of each row; beyond them its outputs are 0 and its state stands still.
        reverse: walk from the last step to the first; outputs stay at their steps.
    Returns:
        outputs float[..., t, h], last hidden state float[..., h], last cell float[..., h]; the dtype of `x`.
    Raises:
        SignatureError: if the sizes of the weights do not fit.
    Reference: Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997; torch.nn.LSTM (its weights transposed);
        ONNX LSTM (its gates in the order input, output, forget, candidate).
    """
    dtype = jnp.promote_types(x.dtype, jnp.float32)
    again, size = recurrent.astype(dtype), recurrent.shape[0]
    gates = x.astype(dtype) @ kernel.astype(dtype)
    if bias is not None:
        gates = gates + bias.astype(dtype)

    def step(state: State, gate: Any) -> State:
        hidden, cell = state
        i, f, c, o = jnp.split(gate + hidden @ again, 4, axis=-1)
        cell = lax.logistic(f) * cell + lax.logistic(i) * jnp.tanh(c)
        return lax.logistic(o) * jnp.tanh(cell), cell

    state = start(hidden, x, size, dtype), start(cell, x, size, dtype)
    outputs, last = walk(step, state, gates, lengths, reverse=reverse)
    return tuple(each.astype(x.dtype) for each in (outputs, *last))
