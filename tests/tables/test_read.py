"""Tables stream in chunks, pass their columns through, and never leave half a file."""

import csv
import gzip
import tracemalloc

import pyarrow as pa
import pytest
import zstandard
from pyarrow import ipc, parquet

from philtre import data, tables
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


COLUMNS = {"age": [22.0, None], "class": [3, 1], "sex": ["m", "f"], "adult": [True, None]}
SMALL = Signature({name: SIGNATURE.inputs[name] for name in COLUMNS}, SIGNATURE.outputs)
TEXT = "age,class,sex,adult\n22,3,m,true\n,1,f,\n"
RECORDS = [
    '{"age": 22, "class": 3, "sex": "m", "adult": true}',
    '{"class": 1, "sex": "f", "adult": null, "age": null}',
]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.tsv", TEXT.replace(",", "\t").encode(), ["tab separated", "a header", "UTF-8 text"]),
        ("t.csv", TEXT.replace(",", ";").encode(), ["semicolon separated", "a header", "UTF-8 text"]),
        ("t.csv", TEXT.encode("utf-16"), ["comma separated", "a header", "UTF-16 text"]),
        ("t.csv", TEXT.replace("\n", "\r\n").encode("utf-8-sig"), ["comma separated", "a header", "UTF-8 text"]),
        ("t.csv.gz", gzip.compress(TEXT.encode()), ["gzip compressed", "comma separated", "a header", "UTF-8 text"]),
        (
            "t.csv.zst",
            zstandard.compress(TEXT.encode()),
            ["zstd compressed", "comma separated", "a header", "UTF-8 text"],
        ),
        ("t.jsonl", "\n".join(RECORDS).encode(), ["UTF-8 text"]),
        ("t.json", f"[{','.join(RECORDS)}]".encode(), ["UTF-8 text"]),
        ("t.json.gz", gzip.compress(f"[{','.join(RECORDS)}]".encode()), ["gzip compressed", "UTF-8 text"]),
    ],
)
def test_what_can_be_read_can_be_predicted(tmp_path, name, content, said):
    heard: list[str] = []
    (tmp_path / name).write_bytes(content)
    (chunk,) = tables.read(tmp_path / name, SMALL, report=heard.append)
    assert chunk.values == COLUMNS
    assert heard == said
    frame = data.read(tmp_path / name)
    assert {name: frame[name].to_list() for name in COLUMNS} == COLUMNS


def test_columns_without_names_are_numbered(tmp_path):
    (tmp_path / "t.csv").write_text("1;x;2\n3;y;4\n")
    numbers = Signature({"column_1": Number(), "column_3": Number()}, {"prediction": Number()})
    (chunk,) = tables.read(tmp_path / "t.csv", numbers)
    assert chunk.values == {"column_1": [1, 3], "column_3": [2, 4]}
    assert chunk.columns["column_2"] == ["x", "y"]


def test_names_of_the_inputs_make_a_header(tmp_path):
    (tmp_path / "t.csv").write_text("2010,2015\n1,2\n3,4\n")
    (chunk,) = tables.read(tmp_path / "t.csv", Signature({"2015": Number()}, {"prediction": Number()}))
    assert chunk.values == {"2015": [2, 4]}


def test_windows_1252(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"city,x\n" + "Zürich,1\n".encode("cp1252"))
    (chunk,) = tables.read(tmp_path / "t.csv", Signature({"city": Category(("Zürich",))}, {"prediction": Number()}))
    assert chunk.values == {"city": ["Zürich"]}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_records_pass_through_as_text(tmp_path, suffix):
    (tmp_path / "t.jsonl").write_text('{"x": 1, "tags": ["a", {"b": null}], "on": true}\n{"x": 2, "n": 1.5}\n')
    numbers = Signature({"x": Number()}, {"prediction": Number()})
    with tables.writing(tmp_path / f"out{suffix}", tmp_path / "t.jsonl", numbers) as writer:
        for chunk in tables.read(tmp_path / "t.jsonl", numbers, rows=1):
            writer.write(chunk, {"prediction": [0.5]})
    frame = data.read(tmp_path / f"out{suffix}")
    assert frame.columns == ["x", "tags", "on", "n", "prediction"]
    assert frame["tags"][0] == '["a",{"b":null}]'
    assert str(frame["on"][0]).lower() == "true"


@pytest.mark.parametrize(
    ("name", "content", "got"),
    [
        ("t.jsonl", '{"x": 1}\n{"x":\n', "one JSON object in each line, got none in line 2"),
        ("t.jsonl", '{"x": 1}\n' * 150_000 + "[1]\n", "one JSON object in each line, got none in line 150001"),
        ("t.json", "[1]", "an array of records, got Expected `object`, got `int`"),
        ("t.json", '[{"x": 1}', "an array of records, got Input data was truncated"),
        ("t.json", "[" * 1000, "at most 64 levels"),
        ("t.jsonl", '{"x": ' + "[" * 1000, "at most 64 levels"),
        ("t.parquet", "no table", "Parquet"),
    ],
)
def test_bad_records_are_refused(tmp_path, name, content, got):
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=got):
        list(tables.read(tmp_path / name, Signature({"x": Number()}, {"prediction": Number()})))


def test_a_stream_of_arrow_batches(tmp_path):
    table = pa.table({"x": [1.0, 2.0, 3.0]})
    with ipc.new_stream(str(tmp_path / "t.arrow"), table.schema) as writer:
        writer.write_table(table)
    chunks = list(tables.read(tmp_path / "t.arrow", Signature({"x": Number()}, {"prediction": Number()}), rows=2))
    assert [chunk.values["x"] for chunk in chunks] == [[1.0, 2.0], [3.0]]


def test_rows_that_are_appended_meanwhile_are_left_out(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "1\n" * 10)
    chunks = tables.read(path, Signature({"x": Number()}, {"prediction": Number()}), rows=4)
    read = next(chunks).values["x"]
    with path.open("a") as file:
        file.write("no number\n")
    assert read + [value for chunk in chunks for value in chunk.values["x"]] == [1.0] * 10
