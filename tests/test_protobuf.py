"""Protocol buffers are read strictly: what another reader could take otherwise is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre import protobuf
from philtre.errors import ArtifactError
from philtre.protobuf import Reader, encode_bytes, schema

POINT = schema(
    """
Line: 1 points Point[], 2 name bytes, 3 tags bytes*, 4 next Line, 5 secret refused, 6 marks Point*
Point: 1 x int, 2 weights fixed32*, 3 codes int*, 4 shape int[], 5 wide fixed64*
"""
)


def read(data, message="Line", **options):
    return Reader(data, "drawing", POINT, **options).read(message, 0, len(data))


def varint(value):
    return bytes([value]) if value < 128 else bytes([value & 127 | 128]) + varint(value >> 7)


def test_values_come_by_name():
    point = b"\x08\x96\x01"
    assert read(encode_bytes(1, point) + encode_bytes(2, b"ab")) == {"points": [{"x": 150}], "name": (7, 9)}


def test_counted_fields_are_counted_and_listed_ones_listed():
    data = encode_bytes(3, b"") + encode_bytes(3, b"long" * 50) + encode_bytes(3, b"x") * 2 + encode_bytes(6, b"") * 3
    assert read(data) == {"tags": 4}
    assert read(b"\x20\x05\x22\x02\x07\x08\x20\x81\x01", "Point") == {"shape": [5, 7, 8, 129]}


@given(st.lists(st.integers(0, 2**64 - 1), max_size=20), st.booleans())
def test_numbers_are_counted_packed_or_not(values, packed):
    encoded = [varint(value) for value in values]
    data = encode_bytes(3, b"".join(encoded)) if packed else b"".join(b"\x18" + value for value in encoded)
    assert read(data, "Point").get("codes", 0) == len(values)


@pytest.mark.parametrize(("number", "width"), [(2, 4), (5, 8)])
def test_fixed_numbers_are_counted_packed_or_not(number, width):
    one = bytes([number << 3 | {4: 5, 8: 1}[width]]) + b"\xff" * width
    assert [*read(one * 3 + encode_bytes(number, bytes(2 * width)), "Point").values()] == [5]


@pytest.mark.parametrize(
    ("data", "got"),
    {
        "an unknown field": (encode_bytes(9, b""), "field 9 of wire type 2 in Line"),
        "a known field of another wire type": (b"\x10\x00", "field 2 of wire type 0 in Line"),
        "a group": (b"\x0b\x0c", "wire type 3"),
        "a length beyond the end": (b"\x12\x05ab", "a length of 5 where 2 bytes are left"),
        "a length beyond the parent": (b"\x0a\x02\x22\x05" + bytes(9), "a length of 5 where 0 bytes are left"),
        "a length of 2^63": (b"\x12" + varint(2**63), "a length of 9,223,372,036,854,775,808"),
        "a tag cut off": (b"\x92", "a number that is cut off"),
        "a length cut off": (b"\x12", "a number that is cut off"),
        "a fixed number cut off": (b"\x0a\x03\x15\x00\x00", "a length of 4 where 2 bytes are left"),
        "a number of 11 bytes": (b"\x0a\x0c\x08" + b"\x80" * 10 + b"\x01", "beyond 64 bits"),
        "a number of 70 bits": (b"\x0a\x0b\x08" + b"\xff" * 9 + b"\x7f", "beyond 64 bits"),
        "packed numbers cut off": (b"\x0a\x04\x1a\x02\x01\x80", "cut off"),
        "packed numbers of 11 bytes": (b"\x0a\x0d\x1a\x0b" + b"\x80" * 10 + b"\x01", "beyond 64 bits"),
        "packed floats of 3 bytes": (b"\x0a\x05\x12\x03abc", "3 bytes as numbers of 4 bytes"),
        "one value twice": (encode_bytes(2, b"a") * 2, "'name' of Line a second time"),
        "a refused field": (encode_bytes(5, b""), "'secret'"),
    }.values(),
)
def test_refused(data, got):
    with pytest.raises(ArtifactError, match=got) as error:
        read(data, hints={"secret": "keep it"})
    assert error.value.where == "drawing"
    assert "(byte" in error.value.got


def test_a_refused_field_has_its_hint():
    with pytest.raises(ArtifactError, match="keep it"):
        read(encode_bytes(5, b""), hints={"secret": "keep it"})


def test_levels_are_bounded():
    line = b""
    for _ in range(protobuf.MAX_DEPTH):
        line = encode_bytes(4, line)
    assert read(line)
    with pytest.raises(ArtifactError, match="more than 64 levels"):
        read(encode_bytes(4, line))


@pytest.mark.parametrize(
    ("limit", "field", "got"),
    [
        ("MAX_MESSAGES", encode_bytes(1, b""), "more than 9 messages"),
        ("MAX_FIELDS", b"\x0a\x02\x08\x01", "more than 9 fields"),
        ("MAX_FIELDS", b"\x0a\x04\x22\x02\x01\x01", "more than 9 fields"),
        ("MAX_TEXTS", encode_bytes(3, b""), "more than 9 texts"),
    ],
)
def test_numbers_of_things_are_bounded(monkeypatch, limit, field, got):
    monkeypatch.setattr(protobuf, limit, 9)
    assert read(field * 2)
    with pytest.raises(ArtifactError, match=got):
        read(field * 50)


def test_a_check_sees_each_message():
    seen = []
    read(encode_bytes(1, b"\x08\x07"), checks={"Point": lambda values, start, stop: seen.append((values, start, stop))})
    assert seen == [({"x": 7}, 2, 4)]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data):
    with suppress(ArtifactError):
        assert read(data).keys() <= {"points", "name", "tags", "next"}
