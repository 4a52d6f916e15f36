import gzip

import pytest
import zstandard

from philtre.errors import DataError, MissingPackage
from philtre.files.compression import compression_of, unpack

TEXT = b"a,b\n" + b"1,2\n" * 5000
PACK = {"gzip": gzip.compress, "zstd": zstandard.compress}


def unpacked(packed: bytes, compression: str, step: int = 100, **options) -> bytes:
    blocks = (packed[start : start + step] for start in range(0, len(packed), step))
    return b"".join(unpack(blocks, compression, "'file'", **options))


@pytest.mark.parametrize("compression", PACK)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_what_was_packed_comes_back(compression, step):
    packed = PACK[compression](TEXT)
    assert compression_of(packed) == compression
    assert unpacked(packed, compression, step) == TEXT


@pytest.mark.parametrize("compression", PACK)
def test_members_that_stand_behind_each_other_are_one_text(compression):
    assert unpacked(PACK[compression](TEXT) + PACK[compression](b"3,4\n"), compression) == TEXT + b"3,4\n"


def test_zeros_behind_the_last_member_are_padding():
    assert unpacked(gzip.compress(TEXT) + bytes(512), "gzip") == TEXT


@pytest.mark.parametrize("compression", PACK)
@pytest.mark.parametrize(
    ("damage", "got"),
    [(lambda packed: packed[:-6], "it ends too early"), (lambda packed: packed[:9] + b"?" * 9 + packed[18:], "")],
)
def test_damaged_data(compression, damage, got):
    with pytest.raises(DataError, match=rf"'file' expects {compression} data, got damaged data \(.*{got}"):
        unpacked(damage(PACK[compression](TEXT)), compression)


@pytest.mark.parametrize("compression", PACK)
def test_a_bomb_is_refused_before_it_fills_the_memory(compression):
    bomb = PACK[compression](bytes(50_000_000))
    with pytest.raises(DataError, match=r"at most 1,000,000 bytes when unpacked, got more. Hint: max_bytes=\.\.\."):
        unpacked(bomb, compression, max_bytes=1_000_000)


def test_plain_text_is_not_compressed():
    assert compression_of(TEXT) == ""


def test_zstandard_is_named_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    with pytest.raises(MissingPackage, match=r"reading 'file' expects the package 'zstandard'.*philtre\[zstd\]"):
        unpacked(zstandard.compress(TEXT), "zstd")
