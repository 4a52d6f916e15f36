import io

import polars as pl
import pytest

from philtre.data import read
from philtre.errors import DataError

FRAME = pl.DataFrame({"a": [1, None], "b": ["x", "y"]})


def content(kind: str) -> bytes:
    file = io.BytesIO()
    FRAME.write_parquet(file) if kind == "parquet" else FRAME.write_ipc(file)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_damaged_files(write, kind):
    whole = content(kind)
    for damaged in (whole[: len(whole) // 2], whole[:8], b"no table"):
        with pytest.raises(DataError, match=f"expects a file in {kind.title()} format, got damaged content"):
            read(write(f"table.{kind}", damaged))


def test_an_empty_table(write):
    file = io.BytesIO()
    FRAME.clear().write_parquet(file)
    with pytest.raises(DataError, match="at least one row of data"):
        read(write("table.parquet", file.getvalue()))


def test_more_cells_than_the_bound(write):
    file = io.BytesIO()
    pl.DataFrame({"a": [1] * 100_000}).write_parquet(file)
    path = write("table.parquet", file.getvalue())
    assert read(path, max_bytes=100_000).height == 100_000
    with pytest.raises(DataError, match=r"at most 99,999 cells, got 100,000 cells in .* Hint: max_bytes="):
        read(path, max_bytes=99_999)
