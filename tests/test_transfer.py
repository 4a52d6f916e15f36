"""Arrays move between NumPy, JAX and torch and keep dtype and values."""

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
import pytest

import philtre as ph
from philtre.errors import SignatureError

torch = pytest.importorskip("torch")
DTYPES = ["bool", "int8", "int64", "uint8", "float16", "bfloat16", "float32", "float64", "complex64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", ["xla torch numpy", "torch xla numpy", "torch:cpu xla:cpu:0 torch numpy"])
def test_a_round_trip_keeps_dtype_and_values(dtype, way):
    array = np.array([[0, 1, 2], [3, 1, 0]]).astype(dtype)
    moved = array
    for where in way.split():
        moved = ph.transfer(moved, where)
    assert moved.dtype == array.dtype
    np.testing.assert_array_equal(moved, array)


def test_what_comes_is_an_array_of_the_library_asked_for():
    assert isinstance(ph.transfer(np.ones(2), "xla"), jax.Array)
    assert ph.transfer(np.ones(2), "xla").dtype == np.float64
    assert isinstance(ph.transfer([1.0, 2.0], "torch"), torch.Tensor)
    assert ph.transfer(torch.ones(2, requires_grad=True), "numpy").tolist() == [1, 1]
    assert ph.transfer(jnp.ones(2, ml_dtypes.bfloat16), "torch").dtype == torch.bfloat16


def test_nothing_is_copied_where_memory_can_be_shared():
    array = np.ones(1000, np.float32)
    assert ph.transfer(array, "torch").data_ptr() == array.ctypes.data
    assert np.shares_memory(ph.transfer(torch.from_numpy(array), "numpy"), array)


def test_the_devices_here_are_named_and_others_refused():
    assert {"numpy", "xla:cpu:0", "torch:cpu"} <= set(ph.devices())
    for where in ("tpu", "xla:nothing", "xla:cpu:99", "torch:nothing", "torch:cpu:99", "numpy:0"):
        with pytest.raises(SignatureError, match="cpu"):
            ph.transfer(np.ones(2), where)


def test_an_array_elsewhere_is_refused_with_the_way_to_bring_it():
    double = ph.program(lambda x: x + x)
    assert double(torch.ones(2)).tolist() == [2, 2]
    with pytest.raises(SignatureError, match=r"input 'x' expects an array in main memory, got a torch.Tensor on meta"):
        double(torch.ones(2, device="meta"))
    with pytest.raises(SignatureError, match=r"requires grad.*philtre\.transfer"):
        double(torch.ones(2, requires_grad=True))
