"""A file as it was when it was opened, whatever others write to it meanwhile."""

import difflib
import io
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from philtre.errors import DataError

BLOCK = 1 << 20
STILL = "a file that stands still while it is read"


class Mark(NamedTuple):
    """What a file looked like when it was opened."""

    size: int
    changed_ns: int


class Snapshot:
    """The bytes of a file up to the size that it had when it was opened.

    What is appended later is not read. A pipe has no size: it is read once, to its end.

    Args:
        path: a file, or "-" for standard input.
        mark: what the file looked like when it was opened before, to read the same bytes once more.

    Raises:
        DataError: if there is no such file, or it cannot be read.
    """

    def __init__(self, path: str | os.PathLike[str], mark: Mark | None = None) -> None:
        self.where = f"'{path}'" if str(path) != "-" else "standard input"
        self.file = _open(path, self.where)
        status = os.fstat(self.file.fileno()) if _has_descriptor(self.file) else None
        self.regular = status is not None and stat.S_ISREG(status.st_mode) and str(path) != "-"
        seen = Mark(status.st_size, status.st_mtime_ns) if status is not None and self.regular else Mark(0, 0)
        self.mark = mark or seen
        self.size = self.mark.size
        self.first = self.file.read(min(self.size, BLOCK) if self.regular else BLOCK)

    def blocks(self, size: int = BLOCK) -> Iterator[bytes]:
        """The content in blocks of at most `size` bytes, from the start where the file is no pipe.

        Raises:
            DataError: if the file became shorter, or was written anew.
        """
        if not self.regular:
            yield self.first
            yield from iter(lambda: self.file.read(size), b"")
            return
        left = self.size
        self.file.seek(0)
        while block := self.file.read(min(size, left)):
            left -= len(block)
            yield block
        self._check(left)

    @property
    def growth(self) -> int:
        """Bytes that were appended since the file was opened."""
        return os.fstat(self.file.fileno()).st_size - self.size if self.regular else 0

    @property
    def unfinished(self) -> bool:
        """Whether the file has grown, and not by a new line."""
        if not self.growth:
            return False
        self.file.seek(self.size)
        return self.file.read(1) not in (b"\n", b"\r")

    def check_still(self) -> None:
        """Refuse a file that has grown, for a format that cannot be cut.

        Raises:
            DataError: naming the bytes that were appended.
        """
        if self.growth:
            raise self._moved(f"{self.growth:,} bytes more at its end")

    def check_same(self) -> None:
        """Refuse a file that others wrote to.

        Raises:
            DataError: saying how it changed.
        """
        self.check_still()
        self._check(left=0)

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self.file is not sys.stdin.buffer:
            self.file.close()

    def _check(self, left: int) -> None:
        status = os.fstat(self.file.fileno())
        if left or status.st_size < self.size:
            raise self._moved(f"{status.st_size:,} bytes instead of {self.size:,}")
        if status.st_size == self.size and status.st_mtime_ns != self.mark.changed_ns:
            raise self._moved("other content of the same size")

    def _moved(self, got: str) -> DataError:
        return DataError(self.where, expected=STILL, got=got, hint="read a copy")


def _open(path: str | os.PathLike[str], where: str) -> BinaryIO:
    if str(path) == "-":
        return sys.stdin.buffer
    file = Path(path)
    if not file.exists():
        raise DataError(where, expected="a file", got="nothing at this path", hint=_similar(file))
    if file.is_dir():
        raise DataError(where, expected="a file", got="a folder", hint="name one file in it")
    try:
        return file.open("rb", buffering=0)
    except OSError as error:
        raise DataError(where, expected="a file that can be read", got=str(error.strerror)) from None


def _similar(file: Path) -> str:
    siblings = [sibling.name for sibling in file.parent.iterdir()] if file.parent.is_dir() else []
    close = difflib.get_close_matches(file.name, siblings, n=1)
    return f"is '{file.with_name(close[0])}' meant?" if close else ""


def _has_descriptor(file: BinaryIO) -> bool:
    try:
        file.fileno()
    except io.UnsupportedOperation:
        return False
    return True
