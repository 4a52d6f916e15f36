"""A big table of twenty columns and a target, generated in blocks and written to one Parquet file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet

BLOCK = 1_000_000
TARGET = "target"
FLOATS = tuple(f"float_{i}" for i in range(7))
INTEGERS = tuple(f"integer_{i}" for i in range(5))
BOOLEANS = tuple(f"boolean_{i}" for i in range(3))
MOMENTS = tuple(f"moment_{i}" for i in range(2))
CATEGORIES = {"category_5": 5, "category_50": 50, "category_1000": 1000}
MISSING = 0.1
SECONDS_OF_YEAR = 31_536_000
START = 1_577_836_800
"""2020-01-01, seconds since 1970."""


def block(number: int, rows: int = BLOCK) -> pl.DataFrame:
    """One block of rows; the same number gives the same block."""
    random = np.random.default_rng(number)
    columns: dict[str, pl.Series | np.ndarray] = {}
    for name, values in zip(FLOATS, _floats(random, number, rows), strict=True):
        columns[name] = pl.Series(np.where(random.random(rows) < MISSING, np.nan, values), nan_to_null=True)
    for i, name in enumerate(INTEGERS):
        columns[name] = random.integers(0, 10 ** (i + 1), rows)
    for name, count in CATEGORIES.items():
        names = pl.Series([f"value {i}" for i in range(count)])
        columns[name] = names.gather((random.random(rows) ** 2 * count).astype(np.uint32))
    for name in BOOLEANS:
        columns[name] = random.random(rows) < 0.3
    for name in MOMENTS:
        seconds = START + random.integers(0, SECONDS_OF_YEAR, rows)
        columns[name] = pl.Series(seconds * 1_000_000).cast(pl.Datetime("us"))
    columns[TARGET] = random.normal(size=rows)
    return pl.DataFrame(columns)


def write(path: Path, enough: Callable[[int], bool]) -> int:
    """Write blocks until there are enough; gives the number of rows.

    Args:
        path: file to write.
        enough: from the number of rows so far to whether that will do.
    """
    rows = 0
    with pyarrow.parquet.ParquetWriter(path, block(0, 1).to_arrow().schema, compression="snappy") as writer:
        for number in _numbers():
            if enough(rows):
                return rows
            writer.write_table(block(number).to_arrow(), row_group_size=BLOCK // 4)
            rows += BLOCK
    return rows


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _floats(random: np.random.Generator, number: int, rows: int) -> list[np.ndarray]:
    """Distributions unlike one another: some are in order, some have ties, some have a long tail."""
    return [
        random.normal(size=rows),
        random.lognormal(3, 2, rows),
        random.random(rows),
        random.standard_cauchy(rows),
        random.normal(size=rows).round(1),
        number * rows + np.arange(rows, dtype=np.float64),
        random.exponential(size=rows) * (random.random(rows) < 0.5),
    ]
