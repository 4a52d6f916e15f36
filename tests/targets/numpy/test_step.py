"""Every equation in order, with its values and the user's line: calls inlined, loops unrolled."""

import jax
import jax.numpy as jnp
import numpy as np

from philtre import ops
from philtre.targets.numpy import steps
from philtre.trace import Spec, trace

X = np.ones((3, 4), np.float32)
MATRIX = {"x": Spec((3, 4), np.dtype("float32"))}


def test_a_step_says_what_it_made_and_where():
    def shifted(x):
        return {"y": jax.nn.relu(x) + 2}

    first, second = steps(trace(shifted, MATRIX, x64=False), [X])
    assert str(first) == repr(first)
    assert str(second).startswith("add float32[3,4] test_step.py:")
    assert str(second).endswith("(shifted)")
    assert first.operation == "max"
    assert [array.shape for array in second.inputs] == [(3, 4), ()]
    np.testing.assert_array_equal(second.outputs[0], X + 2)


def test_loops_come_each_time_round_and_then_as_a_whole():
    def looped(x):
        return {"y": jax.lax.scan(lambda c, row: (c * 2, row + c), jnp.float32(1), x)[1]}

    seen = list(steps(trace(looped, MATRIX, x64=False), [X]))
    names = [step.operation for step in seen if step.operation in ("mul", "add", "scan")]
    assert names == ["mul", "add"] * 3 + ["scan"]
    assert [float(step.outputs[0]) for step in seen if step.operation == "mul"] == [2, 4, 8]


def test_operations_are_one_step_by_their_own_name():
    (step,) = steps(trace(lambda x: {"y": ops.softmax(x)}, MATRIX, x64=False), [X])
    assert step.operation == "softmax"


def test_steps_are_made_as_they_are_asked_for():
    def endless(x):
        return {"y": jax.lax.while_loop(lambda v: True, lambda v: v + 1, x)}

    walking = steps(trace(endless, MATRIX, x64=False), [X])
    assert [next(walking).operation for _ in range(5)] == ["add"] * 5
