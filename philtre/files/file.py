"""An opened data file: what format it has, and its content unpacked."""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import PurePath
from types import TracebackType

from philtre.errors import DataError
from philtre.files.compression import MAX_BYTES, SUFFIXES, compression_of, unpack
from philtre.files.encoding import to_utf8
from philtre.files.snapshot import BLOCK, Mark, Snapshot

HEAD_BYTES = 1 << 20
"""The first part, from which everything is inferred."""

FORMATS = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".json": "json",
}
MAGIC = {b"PAR1": "parquet", b"ARROW1": "arrow", b"\xff\xff\xff\xff": "arrow", b"{": "json lines", b"[": "json"}
APPENDED = ("delimited", "json lines")
"""Formats that others may append lines to while they are read."""

Report = Callable[[str], None]


def _silent(words: str) -> None:
    """Tell nobody."""


class File:
    """A data file, opened; a context manager.

    Args:
        path: of the file, or "-" for standard input. Its suffix names the format, before ".gz" or ".zst"; without
            a suffix that is known the content tells.
        report: told in words what was inferred.
        max_bytes: how large a packed file may become.
        mark: of the snapshot of an earlier opening, to read the same bytes once more.

    Raises:
        DataError: if there is no such file, it cannot be read, is empty, or of no known format.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        report: Report | None = None,
        max_bytes: int = MAX_BYTES,
        mark: Mark | None = None,
    ) -> None:
        self.report = report or _silent
        self.max_bytes = max_bytes
        self.snapshot = Snapshot(path, mark)
        self.where = self.snapshot.where
        try:
            self._look(PurePath(path))
        except BaseException:
            self.snapshot.close()
            raise

    def _look(self, path: PurePath) -> None:
        packed = SUFFIXES.get(path.suffix.lower(), "")
        self.suffix = PurePath(path.stem if packed else path.name).suffix.lower()
        self.compression = compression_of(self.snapshot.first)
        if self.compression:
            self.report(f"{self.compression} compressed")
        elif packed and self.snapshot.first:
            raise DataError(self.where, expected=f"{packed} data, as its name says", got="data that is not packed")
        self._rest = self._unpack(self.snapshot.blocks())
        self._taken = _take(self._rest, HEAD_BYTES)
        self.head = b"".join(self._taken)[:HEAD_BYTES]
        if self.snapshot.regular:
            self._taken = []  # a file is read again from its start
        self.whole = len(self.head) < HEAD_BYTES
        if not self.head.strip(b"\r\n\t "):
            raise DataError(self.where, expected="a header and rows", got="an empty file")
        self.format = self._format()

    def _format(self) -> str:
        start = self.head.lstrip(b"\xef\xbb\xbf\r\n\t ")
        sniffed = next((name for magic, name in MAGIC.items() if start.startswith(magic)), "delimited")
        if self.suffix == ".json" and sniffed == "json lines":
            return sniffed
        if self.suffix in FORMATS:
            return FORMATS[self.suffix]
        if sniffed == "delimited" and self._binary():
            known = f"{', '.join(list(FORMATS)[:-1])} or {list(FORMATS)[-1]}"
            expected = f"a file that ends with {known}, or text"
            raise DataError(self.where, expected=expected, got=f"binary content and the suffix {self.suffix!r}")
        return sniffed

    def _binary(self) -> bool:
        """Whether the content cannot be text: zero bytes outside UTF-16, or the start of a zip archive."""
        zeros = self.head[:4096].count(0)
        return self.head.startswith(b"PK\x03\x04") or 0 < zeros < 0.2 * len(self.head[:4096])

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The content, unpacked: of a file from its start, of a pipe once."""
        if self.snapshot.regular:
            return self._unpack(self.snapshot.blocks(size))
        return chain(self._taken, self._rest)

    def _unpack(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        if not self.compression:
            yield from blocks
            return
        try:
            yield from unpack(blocks, self.compression, self.where, self.max_bytes)
        except DataError:
            self.snapshot.check_still()
            raise

    def content(self) -> bytes:
        """All of the content.

        Raises:
            DataError: if the file was written to meanwhile.
        """
        content = b"".join(self.blocks(self.snapshot.size or BLOCK))
        self.snapshot.check_still()
        return content

    def text(self, size: int = BLOCK) -> Iterator[bytes]:
        """The content as blocks of UTF-8; what was appended since the file was opened is left out.

        Raises:
            DataError: if it is no text, or was written anew meanwhile.
        """
        return to_utf8(self._lines(size), self.where, self.report)

    def _lines(self, size: int) -> Iterator[bytes]:
        """The blocks; of a file that grows, up to the last line that was complete when it was opened."""
        held = b""
        for block in self.blocks(size):
            whole = held + block if held else block
            end = whole.rfind(b"\n") + 1
            held = whole[end:]
            yield whole[:end] if held else whole
        if self.compression or self.format not in APPENDED or self.head.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.snapshot.check_still()
        if held and self.snapshot.unfinished:
            self.report("the file grows: its last line, which was not complete, is left out")
        elif held:
            yield held

    def head_text(self) -> str:
        """The first part as text."""
        first = next(to_utf8([self.head], self.where, _silent))
        return first.decode("utf-8", "ignore")

    def close(self) -> None:
        """Close the file."""
        self.snapshot.close()

    def __enter__(self) -> "File":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _take(blocks: Iterable[bytes], size: int) -> list[bytes]:
    """The first blocks, until they hold `size` bytes."""
    taken, held = [], 0
    for block in blocks:
        taken.append(block)
        held += len(block)
        if held >= size:
            break
    return taken
