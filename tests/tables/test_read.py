"""Tables come in chunks; what `philtre.data.read` takes can be predicted."""

import gzip
import tracemalloc

import pytest
import zstandard

from philtre import data, tables
from philtre.errors import DataError, SignatureError
from philtre.fields import Category, Number
from philtre.signature import Signature


def test_chunks_equal_the_whole(tmp_path, signature):
    path = tmp_path / "in.csv"
    path.write_text("age,class,sex,adult,day\n" + "".join(f"{i},{i},m,true,\n" for i in range(10)))
    whole = [value for chunk in tables.read(path, signature) for value in chunk.arrays["age"]]
    parts = [chunk.arrays["age"] for chunk in tables.read(path, signature, rows=3)]
    assert [len(part) for part in parts] == [3, 3, 3, 1]
    assert [value for part in parts for value in part] == whole


def test_a_table_without_rows_is_one_empty_chunk(tmp_path, copy):
    path = tmp_path / "in.csv"
    path.write_text("age,class,sex,adult,day\n")
    copy(path, tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().strip() == "age,class,sex,adult,day,prediction"


def test_memory_stays_constant(tmp_path, signature):
    path = tmp_path / "in.csv"
    row = "22,3,m,true,1912-04-10\n"
    peaks = []
    for rows in (50_000, 150_000):
        path.write_text("age,class,sex,adult,day\n" + row * rows)
        tracemalloc.start()
        for _ in tables.read(path, signature):
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
        (b"age,,sex,adult,day,column_2\n", "'column_2' 2 times"),
        ("age,class,sex,adult,day\n22,3,ä,true,\n".encode() + b"\xe4,3,m,,\n", "0xe4"),
        (b'age,class,sex,adult,day\n22,3,"m,true,\n', "unexpected end of data"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(tmp_path, content, got, signature):
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=got):
        list(tables.read(path, signature))


def test_an_absent_column_is_named(tmp_path, signature):
    path = tmp_path / "in.csv"
    path.write_text("Age,class,sex,adult,day\n22,3,m,true,\n")
    with pytest.raises(SignatureError, match="is 'Age' meant"):
        list(tables.read(path, signature))


def test_paths_that_cannot_be(tmp_path, source, signature, copy):
    with pytest.raises(DataError, match="nothing at this path"):
        list(tables.read(tmp_path / "none.csv", signature))
    with pytest.raises(DataError, match="a folder"):
        list(tables.read(tmp_path, signature))
    with pytest.raises(DataError, match="the same file"):
        copy(source, source)
    with pytest.raises(DataError, match="a folder that exists"):
        copy(source, tmp_path / "none" / "out.csv")
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="Parquet"):
        list(tables.read(tmp_path / "bad.parquet", signature))


COLUMNS = {"age": [22.0, None], "class": [3, 1], "sex": ["m", "f"], "adult": [True, None]}
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
def test_what_can_be_read_can_be_predicted(tmp_path, signature, name, content, said):
    heard: list[str] = []
    small = Signature({name: signature.inputs[name] for name in COLUMNS}, signature.outputs)
    (tmp_path / name).write_bytes(content)
    (chunk,) = tables.read(tmp_path / name, small, report=heard.append)
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


def test_rows_that_are_appended_meanwhile_are_left_out(tmp_path, numbers):
    path = tmp_path / "t.csv"
    path.write_text("x\n" + "1\n" * 10)
    chunks = tables.read(path, numbers, rows=4)
    read = next(chunks).values["x"]
    with path.open("a") as file:
        file.write("no number\n")
    assert read + [value for chunk in chunks for value in chunk.values["x"]] == [1.0] * 10
