"""What a delimited text looks like, inferred from its first part."""

import csv
import io
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from philtre.files.header import has_header
from philtre.files.names import filled, numbered

DELIMITERS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}
"""Told apart in this order: a comma may be a decimal point in what a semicolon separates."""

USUAL = {".csv": ",", ".tsv": "\t"}
HEAD_ROWS = 200
AGREEING = 0.8
"""Share of the rows that must have the width of the first one where the suffix promises no delimiter."""

Cells = list[list[str]]


@dataclass(frozen=True)
class Dialect:
    """How a delimited text is written.

    Args:
        delimiter: between cells; "" where a line is one cell.
        quoted: whether quotes surround cells; else they are text.
        header: whether the first row names the columns.
        names: of the columns.
        unnamed: positions, from 1, of columns that the header has no name for.
    """

    delimiter: str
    quoted: bool
    header: bool
    names: tuple[str, ...]
    unnamed: tuple[int, ...] = ()

    @property
    def separator(self) -> str:
        """The delimiter as parsers want one: a character that no text holds where there is none."""
        return self.delimiter or "\x1f"

    @property
    def word(self) -> str:
        """The delimiter in words."""
        return DELIMITERS.get(self.delimiter, "delimiter")

    @property
    def marks(self) -> str:
        """What cells are written in."""
        return f"{self.word}s and quotes" if self.quoted else f"{self.word}s"

    @property
    def findings(self) -> tuple[str, ...]:
        """In words, what was inferred."""
        cells = f"{self.word} separated" if self.delimiter else "one column"
        last = f" to {self.names[-1]}" if len(self.names) > 1 else ""
        header = "a header" if self.header else f"no header: columns are named {self.names[0]}{last}"
        made = tuple(f"a column without a name is called {self.names[position - 1]}" for position in self.unnamed)
        return (cells, *["quotes are text"] * (not self.quoted), header, *made)

    def of_sibling(self, head: str) -> "Dialect":
        """The dialect of another file that is written alike, from its first part."""
        (first, *_) = _cells(head, self.delimiter, self.quoted, whole=True)
        names, unnamed = filled(first) if self.header else (numbered(len(first)), ())
        return replace(self, names=names, unnamed=unnamed)


def infer(head: str, suffix: str = "", known: Collection[str] = (), whole: bool = True) -> Dialect:
    """Infer how a text is written.

    Args:
        head: its first part; not blank.
        suffix: of the file; ".csv" and ".tsv" promise a delimiter.
        known: names of columns; a first row that holds one of them is a header.
        whole: whether this is all of the text; else its last row may be cut.

    Example:
        >>> infer("age;city\\n22;Oslo\\n").findings
        ('semicolon separated', 'a header')
        >>> infer("1\\t2\\n3\\t4\\n").names
        ('column_1', 'column_2')
    """
    head = head.lstrip("\r\n")
    delimiter = _delimiter(head, suffix, whole)
    quoted = delimiter in (",", ";", "|") or _quotes_surround(head, delimiter)
    cells = _cells(head, delimiter, quoted, whole)
    first = cells[0]
    header = any(name in known for name in first) or has_header(cells)
    return Dialect(delimiter, quoted, header, *(filled(first) if header else (numbered(len(first)), ())))


def _delimiter(head: str, suffix: str, whole: bool) -> str:
    shares = {delimiter: _share(_cells(head, delimiter, True, whole)) for delimiter in DELIMITERS if delimiter in head}
    usual = USUAL.get(suffix)
    agreeing = [delimiter for delimiter, share in shares.items() if share == 1]
    if agreeing:
        return agreeing[0]
    best = max(shares, key=lambda delimiter: (shares[delimiter], delimiter == usual), default="")
    if usual:
        return best if shares.get(best, 0) > 0 else usual
    return best if shares.get(best, 0) >= AGREEING else ""


def _share(cells: Cells) -> float:
    """Share of the rows that are as wide as the first one; 0 where that is one cell."""
    width = len(cells[0])
    return sum(len(row) == width for row in cells) / len(cells) if width > 1 else 0.0


def _cells(head: str, delimiter: str, quoted: bool, whole: bool) -> Cells:
    """The first rows, blank lines left out."""
    lines = io.StringIO(head, newline="")
    reader = csv.reader(lines, delimiter=delimiter or "\x1f", quoting=quoting_of(quoted))
    found: Cells = []
    try:
        for row in reader:
            if row:
                found.append(row)
            if len(found) > HEAD_ROWS:
                break
    except csv.Error:
        pass  # the rows before it tell enough; who reads all of them reports it
    cut = not whole and len(found) > 1
    return (found[:-1] if cut else found) or [[""]]


def _quotes_surround(head: str, delimiter: str) -> bool:
    """Whether quotes stand around whole cells only."""
    marks = re.escape(delimiter)
    return '"' not in re.sub(rf'(?<![^{marks}\r\n])"(?:[^"]|"")*"(?![^{marks}\r\n])', "", head)


def quoting_of(quoted: bool) -> Literal[0, 3]:
    """The constant of the csv module."""
    return csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
