"""Unpack gzip and Zstandard while reading, up to a bound."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from philtre.errors import DataError, MissingPackage

MAX_BYTES = 4 << 30
"""How large a packed file may become, if nothing else is said."""

MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
SUFFIXES = {".gz": "gzip", ".zst": "zstd"}
STEP = 4096
"""Bytes unpacked at once: what they make is bounded by the formats (1,030 times as much, and 32,000 times)."""


class Unpacker(Protocol):
    """What the unpacking objects of zlib and zstandard share."""

    @property
    def eof(self) -> bool:
        """Whether a member ended."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind it."""

    def decompress(self, data: bytes, /) -> bytes:
        """Unpack the next bytes."""


def compression_of(head: bytes) -> str:
    """The compression that the first bytes of a file tell: "gzip", "zstd" or ""."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), "")


def unpack(blocks: Iterable[bytes], compression: str, where: str, max_bytes: int = MAX_BYTES) -> Iterator[bytes]:
    """Unpack the blocks of a file.

    Args:
        blocks: packed content.
        compression: "gzip" or "zstd".
        where: the file, for errors.
        max_bytes: how large the content may become.

    Raises:
        DataError: if it becomes larger, is damaged, or ends too early.
        MissingPackage: if Zstandard is not installed.
    """
    make, failures = _codec(compression, where)
    total = 0
    try:
        for piece in _members(blocks, make):
            total += len(piece)
            if total > max_bytes:
                expected = f"at most {max_bytes:,} bytes when unpacked"
                raise DataError(where, expected=expected, got="more", hint="max_bytes=... sets the bound")
            yield piece
    except failures as error:
        raise DataError(where, expected=f"{compression} data", got=f"damaged data ({error})") from None


def _members(blocks: Iterable[bytes], make: Callable[[], Unpacker]) -> Iterator[bytes]:
    """What the members (frames) of a packed file make, one after the other."""
    unpacker: Unpacker | None = None
    for block in blocks:
        for start in range(0, len(block), STEP):
            data = block[start : start + STEP]
            while data.strip(b"\0") or (data and unpacker):  # zeros between members are padding
                unpacker = unpacker or make()
                yield unpacker.decompress(data)
                data = unpacker.unused_data if unpacker.eof else b""
                unpacker = None if unpacker.eof else unpacker
    if unpacker:
        raise EOFError("it ends too early")


def _codec(compression: str, where: str) -> tuple[Callable[[], Unpacker], tuple[type[Exception], ...]]:
    if compression == "gzip":
        return lambda: zlib.decompressobj(zlib.MAX_WBITS | 16), (zlib.error, EOFError)
    zstandard = _zstandard(where)
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    return decompressor.decompressobj, (zstandard.ZstdError, EOFError)


def _zstandard(where: str) -> Any:
    try:
        import zstandard
    except ModuleNotFoundError:
        raise MissingPackage("zstandard", extra="zstd", purpose=f"reading {where}") from None
    return zstandard
