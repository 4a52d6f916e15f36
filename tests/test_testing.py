"""assert_targets_agree: silent where targets agree, and a whole story where they do not."""

import jax.numpy as jnp
import numpy as np
import pytest

from philtre.errors import UnsupportedError
from philtre.program import Program
from philtre.targets.onnx import table
from philtre.testing import assert_targets_agree

X = np.linspace(-3, 3, 12, dtype=np.float32).reshape(4, 3)


def test_targets_agree_on_an_ordinary_program():
    assert_targets_agree(Program(lambda x, y: (x @ y.T, x.argmax(axis=1))), X, X)


def test_a_difference_is_told_with_target_output_errors_place_and_line(monkeypatch):
    monkeypatch.setitem(table.RULES, "cos", lambda g, equation, x: g.apply("Sin", x))
    with pytest.raises(AssertionError) as caught:
        assert_targets_agree(Program(lambda x: {"angle": jnp.cos(x)}), X, targets=["onnx"])
    story = str(caught.value)
    assert "onnx    angle" in story
    assert "worst place" in story
    assert "onnx parts at 'cos', test_testing.py:" in story


def test_a_target_that_is_asked_for_must_run_the_program():
    svd = Program(lambda x: jnp.linalg.svd(x, compute_uv=False))
    assert_targets_agree(svd, X)
    with pytest.raises(UnsupportedError, match="svd"):
        assert_targets_agree(svd, X, targets=["onnx"])
