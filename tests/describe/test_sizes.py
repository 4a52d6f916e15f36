"""Numbers for symbols: the batch is one, all others are asked for."""

import jax.numpy as jnp
import numpy as np
import pytest

from philtre.describe.sizes import numbers, require_numbers
from philtre.errors import SignatureError
from philtre.fields import Tensor
from philtre.trace import Spec, trace

FIELDS = {"tokens": Tensor((None, "length"), "int32"), "scale": Tensor(("d",))}


def test_the_batch_is_one_unless_said_otherwise():
    assert numbers(FIELDS, {"length": 7, "d": 3}) == {"batch": 1, "length": 7, "d": 3}
    assert numbers(FIELDS, {"length": 7, "d": 3, "batch": 32})["batch"] == 32
    assert numbers({"x": Tensor((3,))}, {}) == {}


@pytest.mark.parametrize(
    "sizes", [{}, {"length": 7}, {"length": 7, "d": 3, "width": 1}, {"length": 0, "d": 3}, {"length": "7", "d": 3}]
)
def test_symbols_without_a_number_are_asked_for(sizes):
    with pytest.raises(SignatureError, match=r"one number of at least 1 for each of \['batch', 'd', 'length'\]"):
        numbers(FIELDS, sizes)


def test_a_trace_with_symbols_is_refused():
    free = trace(lambda x: {"y": jnp.sum(x)}, {"x": Spec((None, "length"), np.dtype(np.float32))}, x64=False)
    with pytest.raises(SignatureError, match=r"a trace of known sizes, got free \['batch', 'length'\]"):
        require_numbers(free)
