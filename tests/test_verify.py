"""verify: errors per target and output, refusals, and the user's line where a target parts."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.errors import SignatureError
from philtre.fields import Category, Number, Tensor
from philtre.program import Program, program
from philtre.targets.choice import RUNTIMES
from philtre.targets.onnx import table
from philtre.targets.onnx.control import CONTROL
from philtre.verify import verify

X = np.linspace(-3, 3, 12, dtype=np.float32).reshape(4, 3)


@program(inputs={"x": Tensor((None, 3))})
def softmax(x):
    exponential = jnp.exp(x)
    return exponential / exponential.sum(axis=1, keepdims=True)


def test_all_targets_are_measured_against_xla():
    report = verify(softmax, {"x": X})
    assert report.agrees
    assert [row.target for row in report.rows] == [each for each in RUNTIMES if each != "xla"]
    assert all(0 <= row.deviation.absolute < 1e-6 for row in report.rows)


def test_the_report_prints_as_a_table():
    lines = str(verify(softmax, [X], targets=["onnx"])).splitlines()
    assert lines[0] == "program 'softmax' against xla"
    assert lines[1].split() == ["target", "output", "absolute", "relative", "ulp", "worst", "place"]
    assert lines[2].startswith("onnx    output")


def test_every_output_has_a_row():
    both = Program(lambda x: {"sum": x.sum(), "largest": x.argmax()})
    assert [row.output for row in verify(both, [X], targets=["onnx"]).rows] == ["sum", "largest"]


def test_a_target_that_cannot_run_the_program_is_listed_with_its_reason():
    report = verify(Program(lambda x: jnp.linalg.svd(x, compute_uv=False)), [X], targets=["onnx"])
    assert report.agrees
    assert report.rows == ()
    assert report.refused["onnx"].operation.startswith("svd")
    assert "onnx refuses: target 'onnx' expects" in str(report)


def test_fields_are_compared_on_the_wire():
    fields = {"age": Number(), "sex": Category(values=("female", "male"))}
    score = Program(lambda age, sex: age * 2 + sex.astype("float32"), inputs=fields)
    assert verify(score, {"age": np.float32([30, 4]), "sex": np.array(["male", "female"], object)}).agrees


def test_parameters_are_part_of_the_program():
    linear = Program(lambda w, x: x @ w["kernel"], parameters={"kernel": np.ones((3, 2), np.float32)})
    assert verify(linear, [X]).agrees


def test_inputs_that_do_not_fit_are_refused():
    with pytest.raises(SignatureError):
        verify(softmax, {"x": X[:, :2]})
    with pytest.raises(SignatureError):
        verify(softmax, [X, X])


@pytest.fixture
def wrong_tanh(monkeypatch):
    """An onnx target whose tanh is wrong."""
    monkeypatch.setitem(table.RULES, "tanh", lambda g, equation, x: g.apply("Sigmoid", x))


def network(x):
    hidden = jnp.tanh(x * 2)
    return jax.jit(lambda h: h.sum(axis=1))(hidden)


def test_bisect_names_the_equation_and_the_users_line(wrong_tanh):
    report = verify(Program(network), [X], targets=["onnx"], bisect=True)
    assert not report.agrees
    parting = report.partings["onnx"]
    assert parting.operation == "tanh"
    assert parting.source.startswith("test_verify.py:")
    assert parting.source.endswith("(network)")
    assert f"onnx parts at 'tanh', {parting.source}" in str(report)


def test_without_bisect_only_the_outputs_are_compared(wrong_tanh):
    assert verify(Program(network), [X], targets=["onnx"]).partings == {}


def test_a_loop_parts_as_a_whole(monkeypatch):
    monkeypatch.setitem(CONTROL, "scan", lambda g, run, equation, *values: list(values))
    looped = Program(lambda x: jax.lax.fori_loop(0, 3, lambda _, y: y * 2, x))
    assert verify(looped, [X], targets=["onnx"], bisect=True).partings["onnx"].operation == "scan"
