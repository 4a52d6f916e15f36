"""Names of columns."""

from collections import Counter
from collections.abc import Iterable, Sequence

from philtre.errors import DataError


def check_names(names: Iterable[str], where: str) -> None:
    """Refuse column names that are empty, occur twice, or are patterns: "*" and "^...$" stand for many columns.

    Raises:
        DataError: naming the positions (from 1) of the empty ones, or the names that occur twice or are patterns.
    """
    columns = list(names)
    empty = [str(position) for position, name in enumerate(columns, 1) if not name.strip()]
    if empty:
        raise DataError(
            where, expected="a name for every column", got=f"no name for column {', '.join(empty)} of {len(columns)}"
        )
    twice = [f"{name!r} {count} times" for name, count in Counter(columns).items() if count > 1]
    if twice:
        raise DataError(where, expected="column names that differ", got=", ".join(twice), hint="rename them")
    patterns = [repr(name) for name in columns if name == "*" or (name.startswith("^") and name.endswith("$"))]
    if patterns:
        expected = "column names that are no patterns"
        raise DataError(where, expected=expected, got=", ".join(patterns), hint="rename them")


def filled(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Give the columns of a header that have no name one by their position, and tell the positions (from 1).

    Spreadsheets leave the names of such columns out, and so do R and pandas for the numbers of the rows.

    Example:
        >>> filled(["", "age", " "])
        (('column_1', 'age', 'column_3'), (1, 3))
    """
    positions = tuple(position for position, name in enumerate(names, 1) if not name.strip())
    given = numbered(len(names))
    return tuple(name if name.strip() else given[i] for i, name in enumerate(names)), positions


def numbered(width: int) -> tuple[str, ...]:
    """Names for the columns of a file without a header.

    Example:
        >>> numbered(2)
        ('column_1', 'column_2')
    """
    return tuple(f"column_{position}" for position in range(1, width + 1))
