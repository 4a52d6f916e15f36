import pytest

from philtre.data import read, scan
from philtre.errors import DataError


@pytest.fixture
def folder(write):
    """Write the files of a folder and give its path."""

    def folder(**files: str):
        for stem, content in files.items():
            suffix = ".jsonl" if content.startswith("{") else ".csv"
            path = write(f"folder/{stem}{suffix}", content)
        return path.parent

    return folder


@pytest.mark.parametrize("read", [read, lambda path: scan(path).collect()], ids=["read", "scan"])
@pytest.mark.parametrize(
    ("files", "rows"),
    [
        pytest.param({"b": "x,y\n3,c\n", "a": "x,y\n1,a\n2,b\n"}, [(1, "a"), (2, "b"), (3, "c")], id="by name"),
        pytest.param({"a": "x,y\n1,a\n", "b": "y,x\nb,2\n"}, [(1, "a"), (2, "b")], id="columns by name"),
        pytest.param({"a": "x\n1\n", "b": "x\n2.5\n"}, [(1.0,), (2.5,)], id="the wider number"),
        pytest.param({"a": "x\n10\n", "b": "x\nold\n"}, [("10",), ("old",)], id="text if one file has text"),
        pytest.param({"a": "x\n10\n", "b": "x\n007\n"}, [("10",), ("007",)], id="codes if one file has codes"),
        pytest.param({"a": "x,y\n1,\n", "b": "x,y\n2,3\n"}, [(1, None), (2, 3)], id="nothing but missing values"),
        pytest.param({"a": "1,x\n2,y\n", "b": "x,y\n"}, [("1", "x"), ("2", "y"), ("x", "y")], id="no header"),
        pytest.param({"a": '{"x": 1}\n', "b": '{"x": 2.5}\n'}, [(1.0,), (2.5,)], id="JSON lines"),
    ],
)
def test_files_are_one_table(folder, read, files, rows):
    assert read(folder(**files)).rows() == rows


def test_hidden_files_are_left_out(folder, write):
    path = folder(a="x\n1\n")
    write("folder/.DS_Store", b"\0\1")
    write("folder/_SUCCESS", "")
    said: list[str] = []
    assert read(path, report=said.append).rows() == [(1,)]
    assert said == ["1 file", "comma separated", "a header", "UTF-8 text"]


@pytest.mark.parametrize("read", [read, scan])
@pytest.mark.parametrize(
    ("files", "got"),
    [
        ({"a": "x,y\n1,2\n", "b": "x,z\n1,2\n"}, "b.csv' expects the column 'y' of 'a.csv', got 'x', 'z'"),
        ({"a": "x,y\n1,2\n", "b": "x,y,z\n1,2,3\n"}, "b.csv' expects the columns of 'a.csv' only, got 'z' beside them"),
        ({"a": "x\n1\n", "b": '{"x": 1}\n'}, r"files of one format, got '.csv', '.jsonl'"),
        (
            {"a": '{"x": 1}\n', "b": '{"x": "y"}\n'},
            "b.jsonl' expects values of type Int64 in column 'x'.* type String",
        ),
    ],
)
def test_files_that_do_not_fit_are_named(folder, read, files, got):
    with pytest.raises(DataError, match=got):
        read(folder(**files))


def test_folders_without_files(tmp_path):
    with pytest.raises(DataError, match="a file, or a folder of files, got an empty folder"):
        read(tmp_path)
    (tmp_path / "inner").mkdir()
    with pytest.raises(DataError, match="a folder of files, got the folder 'inner' in it"):
        read(tmp_path)
