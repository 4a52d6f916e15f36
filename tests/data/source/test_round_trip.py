"""A frame that is written in any format and dialect is read back equal; so are the parts of it in a folder."""

import gzip
import io
from pathlib import Path

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from philtre.data import read, scan

TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=8).map(lambda text: f"x{text}")
NAME = st.from_regex(r"[A-Za-z_][A-Za-z_ ]{0,8}[a-z]", fullmatch=True)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=32).map(lambda value: value + 0.5)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
COLUMNS = {
    "number": (NUMBERS, pl.Float64),
    "integer": (INTEGERS, pl.Int64),
    "truth": (st.booleans(), pl.Boolean),
    "code": (st.integers(0, 999).map(lambda value: f"{value:04}"), pl.String),
    "text": (TEXT, pl.String),
}

settings.register_profile("files", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
files = settings(settings.get_profile("files"), max_examples=15)


@st.composite
def frames(draw: st.DrawFn, missing: bool = True) -> pl.DataFrame:
    """A column of whole numbers, and others of any kind: each with a value in the first row."""
    kinds = ["integer", *draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=5))]
    names = draw(st.lists(NAME, min_size=len(kinds), max_size=len(kinds), unique=True))
    height = draw(st.integers(2, 20))
    series = []
    for name, kind in zip(names, kinds, strict=True):
        values, dtype = COLUMNS[kind]
        maybe = st.none() | values if missing and name != names[0] else values
        column = [draw(values), *draw(st.lists(maybe, min_size=height - 1, max_size=height - 1))]
        series.append(pl.Series(name, column, dtype=dtype))
    return pl.DataFrame(series)


def packed(content: bytes, suffix: str) -> bytes:
    return {".gz": gzip.compress, ".zst": zstandard.compress, "": bytes}[suffix](content)


def written(frame: pl.DataFrame, suffix: str, **options) -> bytes:
    file = io.BytesIO()
    {
        ".csv": frame.write_csv,
        ".parquet": frame.write_parquet,
        ".arrow": frame.write_ipc,
        ".jsonl": frame.write_ndjson,
        ".json": frame.write_json,
    }[suffix](file, **options)
    return file.getvalue()


@pytest.mark.parametrize("read", [read, lambda path: scan(path).collect()], ids=["read", "scan"])
@pytest.mark.parametrize("compression", ["", ".gz", ".zst"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".arrow", ".jsonl", ".json"])
@given(frame=frames())
@settings(files, max_examples=5)
def test_every_format(tmp_path: Path, suffix: str, compression: str, read, frame: pl.DataFrame):
    path = tmp_path / f"table{suffix}{compression}"
    path.write_bytes(packed(written(frame, suffix), compression))
    assert_frame_equal(read(path), frame)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ""])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@given(frame=frames(), line_ends=st.sampled_from(["\n", "\r\n"]), quotes=st.sampled_from(["necessary", "non_numeric"]))
@files
def test_every_dialect(tmp_path: Path, separator: str, suffix: str, frame: pl.DataFrame, line_ends: str, quotes: str):
    path = tmp_path / f"table{suffix}"
    content = written(frame, ".csv", separator=separator, line_terminator=line_ends, quote_style=quotes)
    path.write_bytes(content)
    assert_frame_equal(read(path), frame)
    path.write_bytes(content.removesuffix(line_ends.encode()))
    assert_frame_equal(read(path), frame)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_encoding(tmp_path: Path, encoding: str):
    frame = pl.DataFrame({"id": [1, 2], "note": ["Zoë, 15 €", "plain"]})
    (tmp_path / "table.csv").write_bytes(frame.write_csv().encode(encoding))
    assert_frame_equal(read(tmp_path / "table.csv"), frame)
    assert_frame_equal(scan(tmp_path / "table.csv").collect(), frame)


@given(frame=frames(missing=False))
@files
def test_without_a_header(tmp_path: Path, frame: pl.DataFrame):
    frame.write_csv(tmp_path / "table.csv", include_header=False)
    numbered = frame.rename({name: f"column_{i}" for i, name in enumerate(frame.columns, 1)})
    assert_frame_equal(read(tmp_path / "table.csv"), numbered)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@given(frame=frames(), data=st.data())
@files
def test_a_folder_of_parts_equals_the_whole(tmp_path_factory, suffix: str, frame: pl.DataFrame, data: st.DataObject):
    folder = tmp_path_factory.mktemp("parts")
    cuts = sorted(data.draw(st.sets(st.integers(1, frame.height - 1), max_size=3)))
    for i, (start, end) in enumerate(zip([0, *cuts], [*cuts, frame.height], strict=True)):
        names = data.draw(st.permutations(frame.columns)) if i else frame.columns
        (folder / f"part{i}{suffix}").write_bytes(written(frame[start:end].select(names), suffix))
    assert_frame_equal(read(folder), frame)
    assert_frame_equal(scan(folder).collect(), frame)


@given(frame=frames(), seed=st.integers(0, 9))
@files
def test_the_order_of_rows_does_not_change_types(tmp_path: Path, frame: pl.DataFrame, seed: int):
    shuffled = frame.sample(fraction=1, shuffle=True, seed=seed)
    shuffled.write_csv(tmp_path / "table.csv")
    assert read(tmp_path / "table.csv").schema == frame.schema


@pytest.mark.parametrize("kind", ["read_ipc_stream", "feather"])
def test_other_kinds_of_arrow_files(tmp_path: Path, kind: str):
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    write = frame.write_ipc_stream if kind == "read_ipc_stream" else frame.write_ipc
    write(tmp_path / "table.feather")
    assert_frame_equal(read(tmp_path / "table.feather"), frame)
    assert_frame_equal(scan(tmp_path / "table.feather").collect(), frame)


@given(values=st.lists(st.none() | st.integers(-9, 9), min_size=1, max_size=9))
@files
def test_one_column_with_missing_values(tmp_path: Path, values: list[int | None]):
    frame = pl.DataFrame({"only": [5, *values]})
    frame.write_csv(tmp_path / "table.csv")
    assert_frame_equal(read(tmp_path / "table.csv"), frame)
    assert_frame_equal(scan(tmp_path / "table.csv").collect(), frame)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@given(texts=st.lists(st.text(st.sampled_from('ab1,";\t\n\r| é'), max_size=5), min_size=2, max_size=9))
@files
def test_marks_inside_cells(tmp_path: Path, separator: str, texts: list[str]):
    frame = pl.DataFrame({"id": range(len(texts)), "note": [f"x{text}" for text in texts]})
    frame.write_csv(tmp_path / "table.csv", separator=separator)
    assert_frame_equal(read(tmp_path / "table.csv"), frame)
