"""Every field: encode and decode are inverse on valid values, anything else is refused with the field's name."""

import math
from datetime import UTC, datetime

import hypothesis.extra.numpy as arrays
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import SignatureError
from philtre.fields import MISSING_TIME, Boolean, Category, Number, Spelling, Tensor, Timestamp
from philtre.fields.field import cast
from philtre.signature import Signature

FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)
MOMENT = st.datetimes(timezones=st.just(UTC))


def column(value: st.SearchStrategy, missing: bool) -> st.SearchStrategy:
    return st.lists(value | st.none() if missing else value, max_size=8)


@st.composite
def field_and_values(draw: st.DrawFn) -> tuple[object, list[object]]:
    missing = draw(st.booleans())
    kind = draw(st.sampled_from(["number", "integer", "boolean", "category", "timestamp"]))
    if kind == "number":
        return Number(missing=missing), draw(column(FLOAT32, missing))
    if kind == "integer":
        high = 2**53 if missing else 2**63 - 1
        return Number(integer=True, missing=missing), draw(column(st.integers(-high, high), missing))
    if kind == "boolean":
        return Boolean(missing=missing), draw(column(st.booleans(), missing))
    if kind == "timestamp":
        return Timestamp(missing=missing), draw(column(MOMENT, missing))
    values = draw(st.lists(TEXT, min_size=1, max_size=5, unique=True))
    unknown = draw(st.booleans())
    return Category(tuple(values), missing, unknown), draw(
        column(TEXT if unknown else st.sampled_from(values), missing)
    )


@given(field_and_values())
def test_decode_undoes_encode(pair):
    field, values = pair
    wire = field.encode(values, "x")
    assert wire.dtype == field.wire_dtype
    assert wire.shape == (len(values),)
    assert field.decode(wire) == values


@given(field_and_values())
def test_the_wire_form_is_accepted_and_survives_the_core_form(pair):
    field, values = pair
    wire = field.check(field.encode(values, "x"), "x")
    if isinstance(field, Category):
        known = [value if value in field.values else None for value in values]
        assert field.decode(field.from_core(field.to_core(wire))) == known
    else:
        assert field.decode(field.from_core(field.to_core(wire))) == values
    assert field.to_core(wire).dtype == field.core_dtype


@given(field_and_values())
def test_json_rows_read_as_encode_reads_them(pair):
    field, values = pair
    signature = Signature({"x": field}, {"y": Number()})
    request = signature.read(msgspec.json.encode([{"x": value} for value in values]))
    expected = field.encode(values, "x")
    np.testing.assert_array_equal(request.arrays["x"], expected)
    assert request.arrays["x"].dtype == expected.dtype


@given(field_and_values())
def test_a_field_survives_json(pair):
    field, _ = pair
    signature = Signature({"x": field}, {})
    assert Signature.from_json(signature.to_json()) == signature


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (Number(), " 2.5 ", 2.5),
        (Number(integer=True), "3", 3),
        (Number(integer=True), "3.0", 3),
        (Number(missing=True), "", None),
        (Number(), "inf", math.inf),
        (Boolean(), "Yes", True),
        (Boolean(missing=True), "", None),
        (Category(("a",), unknown=True), "b", "b"),
        (Category(("a",), missing=True), "", None),
        (Timestamp(), "2024-05-01T12:30:00Z", datetime(2024, 5, 1, 12, 30, tzinfo=UTC)),
        (Tensor((None,)), "2.5", 2.5),
        (Tensor((None,), "int32"), "3", 3),
        (Tensor((None,), "string"), "word", "word"),
    ],
)
def test_a_cell_of_text_is_parsed(field, text, value):
    assert field.parse(text, "x", 0) == value


@pytest.mark.parametrize(
    ("field", "value", "asked"),
    [
        (Number(), "22", "a finite number"),
        (Number(), None, "a finite number"),
        (Number(), True, "a finite number"),
        (Number(), math.nan, "a finite number"),
        (Number(), math.inf, "between"),
        (Number(), 1e39, "between"),
        (Number(), 10**400, "between"),
        (Number(), [1], "a finite number"),
        (Number(integer=True), 2.5, "a whole number"),
        (Number(integer=True), 2**63, "between"),
        (Number(integer=True, missing=True), 2**53 + 1, "between"),
        (Boolean(), 1, "true or false"),
        (Boolean(), None, "true or false"),
        (Category(("a", "b")), "c", "one of 'a', 'b'"),
        (Category(("a",), missing=True), "", "one of 'a' or null"),
        (Category(("a",), unknown=True), "\ud800", "surrogates"),
        (Category(("a",), unknown=True), None, "not empty"),
        (Category(("a",), unknown=True), {"a": 1}, "not empty"),
        (Timestamp(), "yesterday", "ISO 8601"),
        (Timestamp(), None, "ISO 8601"),
        (Timestamp(), 5, "ISO 8601"),
        (Tensor((None, 2)), [1.0], "[n, 2]"),
        (Tensor((None, 2)), [1.0, "a"], "[n, 2]"),
        (Tensor((None, 2)), [[1.0], [1.0, 2.0]], "[n, 2]"),
        (Tensor((None, 2)), [1.0, 1e39], "finite"),
        (Tensor((None, 2), "int8"), [1, 300], "[n, 2]"),
        (Tensor((None,), "int32"), 1.5, "int32[n]"),
        (Tensor((3,)), 1.0, "arrays"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(field, value, asked):
    with pytest.raises(SignatureError) as caught:
        field.encode([value], "x")
    assert caught.value.field == "x"
    assert asked in str(caught.value)
    assert "field 'x'" in str(caught.value)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Number(), "old"),
        (Number(), ""),
        (Number(integer=True), "2.5"),
        (Boolean(), "perhaps"),
        (Category(("a",)), "b"),
        (Timestamp(), "yesterday"),
        (Tensor((None,)), "x"),
        (Tensor((None, 2)), "1"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused_with_its_row(field, text):
    with pytest.raises(SignatureError, match=r"field 'x' .* in row 7") as caught:
        field.parse(text, "x", 7)
    assert caught.value.row == 7


def test_missing_values_have_codes_of_their_own():
    assert math.isnan(Number(missing=True).encode([None], "x")[0])
    assert Boolean(missing=True).encode([None], "x")[0] == -1
    assert Category(("a",), missing=True).encode([None], "x")[0] == ""
    assert Timestamp(missing=True).encode([None], "x")[0] == MISSING_TIME


def test_codes_of_a_category_tell_known_unknown_and_missing_apart():
    field = Category(("a", "b"), missing=True, unknown=True)
    wire = field.encode(["b", "other", None, "a"], "x")
    assert field.to_core(wire).tolist() == [1, 2, 3, 0]


def test_whole_numbers_and_booleans_are_categories_by_their_text():
    field = Category(("3", "true"), unknown=True)
    assert field.encode([3, True, np.int64(3), 3.0], "x").tolist() == ["3", "true", "3", "3"]


def test_in_columns_and_files_a_number_beyond_float32_is_missing():
    """One such value must not spoil the rows beside it; a request that sends it is told."""
    field = Number(missing=True)
    assert field.encode_column(np.array([1.0, np.inf, 1e300]), "x").tolist()[:2] == [1.0, math.inf]
    assert np.isnan(field.encode_column(np.array([1.0, -1e300, np.nan]), "x")[1:]).all()
    assert field.parse("1e300", "x", 0) is None
    assert Number(missing=True, spelling=Spelling(units=("$",))).parse("$1e300", "x", 0) is None
    for refused in (Number(), Number(spelling=Spelling(units=("$",)))):
        with pytest.raises(SignatureError, match="row 1"):
            refused.encode_column(np.array([1.0, 1e300]), "x")
        with pytest.raises(SignatureError, match="row 1"):
            refused.parse("1e300", "x", 1)


@pytest.mark.parametrize(
    ("field", "column", "wire"),
    [
        (Number(integer=True), np.array([1.0, 2.0]), [1, 2]),
        (Number(integer=True, missing=True), np.array([1, None], object), [1, math.nan]),
        (Boolean(missing=True), np.array([True, None], object), [1, -1]),
        (Boolean(), np.array([True, False]), [1, 0]),
        (Category(("1", "2")), np.array([1, 2]), ["1", "2"]),
        (Timestamp(missing=True), np.array(["1970-01-01T00:00:01", "NaT"], "datetime64[s]"), [1_000_000, MISSING_TIME]),
    ],
)
def test_numpy_columns_are_encoded(field, column, wire):
    np.testing.assert_array_equal(field.encode_column(column, "x"), np.array(wire, field.wire_dtype))


@pytest.mark.parametrize(
    ("field", "column"),
    [
        (Number(), np.array([1.0, np.nan])),
        (Number(integer=True), np.array([1.5])),
        (Number(integer=True), np.array([np.inf])),
        (Number(integer=True, missing=True), np.array([2**60])),
        (Number(), np.array(["a"])),
        (Timestamp(), np.array(["NaT"], "datetime64[us]")),
        (Category(("a",)), np.array(["a", None], object)),
    ],
)
def test_numpy_columns_that_do_not_fit_are_refused(field, column):
    with pytest.raises(SignatureError, match="field 'x'"):
        field.encode_column(column, "x")


@given(arrays.arrays(np.float32, (3, 2), elements=FLOAT32))
def test_a_tensor_decodes_to_what_was_encoded(array):
    field = Tensor((None, 2))
    np.testing.assert_array_equal(field.encode(field.decode(array), "x"), array)


def test_a_tensor_with_names_answers_by_name():
    field = Tensor((None, 2), names=("no", "yes"))
    assert field.decode(np.float32([[0.25, 0.75]])) == [{"no": 0.25, "yes": 0.75}]
    with pytest.raises(SignatureError, match="last axis of 1"):
        Tensor((None, 2), names=("no",))
    with pytest.raises(SignatureError, match="axis 0 only"):
        Tensor((2, None))


def test_cast_never_wraps():
    assert cast(np.array([1, 2]), np.dtype(np.int8), "x").dtype == np.int8
    for array, dtype in [(np.array([300]), np.int8), (np.array([1.5]), np.int64), (np.array(["a"]), np.float32)]:
        with pytest.raises(SignatureError):
            cast(array, np.dtype(dtype), "x")
    with pytest.raises(SignatureError, match="within float32"):
        cast(np.array([1e300]), np.dtype(np.float32), "x")


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        (Number(), {"type": "number"}),
        (Number(integer=True, missing=True), {"type": ["integer", "null"]}),
        (Boolean(), {"type": "boolean"}),
        (Category(("a",)), {"enum": ["a"]}),
        (Timestamp(), {"type": "string", "format": "date-time"}),
        (Tensor((None, 2)), {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
    ],
)
def test_json_schema(field, schema):
    assert field.schema() == schema


def test_categories_must_be_told_apart():
    with pytest.raises(SignatureError, match="unique and not empty"):
        Category(("a", "a"))
