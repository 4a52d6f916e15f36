"""Hashed categories: the same name in the same bucket, in any language and any process."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import SignatureError
from philtre.fields import Category, Hashed
from philtre.fields.spelling import Spelling
from philtre.signature import Signature

FIELD = Hashed(64, missing=True)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.integers(1, 1000))
def test_the_bucket_is_the_crc_of_the_text(text: str, buckets: int):
    field = Hashed(buckets)
    wire = field.check(field.encode([text], "x"), "x")
    assert wire.dtype == np.int64
    assert wire.tolist() == field.decode(wire) == [zlib.crc32(text.encode("utf-8")) % buckets]


def test_what_a_category_takes_is_taken():
    values = ["Oslo", 3, True, 2.0, None]
    texts = Category((), missing=True, unknown=True).decode(Category((), True, True).encode(values, "x"))
    assert FIELD.encode(values, "x").tolist() == FIELD.encode(texts, "x").tolist()
    assert FIELD.parse("", "x", 0) is None
    folded = Hashed(64, missing=True, spelling=Spelling(null_values=("?",), fold=True))
    assert folded.encode([" OSLO", "?"], "x").tolist() == [FIELD.encode(["oslo"], "x")[0], -1]


@pytest.mark.parametrize("value", ["", "\ud800", [1], None])
def test_what_does_not_fit_is_refused_by_name(value):
    with pytest.raises(SignatureError, match=r"field 'x' .* in row 0"):
        Hashed(8).encode([value], "x")


@pytest.mark.parametrize(("missing", "codes"), [(True, [0, 64]), (True, [5, -2]), (False, [5, -1])])
def test_buckets_that_claim_to_be_encoded_are_checked(missing: bool, codes: list[int]):
    with pytest.raises(SignatureError, match=f"expects a bucket from 0 to 63.* got {codes[1]} in row 1"):
        Hashed(64, missing).check(np.array(codes), "x")


def test_json_rows_read_as_encode_reads_them():
    signature = Signature({"x": FIELD}, {})
    request = signature.read(b'[{"x": "Oslo"}, {"x": null}, {"x": 3}]')
    assert request.arrays["x"].tolist() == FIELD.encode(["Oslo", None, 3], "x").tolist()
    assert Signature.from_json(signature.to_json()) == signature
    assert signature.metadata("m")["inputs"] == [{"name": "x.bucket", "datatype": "INT64", "shape": [-1]}]
    assert signature.input_schema()["properties"]["x"] == {"type": ["string", "null"]}


def test_there_is_at_least_one_bucket():
    with pytest.raises(SignatureError, match="at least 1 bucket"):
        Hashed(0)
