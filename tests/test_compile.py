"""Compiling: every target by name, kept, refused with a reason; what a target lacks names the others."""

import sys

import jax.numpy as jnp
import numpy as np
import pytest

import philtre as ph
from philtre.errors import MissingPackage, SignatureError, UnsupportedError
from philtre.program import Program

X = np.float32([[1, 2], [3, 4]])
FIELDS = {"x": ph.Tensor((None, 2))}


def test_every_target_answers_alike(target):
    program = Program(lambda x: {"total": x.sum(axis=1), "largest": jnp.argmax(x, axis=1)}, inputs=FIELDS)
    run = program.compile(target)
    answers = run(X)
    assert answers["total"].tolist() == [3, 7]
    assert answers["largest"].tolist() == [1, 1]
    assert answers["largest"].dtype == np.int32
    assert run(X[:0])["total"].shape == (0,)
    assert program.compile(target) is run


def test_strings_cross_on_every_target(target):
    fields = {"kind": ph.Category(("a", "b"), missing=True), "age": ph.Number(missing=True)}
    program = Program(lambda kind, age: {"code": kind, "filled": jnp.nan_to_num(age, nan=-1.0)}, inputs=fields)
    rows = [{"kind": "b", "age": 2.5}, {"kind": None, "age": None}]
    assert [row["code"] for row in program.compile(target).predict(rows)] == [1, 3]
    assert [row["filled"] for row in program.compile(target).predict(rows)] == [2.5, -1]


def test_two_free_axes_are_free_on_every_target(target):
    program = Program(lambda x: x.mean(axis=1), inputs={"x": ph.Tensor((None, "length"))})
    run = program.compile(target)
    for shape in ((1, 1), (2, 5), (7, 3)):
        x = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
        np.testing.assert_allclose(run(x), x.mean(axis=1), rtol=1e-6)


def test_a_branch_on_a_free_size_becomes_one_graph_per_size(target):
    program = Program(lambda x: x * (2 if x.shape[0] == 1 else 3), inputs=FIELDS)
    if target in ("onnx", "torch"):
        with pytest.warns(UserWarning, match="one graph per batch size"):
            run = program.compile(target)
    else:
        run = program.compile(target)
    assert run(X[:1]).tolist() == (X[:1] * 2).tolist()
    assert run(X).tolist() == (X * 3).tolist()


@pytest.mark.parametrize(
    ("arrays", "named", "said"),
    [
        ((np.ones((2, 3), np.float32),), {}, r"field 'x' expects .*2.*got .*3"),
        ((np.ones((2, 2), "datetime64[s]"),), {}, r"field 'x'"),
        ((np.ones((2, 2)) * 1e300,), {}, r"field 'x' .*float32"),
        ((), {"y": X}, r"call expects the inputs \['x'\]"),
        ((X, X), {}, r"call expects the inputs \['x'\], got 2 by position"),
        ((), {}, r"call expects the inputs \['x'\]"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_on_every_target(target, arrays, named, said):
    program = Program(lambda x: x + 1, inputs=FIELDS)
    with pytest.raises(SignatureError, match=said):
        program.compile(target)(*arrays, **named)
    with pytest.raises(SignatureError, match=said):
        program(*arrays, **named)


def test_an_unknown_device_is_refused_with_those_that_are_there():
    pytest.importorskip("torch")
    program = Program(lambda x: x + 1, inputs=FIELDS)
    assert program.compile("torch", device="cpu")(X).tolist() == (X + 1).tolist()
    with pytest.raises(SignatureError, match="one of the devices cpu"):
        program.compile("torch", device="cuda:7")
    with pytest.raises(SignatureError, match='expects the device "cpu", got'):
        program.compile("onnx", device="cuda")


def test_a_package_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    for name in [name for name in sys.modules if name.split(".")[0] == "torch" or "targets.torch" in name]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    program = Program(lambda x: x + 1, inputs=FIELDS)
    with pytest.raises(MissingPackage, match=r"the package 'torch', .* pip install 'philtre\[torch\]'"):
        program.compile("torch")


def test_what_a_target_lacks_names_the_line_and_the_targets_that_have_it():
    program = Program(lambda x: jnp.fft.rfft(x).real, inputs=FIELDS)
    with pytest.raises(UnsupportedError, match=r"fft.* at test_compile.py:\d+ .*it runs on xla, .*numpy"):
        program.compile("onnx")
    assert program.compile("numpy")(X).shape == (2, 2)


def test_supports_lists_all_gaps_without_converting():
    program = Program(
        lambda x: jnp.linalg.cholesky(x @ x.T) + jnp.fft.rfft(x).real.sum(), inputs={"x": ph.Tensor((2, 2))}
    )
    gaps = " ".join(program.supports("onnx"))
    assert "cholesky" in gaps
    assert "fft" in gaps
    assert program.supports("xla") == program.supports("numpy") == []
    assert Program(lambda x: x + 1).supports("onnx", X) == []
    with pytest.raises(SignatureError, match="one of xla, onnx"):
        program.supports("tensorflow")
