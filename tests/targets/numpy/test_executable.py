"""NumPy behind the signature: sizes from the arrays, the latest traces kept, wire form in and out."""

import jax.numpy as jnp
import numpy as np
import pytest

import philtre as ph
from philtre.errors import SignatureError
from philtre.program import Program
from philtre.targets.numpy import NumpyExecutable


def test_sizes_come_from_the_arrays_and_traces_are_kept():
    program = Program(
        lambda x: {"y": x / x.shape[1], "n": jnp.arange(x.shape[0])}, inputs={"x": ph.Tensor((None, "length"))}
    )
    asked = []

    def traced_at(sizes):
        asked.append(sizes)
        return program.traced(sizes)

    executable = NumpyExecutable(traced_at, program.signature)
    for shape in [(2, 3), (2, 3), (4, 5), (0, 3)]:
        answers = executable(np.ones(shape, np.float32))
        np.testing.assert_array_equal(answers["y"], np.full(shape, 1 / shape[1], np.float32))
        assert answers["n"].tolist() == list(range(shape[0]))
    assert asked == [{"batch": 2, "length": 3}, {"batch": 4, "length": 5}, {"batch": 0, "length": 3}]


def test_no_rows_that_cannot_be_traced_give_empty_outputs():
    program = Program(lambda x: x * (6 // x.shape[0]), inputs={"x": ph.Tensor((None, 2))}, outputs={})
    executable = NumpyExecutable(lambda sizes: program.traced(sizes), program.signature)
    assert executable(np.ones((3, 2), np.float32)).tolist() == [[2, 2]] * 3
    assert executable(np.ones((0, 2), np.float32)).shape == (0, 2)


def test_a_python_branch_on_the_batch_is_taken_at_each_size():
    program = Program(lambda x: x * (10 if x.shape[0] == 1 else 1), inputs={"x": ph.Number()})
    run = NumpyExecutable(program.traced, program.signature)
    assert run(np.float32([2])).tolist() == [20]
    assert run(np.float32([2, 3])).tolist() == [2, 3]


def test_categories_go_in_and_come_out_as_text():
    color = ph.Category(("red", "green"), unknown=True, missing=True)
    program = Program(lambda c: {"same": c}, inputs={"c": color}, outputs={"same": color})
    run = NumpyExecutable(program.traced, program.signature)
    assert run.run({"c": np.array(["green", "blue", ""], object)})["same"].tolist() == ["green", "", ""]
    with pytest.raises(SignatureError):
        run(np.float32([1]))
