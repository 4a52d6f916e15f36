"""The file's bytes are those of onnx's own writer, whatever the weights."""

import ml_dtypes
import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from philtre.targets.onnx.pack import packed

WEIGHTS = {
    "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
    "turned": np.arange(6, dtype=np.float64).reshape(2, 3).T,
    "scalar": np.int64(-3),
    "empty": np.zeros((0, 3), np.float16),
    "truth": np.array([True, False]),
    "words": np.array(["a", "größe"], object),
    "big": np.arange(3, dtype=">i4"),
    "short": np.arange(3).astype(ml_dtypes.bfloat16),
}
GRAPH = helper.make_graph([], "graph", [], [])
VERSIONS = [helper.make_opsetid("", 18)]


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_weight_comes_back_as_it_was(name):
    weight = np.asarray(WEIGHTS[name])
    (tensor,) = onnx.load_from_string(packed(GRAPH, VERSIONS, {name: weight})).graph.initializer
    found = numpy_helper.to_array(tensor)
    assert tensor.name == name
    assert found.shape == weight.shape
    assert found.dtype == weight.dtype.newbyteorder("=")
    assert found.tolist() == weight.tolist()


def test_the_model_is_that_of_the_official_writer():
    mine = onnx.load_from_string(packed(GRAPH, VERSIONS, {"matrix": WEIGHTS["matrix"]}))
    graph = helper.make_graph([], "graph", [], [], [numpy_helper.from_array(WEIGHTS["matrix"], "matrix")])
    theirs = helper.make_model(graph, opset_imports=VERSIONS, producer_name="philtre")
    theirs.ir_version = mine.ir_version
    assert mine == theirs
