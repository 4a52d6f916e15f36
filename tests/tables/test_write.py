"""Columns pass through with the answers behind; half a file is never left."""

import csv

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from philtre import data, tables
from philtre.errors import MissingPackage, SignatureError


def test_csv_passes_through_with_answers_behind(source, tmp_path, copy):
    copy(source, tmp_path / "out.csv")
    rows = list(csv.reader((tmp_path / "out.csv").read_text().splitlines()))
    assert rows[0] == ["id", "age", "class", "sex", "adult", "day", "prediction"]
    assert rows[1] == ["1", "22", "3", "m", "true", "1912-04-10", "0.5"]
    assert rows[2] == ["2", "", "1", "", "", "", "0.5"]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_csv_becomes_typed_columns(source, tmp_path, suffix, signature, copy):
    target = tmp_path / f"out{suffix}"
    copy(source, target)
    table = parquet.read_table(target) if suffix == ".parquet" else ipc.open_file(str(target)).read_all()
    assert table.column_names[-1] == "prediction"
    assert table.schema.field("age").type == pa.float64()
    assert table.schema.field("class").type == pa.int64()
    assert table.column("adult").to_pylist() == [True, None]
    assert table.column("id").to_pylist() == ["1", "2"]
    chunk = next(tables.read(target, signature))
    assert chunk.arrays["class"].tolist() == [3, 1]


def test_a_bad_cell_is_refused_with_field_and_row_and_nothing_is_left(tmp_path, copy):
    path = tmp_path / "in.csv"
    path.write_text("age,class,sex,adult,day\n" + "22,3,m,true,\n" * 5000 + "old,3,m,true,\n")
    with pytest.raises(SignatureError) as caught:
        copy(path, tmp_path / "out.csv")
    assert (caught.value.field, caught.value.row) == ("age", 5000)
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.csv"]


def test_arrow_files_without_the_extra_name_it(source, tmp_path, monkeypatch, copy):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingPackage, match=r"philtre\[arrow\]"):
        copy(source, tmp_path / "out.parquet")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_records_pass_through_as_text(tmp_path, suffix, numbers):
    (tmp_path / "t.jsonl").write_text('{"x": 1, "tags": ["a", {"b": null}], "on": true}\n{"x": 2, "n": 1.5}\n')
    with tables.writing(tmp_path / f"out{suffix}", tmp_path / "t.jsonl", numbers) as writer:
        for chunk in tables.read(tmp_path / "t.jsonl", numbers, rows=1):
            writer.write(chunk, {"prediction": [0.5]})
    frame = data.read(tmp_path / f"out{suffix}")
    assert frame.columns == ["x", "tags", "on", "n", "prediction"]
    assert frame["tags"][0] == '["a",{"b":null}]'
    assert str(frame["on"][0]).lower() == "true"
