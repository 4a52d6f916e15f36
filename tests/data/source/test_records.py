import polars as pl
import pytest

from philtre.data import read
from philtre.errors import DataError


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("t.json", '[{"a": 1, "b": "x"}, {"b": "y", "a": 2.5, "c": null}]'),
        ("t.jsonl", '{"a": 1, "b": "x"}\n\n{"b": "y", "a": 2.5, "c": null}\n'),
        ("t.json", '{"a": 1, "b": "x"}\n{"b": "y", "a": 2.5, "c": null}'),
        ("t", '\n [{"a": 1, "b": "x"},\n {"b": "y", "a": 2.5, "c": null}]\n'),
    ],
)
def test_records_become_rows(write, name, text):
    frame = read(write(name, text))
    assert frame["a"].to_list() == [1.0, 2.5]
    assert frame["b"].to_list() == ["x", "y"]


def test_numbers_and_texts_in_one_column_are_text(write):
    assert read(write("t.json", '[{"a": 1}, {"a": "x"}]')).schema["a"] == pl.String


@pytest.mark.parametrize(
    ("name", "text", "got"),
    [
        ("t.json", "[1, 2]", "an array of records, got"),
        ("t.json", "3", "an array of records, got a text that starts with '3'"),
        ("t.json", '[{"a": 1},', "an array of records, got"),
        ("t.json", '{"a": [1, 2]', "one JSON object in each line, got none in line 1"),
        ("t.jsonl", '{"a": 1}\n{"a":\n', r"one JSON object in each line, got none in line 2 \(Expecting value"),
        ("t.jsonl", '{"a": 1}\n\n[1]\n', r"one JSON object in each line, got '\[1\]' in line 3"),
        ("t.jsonl", '{"a": true}\n{"a": 1}\n', "values of one type in each column"),
        ("t.json", "[" * 100_000, "JSON of at most 64 levels, got more"),
        ("t.jsonl", '{"a": ' + "[" * 100 + "]" * 100 + "}\n", "JSON of at most 64 levels, got more"),
        ("t.json", "[]", "at least one row of data"),
    ],
)
def test_what_holds_no_records_is_refused(write, name, text, got):
    with pytest.raises(DataError, match=got):
        read(write(name, text))
