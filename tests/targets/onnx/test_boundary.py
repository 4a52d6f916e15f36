"""The graph takes and gives the wire form: field names to the letter, categories as text."""

import jax.numpy as jnp
import numpy as np
import onnx
import onnxruntime
import pytest

from philtre.errors import SignatureError
from philtre.fields import Boolean, Category, Hashed, Number, Tensor, Text, Timestamp
from philtre.signature import Signature
from philtre.targets.onnx import build
from philtre.trace import Spec, trace


def session_of(function, signature, x64=False):
    specs = {name: Spec(field.wire_shape, field.core_dtype) for name, field in signature.inputs.items()}
    model = build(trace(function, specs, x64=x64), signature)
    onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])


def test_names_become_codes_and_codes_names():
    color = Category(("red", "green"), missing=True, unknown=True)
    signature = Signature({"color": color}, {"code": Tensor((None,), "int32"), "label": color})
    session = session_of(lambda c: {"code": c, "label": jnp.where(c == 0, 1, c)}, signature)
    code, label = session.run(None, {"color": np.array(["red", "green", "blue", ""], object)})
    assert (code.tolist(), code.dtype) == ([0, 1, 2, 3], np.int32)
    assert label.tolist() == ["green", "green", "", ""]
    assert [part.shape for part in session.run(None, {"color": np.array([], object)})] == [(0,), (0,)]


def test_every_kind_of_field_keeps_its_wire_form():
    fields = {
        "number": Number(),
        "count": Number(integer=True),
        "maybe": Number(integer=True, missing=True),
        "flag": Boolean(missing=True),
        "when": Timestamp(missing=True),
        "pixels": Tensor((None, 2), "uint8"),
        "name": Hashed(3, missing=True),
        "prose": Text(("a1", "b1"), length=2),
        "tokens": Tensor((None, "length"), "int64"),
    }
    outputs = {f"{name} out": field for name, field in fields.items()}
    session = session_of(lambda *a: dict(zip(outputs, a, strict=True)), Signature(fields, outputs), x64=True)
    arrays = {f.wire_name(name): np.ones([2] * len(f.wire_shape), f.wire_dtype) for name, f in fields.items()}
    for name, answer in zip(arrays, session.run(None, arrays), strict=True):
        assert answer.dtype == arrays[name].dtype
        np.testing.assert_array_equal(answer, arrays[name])
    assert [value.shape for value in session.get_inputs()][-1] == ["batch", "length"]


def test_buckets_enter_and_leave_as_codes_of_a_category_do():
    field = Hashed(3, missing=True)
    signature = Signature({"x": field}, {"code": Tensor((None,), "int32"), "y": field})
    session = session_of(lambda x: {"code": x, "y": x}, signature)
    code, y = session.run(None, {"x.bucket": np.array([2, -1, 0])})
    assert (code.tolist(), y.tolist()) == ([2, 4, 0], [2, -1, 0])
    assert code.tolist() == field.to_core(np.array([2, -1, 0])).tolist()
    assert y.tolist() == field.from_core(code).tolist()


def test_outputs_that_fit_are_widened_and_others_refused():
    signature = Signature({"x": Number()}, {"y": Number(integer=True), "flag": Boolean()})
    session = session_of(lambda x: {"y": x.astype(jnp.int32), "flag": x > 1}, signature)
    answers = session.run(None, {"x": np.float32([1, 2])})
    assert [(part.dtype.name, part.tolist()) for part in answers] == [("int64", [1, 2]), ("int8", [0, 1])]
    with pytest.raises(SignatureError, match="output 'y' expects an array that fits into int64, got float32"):
        session_of(lambda x: {"y": x, "flag": x > 1}, signature)
    with pytest.raises(SignatureError, match="output 'y' expects integer codes, got float32"):
        session_of(lambda x: {"y": x}, Signature({"x": Number()}, {"y": Category(("a",))}))


def test_inputs_that_do_not_fit_are_refused():
    traced = trace(lambda x: {"y": x}, {"x": Spec((None,), np.dtype("int32"))}, x64=False)
    signature = Signature({"x": Number(integer=True)}, {"y": Tensor((None,), "int32")})
    with pytest.raises(SignatureError, match="input 'x' expects an array that fits into int32, got int64"):
        build(traced, signature)
    with pytest.raises(SignatureError, match="got text"):
        build(traced, Signature({"x": Tensor((None,), "string")}, {"y": Tensor((None,), "int32")}))


def test_any_name_goes_and_none_clashes_with_inner_ones():
    names = ["Add_1", "constant_1", "Größe in m²", "a/b:c d", "x.y"]
    signature = Signature({name: Number() for name in names}, {"Add_2": Number(), "Mul_1": Number()})
    session = session_of(lambda *a: {"Add_2": sum(a) + 1, "Mul_1": a[0] * 2 + a[1]}, signature)
    assert [value.name for value in session.get_inputs()] == names
    answers = session.run(None, {name: np.float32([2]) for name in names})
    assert [part.tolist() for part in answers] == [[11], [6]]


def test_a_name_on_both_sides_is_refused():
    with pytest.raises(SignatureError, match=r"inputs and outputs of different names, got \['x'\]"):
        session_of(lambda x: {"x": x}, Signature({"x": Number()}, {"x": Number()}))


def test_columns_whose_arrays_would_share_a_name_are_refused():
    fields = {"x": Text(("a1",), 2), "x.tokens": Number()}
    with pytest.raises(SignatureError, match=r"got 'x.tokens' of both 'x' and 'x.tokens'. Hint: rename"):
        session_of(lambda x, y: {"z": y}, Signature(fields, {"z": Number()}), x64=True)


def test_unused_inputs_stay_and_outputs_may_be_inputs_constants_or_shared():
    signature = Signature(
        {"x": Number(), "unused": Category(("a",))},
        {"same": Number(), "again": Number(), "sum": Number(), "sum too": Number(), "one": Tensor((3,), "float32")},
    )

    def function(x, unused):
        return {"same": x, "again": x, "sum": x + 1, "sum too": x + 1, "one": jnp.ones(3)}

    session = session_of(function, signature)
    assert [value.name for value in session.get_inputs()] == ["x", "unused"]
    answers = session.run(None, {"x": np.float32([4]), "unused": np.array(["a"], object)})
    assert [part.tolist() for part in answers] == [[4], [4], [5], [5], [1, 1, 1]]
