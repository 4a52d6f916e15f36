"""Whether the first row of a table names its columns."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

MISSING = frozenset({"", "?", "-", ".", "na", "n/a", "#n/a", "nan", "nil", "none", "null", "\\n"})
"""Spellings of a missing value, in lower case; they tell nothing."""

PROSE_WORDS = 4
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


class Votes(NamedTuple):
    """Columns whose first cell looks like a name, and like the cells below it."""

    names: int
    values: int


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Judge whether the first row names the columns.

    In columns of numbers, dates and codes, a first cell of another shape is a name, one of the same shape a value.
    Where no column has such a shape, a text that occurs again below is a value, and so is a sentence above sentences.
    Names that are numbers (2019, 2020, ...; 0, 1, 2, ...) are known by their order. In doubt there is a header.

    Example:
        >>> has_header([["age", "city"], ["22", "Oslo"]])
        True
        >>> has_header([["21", "Lima"], ["22", "Oslo"]])
        False
    """
    first, body = [cell.strip() for cell in rows[0]], rows[1:]
    if not body:
        return not any(_NUMBER.fullmatch(cell) for cell in first)
    columns = [[cell.strip() for cell in column] for column in zip_longest(*body, fillvalue="")][: len(first)]
    shaped, named = Votes(0, 0), Votes(0, 0)
    for cell, column in zip(first, columns, strict=False):
        present = [value for value in column if value.lower() not in MISSING]
        if cell.lower() in MISSING or not present:
            continue
        shapes = {shape_of(value) for value in present}
        if not all("9" in shape for shape in shapes):
            named = _vote_of_text(named, cell, present)
        elif any("a" in shape for shape in shapes) and shape_of(cell) not in shapes:
            named = _vote(named, value=False)  # codes may have other shapes still
        else:
            shaped = _vote(shaped, shape_of(cell) in shapes)
    if shaped.values > shaped.names:
        return _names_in_order(first, body[0], shaped.names > 0)
    return shaped.names > 0 or named.values <= named.names


def shape_of(cell: str) -> str:
    """A cell with its digits and letters made alike: "9" for a number, else such as "9-9-9" or "a9".

    Example:
        >>> [shape_of(cell) for cell in ("-1.5e3", "2012-01-31", "AB12", "$1,200")]
        ['9', '9-9-9', 'a9', '$9,9']
    """
    if _NUMBER.fullmatch(cell):
        return "9"
    return _LETTERS.sub("a", _DIGITS.sub("9", cell))


def _vote(votes: Votes, value: bool) -> Votes:
    return Votes(votes.names + (not value), votes.values + value)


def _vote_of_text(votes: Votes, cell: str, present: Sequence[str]) -> Votes:
    words = sorted(len(value.split()) for value in present)
    if words[len(words) // 2] >= PROSE_WORDS:
        return _vote(votes, len(cell.split()) >= PROSE_WORDS)
    counts = Counter(present)
    if 2 * len(counts) <= len(present) or counts[cell]:
        return _vote(votes, counts[cell] > 0)
    return votes


def _names_in_order(first: Sequence[str], second: Sequence[str], beside_names: bool) -> bool:
    """Whether the numbers of a row are names: ascending beside names, or in an order that the next row lacks."""
    numbers, below = _ascending(first), _ascending(second)
    if len(numbers) < 2:
        return False
    return beside_names or (_years(numbers) and not _years(below)) or (_counted(numbers) and not _counted(below))


def _years(numbers: Sequence[int]) -> bool:
    return len(numbers) > 1 and all(1800 <= number <= 2200 for number in numbers)


def _counted(numbers: Sequence[int]) -> bool:
    """Whether numbers run 0, 1, 2, or on by one from elsewhere."""
    if len(numbers) < 3 or (len(numbers) < 4 and numbers[0] != 0):
        return False
    return list(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))


def _ascending(cells: Sequence[str]) -> list[int]:
    """The whole numbers of a row, if all its numbers are whole and ascend; else none."""
    numbers = [cell for cell in (cell.strip() for cell in cells) if _NUMBER.fullmatch(cell)]
    if not all(number.isdecimal() for number in numbers):
        return []
    values = [int(number) for number in numbers]
    return values if all(low < high for low, high in pairwise(values)) else []
