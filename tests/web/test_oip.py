"""Tensors in JSON become exactly the arrays they state, or one error that names the tensor."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

import philtre as ph
from philtre.errors import SignatureError
from philtre.fields import MISSING_TIME
from philtre.web import oip

DATATYPES = {"bool": "BOOL", "uint8": "UINT8", "int32": "INT32", "int64": "INT64", "float32": "FP32", "float64": "FP64"}


def read(field, data, shape=None, datatype=None):
    signature = ph.Signature({"x": field}, {"y": ph.Number()})
    stated = {"datatype": datatype or field.datatype, "shape": shape or [len(data)], "data": data}
    tensor = {"name": field.wire_name("x"), **stated}
    return oip.read(json.dumps({"inputs": [tensor]}).encode(), signature)[1]["x"]


@pytest.mark.parametrize("dtype", DATATYPES)
@given(data=st.data())
def test_a_tensor_comes_back_as_it_was_sent(dtype, data):
    elements = {"allow_nan": False, "allow_infinity": False} if dtype.startswith("float") else {}
    sent = data.draw(arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=2, max_dims=3), elements=elements))
    field = ph.Tensor((None, *sent.shape[1:]), dtype)
    for form in (sent.tolist(), sent.ravel().tolist()):
        got = read(field, form, list(sent.shape))
        assert got.dtype == sent.dtype
        np.testing.assert_array_equal(got, sent)
    signature = ph.Signature({"x": field}, {"x": field})
    answer = oip.answer(oip.InferRequest([]), "m", signature, {"x": sent})["outputs"][0]
    assert (answer["datatype"], answer["shape"]) == (DATATYPES[dtype], list(sent.shape))
    np.testing.assert_array_equal(read(field, answer["data"], answer["shape"]), sent)


@pytest.mark.parametrize(
    ("field", "data", "said"),
    [
        (ph.Tensor((None,), "int64"), [1.5], "INT64 elements, got 1.5"),
        (ph.Tensor((None,), "int64"), [True], "INT64 elements, got True"),
        (ph.Tensor((None,), "int32"), [2**31], "beyond its range"),
        (ph.Tensor((None,), "uint8"), [-1], "beyond its range"),
        (ph.Tensor((None,)), ["3"], "FP32 elements, got '3'"),
        (ph.Tensor((None,)), [None], "FP32 elements, got null"),
        (ph.Tensor((None,)), [1e39], "beyond its range"),
        (ph.Tensor((None,)), [10**400], "beyond its range"),
        (ph.Tensor((None,), "bool"), ["x"], "BOOL elements, got 'x'"),
        (ph.Tensor((None,), "bool"), [1], "BOOL elements, got 1"),
        (ph.Tensor((None,), "string"), [3], "BYTES elements, got 3"),
        (ph.Number(integer=True), [2.5], "a whole number, got 2.5"),
        (ph.Number(), ["2"], "a finite number, got '2'"),
        (ph.Number(), [None], "got null"),
        (ph.Boolean(), [0.5], "true or false"),
        (ph.Boolean(), [2], "true or false"),
        (ph.Boolean(), [-1], "true or false"),
        (ph.Hashed(8), [8], "a bucket from 0 to 7, got 8"),
        (ph.Hashed(8), [-1], "a bucket from 0 to 7, got -1"),
        (ph.Category(("a", "b")), [""], "one of 'a', 'b'"),
        (ph.Category(("a", "b")), ["c"], "one of 'a', 'b'"),
    ],
)
def test_elements_of_another_kind_are_refused(field, data, said):
    with pytest.raises(SignatureError, match="field 'x'") as caught:
        read(field, data)
    assert said in str(caught.value)
    assert caught.value.field == "x"


@pytest.mark.parametrize(
    ("field", "data", "wire"),
    [
        (ph.Number(missing=True), [1, None, 2.5], [1, np.nan, 2.5]),
        (ph.Number(integer=True, missing=True), [1, None], [1, np.nan]),
        (ph.Boolean(missing=True), [True, None, False], [1, -1, 0]),
        (ph.Boolean(missing=True), [1, None, -1, 0], [1, -1, -1, 0]),
        (ph.Timestamp(missing=True), ["1970-01-01T00:00:01Z", None], [1_000_000, MISSING_TIME]),
        (ph.Timestamp(missing=True), [7, None], [7, MISSING_TIME]),
        (ph.Category(("a",), missing=True), ["a", None, ""], ["a", "", ""]),
        (ph.Hashed(8, missing=True), [7, None, -1], [7, -1, -1]),
    ],
)
def test_null_or_the_wire_code_states_a_missing_value(field, data, wire):
    np.testing.assert_array_equal(read(field, data), np.array(wire, field.wire_dtype))


@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ([2, 2], [[1, 2, 3], [4]]),
        ([2, 2], [[1, 2], 3]),
        ([2, 2], [1, 2, 3]),
        ([2, 2], [[[1], [2]], [[3], [4]]]),
        ([4], [1, 2, 3, 4]),
        ([2, 3], [1, 2, 3, 4, 5, 6]),
        ([-2, -2], [1, 2, 3, 4]),
        ([10**30, 2], []),
        ([10**30, 0], []),
    ],
)
def test_shapes_that_do_not_fit_are_refused(shape, data):
    with pytest.raises(SignatureError, match="field 'x'"):
        read(ph.Tensor((None, 2)), data, shape)


def test_rows_that_cost_no_bytes_are_refused():
    with pytest.raises(SignatureError, match="elements in every row"):
        read(ph.Tensor((None, "length")), [], [10**9, 0])


def test_a_text_is_sent_as_the_codes_of_its_words():
    field = ph.Text(("love", "potion"), length=3, missing=True)
    np.testing.assert_array_equal(read(field, [[1, 0, -1], [-2, -1, -1]], [2, 3]), [[1, 0, -1], [-2, -1, -1]])
    for codes, said in [([[2, -1, -1]], "positions of 2 words"), ([[1, 0]], r"shape \[n, 3\]")]:
        with pytest.raises(SignatureError, match=said):
            read(field, codes, [1, len(codes[0])])


def test_a_batch_of_no_rows_is_a_batch():
    assert read(ph.Tensor((None, 2)), [], [0, 2]).shape == (0, 2)


@pytest.mark.parametrize(
    ("inputs", "outputs", "field"),
    [
        ([], [], "x"),
        (["x", "x"], [], "x"),
        (["x", "z"], [], "z"),
        (["x"], ["z"], "z"),
        (["x"], ["y", "y"], "y"),
    ],
)
def test_names_are_those_of_the_signature_each_once(inputs, outputs, field):
    tensor = {"datatype": "FP32", "shape": [1], "data": [1]}
    body = {"inputs": [tensor | {"name": name} for name in inputs], "outputs": [{"name": name} for name in outputs]}
    with pytest.raises(SignatureError) as caught:
        oip.read(json.dumps(body).encode(), ph.Signature({"x": ph.Number()}, {"y": ph.Number()}))
    assert caught.value.field == field


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
tensor_like = st.fixed_dictionaries(
    {
        "name": st.just("x") | json_values,
        "datatype": st.sampled_from(["FP32", "INT64", "INT8", "BYTES"]) | json_values,
        "shape": st.lists(st.integers(-1, 3), max_size=3) | json_values,
        "data": st.lists(json_values, max_size=4) | json_values,
    }
)
FIELDS = [
    ph.Number(missing=True),
    ph.Boolean(missing=True),
    ph.Category(("a",), missing=True, unknown=True),
    ph.Timestamp(),
    ph.Tensor((None, 2)),
    ph.Tensor((None, "length"), "string"),
]


@given(st.sampled_from(FIELDS), st.fixed_dictionaries({"inputs": st.lists(tensor_like, max_size=2)}) | json_values)
def test_any_json_gives_arrays_or_a_signature_error(field, body):
    signature = ph.Signature({"x": field}, {"y": ph.Number()})
    try:
        _, arrays = oip.read(json.dumps(body).encode(), signature)
    except SignatureError:
        return
    assert arrays["x"].dtype == field.wire_dtype
    assert signature.batch(arrays) == len(arrays["x"])


@pytest.mark.parametrize("body", [b"", b"[" * 100_000, b'{"inputs": ' + b"[" * 100_000, b"\xff", b'{"inputs": [NaN]}'])
def test_what_is_no_request_is_said_of_the_body(body):
    with pytest.raises(SignatureError, match="request body"):
        oip.read(body, ph.Signature({"x": ph.Number()}, {"y": ph.Number()}))
