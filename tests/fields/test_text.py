"""Texts: what counts as a word, which code it has, what is cut, and what is missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from philtre.errors import SignatureError
from philtre.fields import MISSING_TEXT, Number, Text, by_wire
from philtre.fields.spelling import Spelling
from philtre.signature import Signature

FIELD = Text(("love", "potion"), length=4)
NULLABLE = Text(("love", "potion"), length=4, missing=True)


def test_a_row_holds_the_codes_of_its_known_words_in_order():
    wire = FIELD.encode(["A Potion of LOVE, no, a potion!", "nothing known", "I"], "x")
    assert wire.dtype == np.int64
    assert wire.tolist() == [[1, 0, 1, -1], [-1] * 4, [-1] * 4]


def test_a_text_of_more_known_words_is_cut():
    assert FIELD.encode(["unknown " * 100 + "love potion potion potion love"], "x").tolist() == [[0, 1, 1, 1]]


@given(st.text(st.sampled_from("aB_ü½²-' .İΣs\n")))
def test_words_are_those_of_scikit_learn(text: str):
    words = TfidfVectorizer().build_analyzer()(text)
    field = Text(tuple(sorted(set(words))), length=50)
    assert field.decode(field.encode([text or "-"], "x")) == [" ".join(words)]


def test_missing_texts_have_a_code_of_their_own():
    wire = NULLABLE.encode([None, "", float("nan"), "love"], "x")
    assert wire[:, 0].tolist() == [MISSING_TEXT, MISSING_TEXT, MISSING_TEXT, 0]
    assert NULLABLE.decode(wire) == [None, None, None, "love"]
    spelled = Text(("love",), 2, missing=True, spelling=Spelling(null_values=("n/a",)))
    assert spelled.pack(["N/A", "love"], "x")[:, 0].tolist() == [MISSING_TEXT, 0]


@pytest.mark.parametrize("value", [None, "", 3, ["love"], b"love"])
def test_what_is_no_text_is_refused_by_name(value):
    with pytest.raises(SignatureError, match=r"field 'x' expects a text that is not empty, .* in row 1"):
        FIELD.encode(["love", value], "x")


def test_json_rows_and_cells_read_as_encode_reads_them():
    signature = Signature({"x": NULLABLE}, {})
    request = signature.read(b'[{"x": "Love potion"}, {"x": null}, {"x": ""}]')
    np.testing.assert_array_equal(request.arrays["x"], NULLABLE.encode(["Love potion", None, None], "x"))
    assert NULLABLE.parse("", "x", 0) is None
    with pytest.raises(SignatureError, match="in row 7"):
        FIELD.parse("", "x", 7)
    with pytest.raises(SignatureError, match="field 'x' expects a text that is not empty"):
        Signature({"x": FIELD}, {}).read(b'{"x": ""}')


def test_codes_that_claim_to_be_encoded_are_checked():
    wire = NULLABLE.encode(["love", None], "x")
    assert NULLABLE.check(wire.astype(np.int32), "x").dtype == np.int64
    for field, row, codes in [
        (FIELD, 1, [[0, -1, -1, -1], [-2, -1, -1, -1]]),
        (NULLABLE, 1, [[-2, -1, -1, -1], [0, -2, -1, -1]]),
        (NULLABLE, 0, [[0, 0, 2, -1], [0, 0, 0, 0]]),
    ]:
        with pytest.raises(SignatureError, match=f"expects positions of 2 words, .* in row {row}"):
            field.check(np.array(codes), "x")
    with pytest.raises(SignatureError, match=r"shape \[n, 4\]"):
        FIELD.check(np.zeros((2, 3), int), "x")


def test_a_text_survives_json_and_is_described():
    signature = Signature({"x": NULLABLE}, {})
    assert Signature.from_json(signature.to_json()) == signature
    assert signature.input_schema()["properties"]["x"] == {"type": ["string", "null"]}
    described = signature.metadata("m")["inputs"]
    assert described == [{"name": "x.tokens", "datatype": "INT64", "shape": [-1, 4]}]


def test_words_must_differ_and_rows_hold_at_least_one():
    for words, length in [(("a1", "a1"), 3), (("a1",), 0)]:
        with pytest.raises(SignatureError, match="Text expects words that are unique"):
            Text(words, length)


def test_two_columns_cannot_share_an_array():
    assert by_wire({"x": FIELD, "y": FIELD}) == {"x.tokens": "x", "y.tokens": "y"}
    with pytest.raises(SignatureError, match=r"got 'x.tokens' of both 'x' and 'x.tokens'"):
        by_wire({"x": FIELD, "x.tokens": Number()})
