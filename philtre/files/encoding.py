"""Text in any of the usual encodings becomes UTF-8.

A byte order mark names the encoding. Without one, zero bytes in every other place tell UTF-16, and the first character
outside ASCII decides between UTF-8 and Windows-1252 (which holds Latin-1), so that a stream needs no second look.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from philtre.errors import DataError

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
NAMES = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32-le": "UTF-32", "cp1252": "Windows-1252"}
_OUTSIDE_ASCII = re.compile(rb"[\x80-\xff]")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_EDGE = 4
"""Bytes of the longest character."""

codecs.register_error("philtre.c1", lambda error: (chr(error.object[error.start]), error.start + 1))  # type: ignore[attr-defined]


def to_utf8(blocks: Iterable[bytes], where: str, report: Callable[[str], None]) -> Iterator[bytes]:
    """Turn blocks of text into blocks of UTF-8 without a byte order mark.

    The five bytes that Windows-1252 leaves undefined become the control characters of Latin-1, as in browsers.

    Args:
        blocks: the content of a text file.
        where: the file, for errors.
        report: told the encoding, once it is known.

    Raises:
        DataError: if the content is binary or damaged, naming byte, offset and line.
    """
    blocks = _joined(iter(blocks))
    first = next(blocks, b"")
    mark, encoding = _marked(first)
    yield from _Transcoder(where, report, encoding, len(mark)).run(chain([first[len(mark) :]], blocks))


def encoding_of(head: bytes) -> str:
    """In words, the encoding that the first part of a text tells.

    Example:
        >>> encoding_of("café".encode("latin-1"))
        'Windows-1252 text'
    """
    return _words(_marked(head)[1] or _decided(head))


def _words(encoding: str) -> str:
    return f"{NAMES.get(encoding, 'UTF-8')} text"


def _decided(block: bytes) -> str:
    """The encoding that the first character outside ASCII decides, UTF-8 if there is none."""
    outside = _OUTSIDE_ASCII.search(block)
    return "utf-8" if outside is None or _UTF8.match(block, outside.start()) else "cp1252"


def _joined(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same blocks; the first one is long enough for a mark."""
    first = b""
    for block in blocks:
        first += block
        if len(first) >= _EDGE:
            break
    yield first
    yield from blocks


def _marked(first: bytes) -> tuple[bytes, str]:
    for mark, encoding in MARKS.items():
        if first.startswith(mark):
            return mark, encoding
    even, odd = first[0:4096:2], first[1:4096:2]
    if len(odd) > 1 and odd.count(0) > 0.4 * len(odd) and not even.count(0):
        return b"", "utf-16-le"
    if len(even) > 1 and even.count(0) > 0.4 * len(even) and not odd.count(0):
        return b"", "utf-16-be"
    return b"", ""


class _Transcoder:
    def __init__(self, where: str, report: Callable[[str], None], encoding: str, offset: int) -> None:
        self.where = where
        self.report = report
        self.encoding = encoding
        self.decoder = codecs.getincrementaldecoder(encoding)("strict") if encoding else None
        self.offset = offset
        self.lines = 1
        self.last = b""

    def run(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        held = b""
        for block in blocks:
            # the start of a character that the block cuts is judged with the next one
            whole = held + block
            cut = len(whole) - (0 if self.decoder else _tail(whole))
            held = whole[cut:]
            yield self.block(whole[:cut])
        if held:
            yield self.block(held)
        if self.decoder is not None:
            self._decode(b"", final=True)
        self.report(_words(self.encoding))

    def block(self, block: bytes) -> bytes:
        self.lines += self.last.count(b"\n")
        if self.decoder is None and not block.isascii():
            self._decide(block)
        text = block
        if self.decoder is not None:
            decoded = self._decode(block)
            text = block if self.encoding == "utf-8" else decoded.encode()
        self._refuse_zero(text)
        self.offset += len(block)
        self.last = text
        return text

    def _decide(self, block: bytes) -> None:
        self.encoding = _decided(block)
        errors = "strict" if self.encoding == "utf-8" else "philtre.c1"
        self.decoder = codecs.getincrementaldecoder(self.encoding)(errors)

    def _decode(self, block: bytes, final: bool = False) -> str:
        assert self.decoder is not None  # noqa: S101  (for the type checker: callers look first)
        try:
            return self.decoder.decode(block, final)
        except UnicodeDecodeError as error:
            raise self._damaged(block, error) from None

    def _damaged(self, block: bytes, error: UnicodeDecodeError) -> DataError:
        start = error.start - (len(error.object) - len(block))
        line = self.lines + (block.count(b"\n", 0, max(start, 0)) if self.encoding == "utf-8" else 0)
        return DataError(
            self.where,
            expected=f"text in {NAMES.get(self.encoding, 'UTF-8')}",
            got=f"byte 0x{error.object[error.start]:02x} at offset {self.offset + start}, line {line}",
            hint="save it again as UTF-8",
        )

    def _refuse_zero(self, text: bytes) -> None:
        if b"\0" in text:
            line = self.lines + text.count(b"\n", 0, text.index(b"\0"))
            got = f"binary content (a zero byte in line {line})"
            raise DataError(self.where, expected="a text file", got=got)


def _tail(block: bytes) -> int:
    """How many bytes at the end of a block may belong to a character that goes on in the next one."""
    for length in range(1, min(_EDGE, len(block) + 1)):
        if block[-length] >= 0xC0:
            return length
        if block[-length] < 0x80:
            return 0
    return 0
