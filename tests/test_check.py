"""NaN and infinity are traced to the equation that made them, and to the user's line."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import philtre as ph
from philtre.errors import NumericError

X = np.float32([4, 1, 0, -1])


def test_the_equation_that_made_it_is_named_with_its_line():
    @ph.program
    def scaled_root(x):
        root = jnp.sqrt(x - 1)
        return root * 2 + 1

    assert ph.check(scaled_root)(np.float32([2, 5])).tolist() == [3, 5]
    with pytest.raises(NumericError, match=r"nan from 'sqrt' at test_check.py:\d+ \(scaled_root\), in 2 of 4 .* \[2\]"):
        ph.check(scaled_root)(X)
    with pytest.raises(NumericError, match="'sqrt'"):
        ph.check(scaled_root)(x=X)


def test_what_is_left_out_may_be_anything():
    assert ph.check(ph.program(lambda x: jnp.where(x > 0, jnp.log(x), 0.0)))(X)[3] == 0


def test_inside_loops_and_branches_the_first_equation_is_named():
    @ph.program
    def looped(x):
        return jax.lax.scan(lambda total, each: (total + jnp.log(each), total), jnp.float32(0), x)[0]

    with pytest.raises(NumericError, match=r"-inf from 'log' at test_check.py"):
        ph.check(looped)(X[:3])


def test_an_operation_counts_as_one_equation():
    normed = ph.program(lambda x, scale: ph.ops.layer_norm(x, scale, scale, epsilon=0.0))
    with pytest.raises(NumericError, match="nan from 'layer_norm' at test_check"):
        ph.check(normed)(np.zeros((1, 2), np.float32), np.ones(2, np.float32))


def test_bad_input_is_said_to_be_so():
    with pytest.raises(NumericError, match="in what it was given"):
        ph.check(ph.program(lambda x: x + 1))(np.float32([np.nan]))


def test_several_outputs_and_fields():
    fields = {"age": ph.Number(), "kind": ph.Category(("a", "b"))}

    @ph.program(inputs=fields)
    def both(age, kind):
        return {"inverse": 1 / age, "code": kind + 1}

    answers = ph.check(both)(np.float32([1, 2]), np.array(["a", "b"], object))
    assert answers["inverse"].tolist() == [1, 0.5]
    with pytest.raises(NumericError, match="inf from 'div'"):
        ph.check(both)(np.float32([0, 2]), np.array(["a", "b"], object))


def test_steps_yield_every_equation_with_its_values():
    @ph.program(inputs={"x": ph.Tensor((None,))})
    def line(x):
        return x * 2 + 1

    first, second = line.steps(np.float32([1, 2]))
    assert (first.operation, second.operation) == ("mul", "add")
    assert second.outputs[0].tolist() == [3, 5]
    assert second.inputs[0] is first.outputs[0]
    assert "test_check.py" in second.source
