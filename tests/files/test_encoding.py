"""Any of the usual encodings becomes UTF-8, however the text is cut into blocks."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import DataError
from philtre.files.encoding import to_utf8

TEXT = "name,note\nZoë,15 € – “good”\n"
NAMES = {
    "utf-8": "UTF-8 text",
    "utf-8-sig": "UTF-8 text",
    "utf-16": "UTF-16 text",
    "cp1252": "Windows-1252 text",
}


def read(content: bytes, step: int = 1 << 20) -> tuple[str, str]:
    said: list[str] = []
    blocks = [content[start : start + step] for start in range(0, len(content), step)]
    text = b"".join(to_utf8(blocks, "'file'", said.append)).decode()
    return text, said[-1]


@pytest.mark.parametrize("encoding", NAMES)
@pytest.mark.parametrize("step", [1, 2, 3, 5, 1000])
def test_every_encoding_is_found_whatever_the_blocks(encoding, step):
    assert read(TEXT.encode(encoding), step) == (TEXT, NAMES[encoding])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(encoding):
    assert read("name,note\nAnn,good\n".encode(encoding)) == ("name,note\nAnn,good\n", "UTF-16 text")


def test_latin_1_reads_as_windows_1252():
    assert read("café\n".encode("latin-1")) == ("café\n", "Windows-1252 text")


def test_every_byte_of_windows_1252_is_a_character_of_its_own():
    every = b"\xe9," + bytes(range(0x80, 0x100))
    assert len(set(read(every)[0])) == 129


def test_a_late_first_character_outside_ascii_decides():
    assert read(b"a\n" * 1000 + "é\n".encode(), 64)[1] == "UTF-8 text"
    assert read(b"a\n" * 1000 + "é\n".encode("cp1252"), 64)[1] == "Windows-1252 text"


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), st.integers(1, 20))
def test_utf_8_is_read_as_it_is(text: str, step: int):
    assert read(codecs.BOM_UTF8 + text.encode(), step)[0] == text


@given(st.text(st.characters(codec="cp1252", exclude_characters="\0")), st.integers(1, 20))
def test_blocks_equal_the_whole(text: str, step: int):
    content = text.encode("cp1252")
    try:
        whole = read(content)
    except DataError:
        return  # by chance its first character looks like UTF-8
    assert read(content, step) == whole


@pytest.mark.parametrize("step", [1, 4, 1000])
@pytest.mark.parametrize(
    ("content", "got"),
    [
        ("ä,b\n1,2\n3,".encode() + b"\xe9\n", "text in UTF-8, got byte 0xe9 at offset 11, line 3"),
        (codecs.BOM_UTF8 + b"a\n\xff\n", "text in UTF-8, got byte 0xff at offset 5, line 2"),
        ("a\nä".encode()[:-1] + b"", "Windows-1252"),
        (b"a,b\n1,\0\n", r"a text file, got binary content \(a zero byte in line 2\)"),
        ("a\n".encode("utf-16") + b"x", "text in UTF-16, got byte 0x78 at offset 6"),
    ],
)
def test_damage_is_named_with_its_place(content, got, step):
    if got == "Windows-1252":
        assert read(content, step)[1] == "Windows-1252 text"
        return
    with pytest.raises(DataError, match=f"'file' expects {got}"):
        read(content, step)
