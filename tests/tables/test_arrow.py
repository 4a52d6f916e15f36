"""Parquet and Arrow files in chunks."""

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from philtre import tables


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_arrow_files_are_read_and_may_be_empty(source, tmp_path, suffix, signature, copy):
    full, empty = tmp_path / f"full{suffix}", tmp_path / f"empty{suffix}"
    copy(source, full)
    table = parquet.read_table(full) if suffix == ".parquet" else ipc.open_file(str(full)).read_all()
    nothing = table.drop_columns(["prediction"]).slice(0, 0)
    if suffix == ".parquet":
        parquet.write_table(nothing, empty)
    else:
        with ipc.new_file(str(empty), nothing.schema) as writer:
            writer.write_table(nothing)
    copy(empty, tmp_path / f"out{suffix}")
    again = list(tables.read(tmp_path / f"out{suffix}", signature))
    assert [len(chunk.arrays["age"]) for chunk in again] == [0]
    assert list(again[0].columns)[-1] == "prediction"


def test_a_stream_of_arrow_batches(tmp_path, numbers):
    table = pa.table({"x": [1.0, 2.0, 3.0]})
    with ipc.new_stream(str(tmp_path / "t.arrow"), table.schema) as writer:
        writer.write_table(table)
    chunks = list(tables.read(tmp_path / "t.arrow", numbers, rows=2))
    assert [chunk.values["x"] for chunk in chunks] == [[1.0, 2.0], [3.0]]
