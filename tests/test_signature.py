"""A signature takes any JSON at all and gives arrays, or an error that says what is wrong and where."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import SignatureError
from philtre.fields import Boolean, Category, Number, Tensor, Timestamp
from philtre.signature import Signature

PASSENGER = Signature(
    {
        "Age": Number(missing=True),
        "Pclass": Number(integer=True),
        "Sex": Category(("female", "male")),
        "Adult": Boolean(missing=True),
        "Boarded": Timestamp(missing=True),
        "Photo": Tensor((None, 2)),
    },
    {"label": Category(("0", "1")), "probabilities": Tensor((None, 2), names=("0", "1"))},
)
ROW = {"Age": 22, "Pclass": 3, "Sex": "male", "Adult": True, "Boarded": "1912-04-10T12:00:00Z", "Photo": [0.5, 1]}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_json_gives_arrays_or_a_clear_error(value):
    check_any(json.dumps(value).encode())


@given(st.dictionaries(st.sampled_from([*ROW, "other"]), JSON))
def test_any_row_gives_arrays_or_a_clear_error(changes):
    check_any(json.dumps(ROW | changes).encode())


@given(st.binary())
def test_any_bytes_give_arrays_or_a_clear_error(body):
    check_any(body)


def check_any(body: bytes) -> None:
    try:
        request = PASSENGER.read(body)
    except SignatureError as caught:
        error = caught
    else:
        assert list(request.arrays) == list(PASSENGER.inputs)
        assert all(len(array) == request.n for array in request.arrays.values())
        return
    assert error.expected
    assert error.got
    assert error.hint
    assert error.field is None or error.field in PASSENGER.inputs


def test_one_row_and_a_list_of_rows():
    one = PASSENGER.read(json.dumps(ROW).encode())
    two = PASSENGER.read(json.dumps([ROW, ROW]).encode())
    assert (one.n, one.single, two.n, two.single) == (1, True, 2, False)
    assert PASSENGER.read(b"[]").n == 0


@given(st.permutations(list(ROW)))
def test_the_order_of_keys_does_not_matter(names):
    request = PASSENGER.read(json.dumps({name: ROW[name] for name in names}).encode())
    assert request.arrays["Age"] == [22.0]


def test_unknown_keys_are_ignored_and_reported_or_refused():
    body = json.dumps(ROW | {"Ticket": "A/5"}).encode()
    assert PASSENGER.read(body).ignored == ("Ticket",)
    with pytest.raises(SignatureError, match="Ticket"):
        PASSENGER.read(body, strict=True)


def test_a_key_that_is_absent_is_refused_and_a_similar_one_suggested():
    row = {("age" if name == "Age" else name): value for name, value in ROW.items()}
    with pytest.raises(SignatureError, match="is 'age' meant") as caught:
        PASSENGER.read(json.dumps([ROW, row]).encode())
    assert (caught.value.field, caught.value.row) == ("Age", 1)


@pytest.mark.parametrize(
    ("body", "got"),
    [
        (b"", "text that is not"),
        (b"{", "text that is not"),
        (b"3", "a int"),
        (b"\xff", "not UTF-8"),
        (b"[" * 100_000, "levels of nesting"),
        (json.dumps(ROW).replace("22", "NaN").encode(), "NaN"),
        (json.dumps(ROW).replace("22", "1e400").encode(), "inf"),
        (json.dumps(ROW).replace("22", "1" * 5000).encode(), "digits"),
    ],
)
def test_a_body_that_is_not_json(body, got):
    with pytest.raises(SignatureError, match=got):
        PASSENGER.read(body)


def test_columns_are_encoded_and_extra_ones_ignored():
    signature = Signature({"a": Number(), "b": Category(("x", "y"))}, {})
    columns = {"b": np.array(["x", "y"], object), "more": np.array([0, 0]), "a": np.array([1, 2])}
    arrays = signature.encode_columns(columns)
    assert list(arrays) == ["a", "b"]
    assert signature.batch(arrays) == 2
    with pytest.raises(SignatureError, match="no such key"):
        signature.encode_columns({"a": np.array([1])})
    with pytest.raises(SignatureError, match="batch 2, as in 'a'"):
        signature.encode_columns(columns | {"b": np.array(["x"], object)})


def test_arrays_in_wire_form_are_checked():
    signature = Signature({"a": Number(), "m": Tensor((None, "length"), "int64")}, {})
    checked = signature.check({"a": [1, 2], "m": np.ones((2, 3), np.int32)})
    assert checked["a"].dtype == np.float32
    assert checked["m"].dtype == np.int64
    for wrong in (
        {"a": [1, 2]},
        {"a": [1, 2], "m": np.ones((2, 3)), "z": 1},
        {"a": [1, 2], "m": np.ones((3, 3), np.int64)},
        {"a": [1, 2], "m": np.ones(2, np.int64)},
        {"a": [1, np.nan], "m": np.ones((2, 3), np.int64)},
    ):
        with pytest.raises(SignatureError):
            signature.check(wrong)


def test_answers_are_decoded_by_row():
    outputs = {"label": np.array(["1"], object), "probabilities": np.float32([[0.25, 0.75]])}
    assert PASSENGER.decode(outputs) == [{"label": "1", "probabilities": {"0": 0.25, "1": 0.75}}]
    with pytest.raises(SignatureError, match="a batch axis"):
        Signature({}, {"scalar": Tensor(())}).decode({"scalar": np.float32(1)})


def test_open_inference_metadata():
    metadata = PASSENGER.metadata("titanic")
    assert metadata["name"] == "titanic"
    assert metadata["inputs"][0] == {"name": "Age", "datatype": "FP32", "shape": [-1]}
    assert metadata["inputs"][2] == {"name": "Sex", "datatype": "BYTES", "shape": [-1]}
    assert metadata["outputs"][1] == {"name": "probabilities", "datatype": "FP32", "shape": [-1, 2]}


def test_json_schema_of_a_row():
    schema = PASSENGER.input_schema()
    assert schema["required"] == list(ROW)
    assert schema["properties"]["Sex"] == {"enum": ["female", "male"]}


def test_column_names_may_be_anything():
    names = ["", "a.b", "class", "f0", "naïve 🚢", 'quo"te', "line\nbreak"]
    signature = Signature({name: Number() for name in names}, {})
    request = signature.read(json.dumps(dict.fromkeys(names, 1)).encode())
    assert list(request.arrays) == names
    assert Signature.from_json(signature.to_json()) == signature


def test_a_text_that_is_no_signature_is_refused():
    with pytest.raises(SignatureError, match="the JSON of a signature"):
        Signature.from_json(b'{"inputs": {"a": {"kind": "nonsense"}}, "outputs": {}}')
