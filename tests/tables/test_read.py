"""Tables stream in chunks, pass their columns through, and never leave half a file."""

import csv
import tracemalloc

import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from philtre import tables
from philtre.errors import DataError, MissingPackage, SignatureError
from philtre.fields import Boolean, Category, Number, Timestamp
from philtre.signature import Signature

SIGNATURE = Signature(
    {
        "age": Number(missing=True),
        "class": Number(integer=True),
        "sex": Category(("f", "m"), missing=True, unknown=True),
        "adult": Boolean(missing=True),
        "day": Timestamp(missing=True),
    },
    {"prediction": Number()},
)
CSV = "id,age,class,sex,adult,day\n1,22,3,m,true,1912-04-10\n2,,1,,,\n"


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(CSV)
    return path


def copy(source, target, answers=(0.5, 1.0)):
    with tables.writing(target, source, SIGNATURE) as writer:
        for chunk in tables.read(source, SIGNATURE):
            writer.write(chunk, {"prediction": list(answers)})


def test_csv_passes_through_with_answers_behind(source, tmp_path):
    copy(source, tmp_path / "out.csv")
    rows = list(csv.reader((tmp_path / "out.csv").read_text().splitlines()))
    assert rows[0] == ["id", "age", "class", "sex", "adult", "day", "prediction"]
    assert rows[1] == ["1", "22", "3", "m", "true", "1912-04-10", "0.5"]
    assert rows[2] == ["2", "", "1", "", "", "", "1.0"]


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_csv_becomes_typed_columns(source, tmp_path, suffix):
    target = tmp_path / f"out{suffix}"
    copy(source, target)
    table = parquet.read_table(target) if suffix == ".parquet" else ipc.open_file(str(target)).read_all()
    assert table.column_names[-1] == "prediction"
    assert table.schema.field("age").type == pa.float64()
    assert table.schema.field("class").type == pa.int64()
    assert table.column("adult").to_pylist() == [True, None]
    assert table.column("id").to_pylist() == ["1", "2"]
    chunk = next(tables.read(target, SIGNATURE))
    assert chunk.arrays["class"].tolist() == [3, 1]


def test_chunks_equal_the_whole(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("age,class,sex,adult,day\n" + "".join(f"{i},{i},m,true,\n" for i in range(10)))
    whole = [value for chunk in tables.read(path, SIGNATURE) for value in chunk.arrays["age"]]
    parts = [chunk.arrays["age"] for chunk in tables.read(path, SIGNATURE, rows=3)]
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    assert [value for part in parts for value in part] == whole


def test_a_table_without_rows_is_one_empty_chunk(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("age,class,sex,adult,day\n")
    copy(path, tmp_path / "out.csv", answers=())
    assert (tmp_path / "out.csv").read_text().strip() == "age,class,sex,adult,day,prediction"


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_arrow_files_are_read_and_may_be_empty(source, tmp_path, suffix):
    full, empty = tmp_path / f"full{suffix}", tmp_path / f"empty{suffix}"
    copy(source, full)
    table = parquet.read_table(full) if suffix == ".parquet" else ipc.open_file(str(full)).read_all()
    nothing = table.drop_columns(["prediction"]).slice(0, 0)
    if suffix == ".parquet":
        parquet.write_table(nothing, empty)
    else:
        with ipc.new_file(str(empty), nothing.schema) as writer:
            writer.write_table(nothing)
    copy(empty, tmp_path / f"out{suffix}", answers=())
    again = list(tables.read(tmp_path / f"out{suffix}", SIGNATURE))
    assert [len(chunk.arrays["age"]) for chunk in again] == [0]
    assert list(again[0].columns)[-1] == "prediction"


def test_memory_stays_constant(tmp_path):
    path = tmp_path / "in.csv"
    row = "22,3,m,true,1912-04-10\n"
    peaks = []
    for rows in (50_000, 150_000):
        path.write_text("age,class,sex,adult,day\n" + row * rows)
        tracemalloc.start()
        for _ in tables.read(path, SIGNATURE):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "an empty file"),
        (b"age,class,sex,adult,day\n22,3\n", "5 columns in each row, got 2 in line 2"),
        (b"age,class,sex,adult,day\n22,3,m,true,,\n", "5 columns in each row, got 6 in line 2"),
        (b"age,age,sex,adult,day\n", "'age' 2 times"),
        (b"age,,sex,adult,day\n", "no name for column 2"),
        ("age,class,sex,adult,day\n22,3,ä,true,\n".encode() + b"\xe4,3,m,,\n", "0xe4"),
        (b'age,class,sex,adult,day\n22,3,"m,true,\n', "unexpected end of data"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(tmp_path, content, got):
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=got):
        list(tables.read(path, SIGNATURE))


def test_a_bad_cell_is_refused_with_field_and_row_and_nothing_is_left(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("age,class,sex,adult,day\n" + "22,3,m,true,\n" * 5000 + "old,3,m,true,\n")
    with pytest.raises(SignatureError) as caught:
        copy_all(path, tmp_path / "out.csv")
    assert (caught.value.field, caught.value.row) == ("age", 5000)
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.csv"]


def copy_all(source, target):
    with tables.writing(target, source, SIGNATURE) as writer:
        for chunk in tables.read(source, SIGNATURE):
            writer.write(chunk, {"prediction": [0.0] * len(chunk.arrays["age"])})


def test_an_absent_column_is_named(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("Age,class,sex,adult,day\n22,3,m,true,\n")
    with pytest.raises(SignatureError, match="is 'Age' meant"):
        list(tables.read(path, SIGNATURE))


def test_paths_that_cannot_be(tmp_path, source):
    with pytest.raises(DataError, match="nothing at this path"):
        list(tables.read(tmp_path / "none.csv", SIGNATURE))
    with pytest.raises(DataError, match="a folder"):
        list(tables.read(tmp_path, SIGNATURE))
    with pytest.raises(DataError, match="the same file"):
        copy(source, source)
    with pytest.raises(DataError, match="a folder that exists"):
        copy(source, tmp_path / "none" / "out.csv")
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="Parquet"):
        list(tables.read(tmp_path / "bad.parquet", SIGNATURE))


def test_arrow_files_without_the_extra_name_it(source, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingPackage, match=r"philtre\[arrow\]"):
        copy(source, tmp_path / "out.parquet")
