"""A file's text as a stream."""

import io
from collections.abc import Iterable
from typing import TextIO

from philtre.files.file import File

STEP = 1 << 16


def text_stream(file: File) -> TextIO:
    """Open the text of a file, whatever its encoding and compression, to be read in constant memory."""
    return io.TextIOWrapper(io.BufferedReader(_Blocks(file.text(STEP))), encoding="utf-8", newline="")


class _Blocks(io.RawIOBase):
    """Blocks of bytes as a readable stream."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self.blocks = iter(blocks)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self.rest:
            block = next(self.blocks, None)
            if block is None:
                return 0
            self.rest = block
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size
