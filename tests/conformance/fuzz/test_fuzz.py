"""Random programs say the same on every target; a slice of `make fuzz` that is the same each time."""

from collections import Counter

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from philtre.targets.onnx import table
from tests.conformance.fuzz.check import TARGETS, check, room
from tests.conformance.fuzz.operators import OPERATORS
from tests.conformance.fuzz.plan import MOST_STEPS, Plan, plans

BY_NAME = {operator.name: operator for operator in OPERATORS}
X = np.float32([[1, 2, 3], [4, 5, 6]])


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(plans())
def test_random_programs_say_the_same_on_every_target(plan):
    assert len(plan.steps) <= MOST_STEPS
    check(plan, Counter())


def test_hits_are_counted_by_primitive_dtype_and_target():
    hits = Counter()
    check(Plan((X, X), ((BY_NAME["neg"], (0,)), (BY_NAME["add"], (2, 1)))), hits)
    assert hits == {(name, "float32", target): 1 for name in ("neg", "add") for target in TARGETS}


def test_a_wrong_answer_is_told_with_the_equations_and_the_inputs(monkeypatch):
    monkeypatch.setitem(table.RULES, "neg", lambda g, equation, x: x)
    with pytest.raises(AssertionError) as caught:
        check(Plan((X, X), ((BY_NAME["neg"], (0,)),)), Counter(), ("onnx",))
    story = str(caught.value)
    assert "onnx says" in story
    assert "= neg a" in story
    assert "array([[1., 2., 3.]," in story


def test_what_nothing_takes_is_the_result():
    plan = Plan((X, X), ((BY_NAME["neg"], (0,)), (BY_NAME["abs"], (2,)), (BY_NAME["sign"], (1,))))
    sign, absolute = jnp.sign(X), jnp.abs(X)
    assert all(np.array_equal(a, b) for a, b in zip(plan.run([X, X]), [absolute, sign], strict=True))


def test_steps_that_do_not_round_leave_no_room():
    plan = Plan((X, X), ((BY_NAME["add"], (0, 1)),))
    assert not room(plan, [X + X])[0].any()


def test_noise_shows_how_ill_a_program_is_conditioned():
    small = Plan((X, X), ((BY_NAME["exp"], (0,)),))
    large = Plan((X, X), ((BY_NAME["exp"], (0,)), (BY_NAME["exp"], (2,))))
    calm = room(small, [np.exp(X)])[0] / np.exp(X)
    with np.errstate(all="ignore"):
        twice = np.exp(np.exp(X))
        wild = room(large, [twice])[0] / twice
    assert wild[0, 1] > calm[0, 1]
