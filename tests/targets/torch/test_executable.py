"""A module behind the signature: text and numbers in, text and numbers out, no rows too."""

import jax.numpy as jnp
import numpy as np
import pytest

pytest.importorskip("torch")

from philtre.fields import Category, Number, Tensor
from philtre.signature import Signature
from philtre.targets.torch import compile_torch
from philtre.trace import Spec, trace


def compiled(function, inputs, outputs, rows=None):
    specs = {}
    for name, field in inputs.items():
        shape = field.wire_shape
        specs[name] = Spec((rows, *shape[1:]) if shape and shape[0] is None else shape, field.core_dtype)
    signature = Signature(inputs, outputs)
    return compile_torch(trace(function, specs, x64=any(s.dtype.itemsize == 8 for s in specs.values())), signature)


def test_any_number_of_rows():
    run = compiled(
        lambda x: {"total": x.sum(axis=1)}, {"x": Tensor((None, 3), "float32")}, {"total": Tensor((None,), "float32")}
    )
    assert run.batch_sizes is None
    for rows in (0, 1, 5):
        assert run(np.ones((rows, 3), np.float32)).tolist() == [3] * rows


def test_values_in_and_out():
    run = compiled(
        lambda size, kind: {"kind": jnp.where(size > 2, kind, 0)},
        {"size": Number(), "kind": Category(["a", "b"])},
        {"kind": Category(["a", "b"])},
    )
    assert run.predict([{"size": 3, "kind": "b"}, {"size": 1, "kind": "b"}]) == [{"kind": "b"}, {"kind": "a"}]


def test_a_trace_for_one_batch_size_says_so():
    run = compiled(
        lambda x: {"y": x * x.shape[0]},
        {"x": Tensor((None, 2), "float32")},
        {"y": Tensor((None, 2), "float32")},
        rows=2,
    )
    assert run.batch_sizes == (2,)
    assert run(np.ones((2, 2), np.float32)).tolist() == [[2, 2], [2, 2]]
    assert run(np.ones((0, 2), np.float32)).shape == (0, 2)


@pytest.mark.parametrize("dtype", ["uint16", "uint32", "uint64", "float16", "int8", "bool"])
def test_dtypes_cross_whole(dtype):
    field = Tensor((None, 2), dtype)
    run = compiled(lambda x: {"y": x}, {"x": field}, {"y": field})
    x = np.array([[0, 1], [1, 0]], dtype)
    x.flags.writeable = False
    y = run(x)
    assert y.dtype == x.dtype
    assert (y == x).all()
