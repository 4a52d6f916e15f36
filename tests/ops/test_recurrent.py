"""LSTM and GRU mean torch's, rows of different lengths included."""

import jax
import numpy as np
import pytest

from philtre import ops
from philtre.errors import SignatureError

X = np.random.default_rng(0).standard_normal((3, 5, 4)).astype(np.float32)
STATE = np.random.default_rng(1).standard_normal((2, 3, 6)).astype(np.float32)
LENGTHS = np.int32([2, 5, 1])


def theirs(kind, *, reverse, lengths):
    """Outputs, states and weights of torch's layer; going backwards is the second half of a bidirectional one."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    layer = getattr(torch.nn, kind)(4, 6, batch_first=True, bidirectional=True)
    x = torch.from_numpy(X)
    if lengths is not None:
        x = torch.nn.utils.rnn.pack_padded_sequence(x, lengths.tolist(), batch_first=True, enforce_sorted=False)
    start = [torch.from_numpy(each).expand(2, 3, 6).contiguous() for each in STATE]
    outputs, states = layer(x, tuple(start) if kind == "LSTM" else start[0])
    if lengths is not None:
        outputs = torch.nn.utils.rnn.pad_packed_sequence(outputs, batch_first=True)[0]
    states = [state[int(reverse)].detach().numpy() for state in (states if kind == "LSTM" else [states])]
    parts = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
    weights = [getattr(layer, part + "_reverse" * reverse).detach().numpy().T for part in parts]
    return [outputs.detach().numpy()[..., 6:] if reverse else outputs.detach().numpy()[..., :6], *states], weights


def close(ours, expected):
    for our, their in zip(ours, expected, strict=True):
        np.testing.assert_allclose(our, their, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "lengths"])
def test_lstm_is_torchs(reverse, lengths):
    expected, (kernel, recurrent, bias, again) = theirs("LSTM", reverse=reverse, lengths=lengths)
    close(ops.lstm(X, kernel, recurrent, bias + again, *STATE, lengths, reverse=reverse), expected)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["whole", "lengths"])
def test_gru_is_torchs(reverse, lengths):
    expected, weights = theirs("GRU", reverse=reverse, lengths=lengths)
    close(ops.gru(X, *weights, STATE[0], lengths, reverse=reverse), expected)


def test_what_is_left_out_is_zero():
    kernel, recurrent = np.ones((4, 24), np.float32), np.ones((6, 24), np.float32)
    nothing = np.zeros((3, 6), np.float32)
    close(ops.lstm(X, kernel, recurrent), ops.lstm(X, kernel, recurrent, np.zeros(24, np.float32), nothing, nothing))


def test_time_in_two_parts_is_the_whole():
    kernel, recurrent = (np.random.default_rng(2).standard_normal(s).astype(np.float32) for s in ((4, 18), (6, 18)))
    outputs, hidden = ops.gru(X, kernel, recurrent)
    early, between = ops.gru(X[:, :2], kernel, recurrent)
    late, last = ops.gru(X[:, 2:], kernel, recurrent, hidden=between)
    close([np.concatenate([early, late], 1), last], [outputs, hidden])


def test_the_length_may_be_a_symbol():
    n, t = jax.export.symbolic_shape("n, t")
    x = jax.ShapeDtypeStruct((n, t, 4), np.float32)
    kernel, recurrent = np.ones((4, 24), np.float32), np.ones((6, 24), np.float32)
    outputs, *_ = jax.make_jaxpr(lambda x: ops.lstm(x, kernel, recurrent))(x).out_avals
    assert outputs.shape == (n, t, 6)


def test_weights_that_do_not_fit_are_refused():
    with pytest.raises(SignatureError, match=r"lstm expects .* kernel \[d, 4h\]"):
        ops.lstm(X, np.ones((4, 18)), np.ones((6, 18)))
