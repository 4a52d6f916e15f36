"""Records of JSON in chunks."""

import pytest

from philtre import tables
from philtre.errors import DataError


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
def test_bad_records_are_refused(tmp_path, name, content, got, numbers):
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=got):
        list(tables.read(tmp_path / name, numbers))
