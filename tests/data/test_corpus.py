"""Inference judged on tables as people, exports and spreadsheets leave them (see corpus/README.md)."""

import json
import re
from pathlib import Path

from philtre.data import Column, Recipe, read

CORPUS = Path(__file__).parent / "corpus"
EXPECTED = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
KINDS = {"number", "boolean", "category", "timestamp", "text", "identifier", "constant"}
BAR = 0.95


def accepted(kinds: str | list[str]) -> set[str]:
    """The kinds that count as right: where experts differ, there is more than one."""
    return {kinds} if isinstance(kinds, str) else set(kinds)


def kind_of(column: Column) -> str:
    """What inference makes of a column, in the corpus' words."""
    if column.dropped and "identifier" in column.reason:
        return "identifier"
    if column.dropped and re.search(r"every value is missing|the same value\b", column.reason):
        return "constant"
    return "number" if column.kind == "integer" else column.kind


def columns_of(file: str, target: str) -> dict[str, Column]:
    frame = read(CORPUS / file).rename(str.strip)
    return dict(Recipe.infer(frame, target=target).columns)


def misses_of(file: str, target: str, expected: dict[str, str | list[str]]) -> list[str]:
    try:
        columns = columns_of(file, target)
    except Exception as error:  # whatever goes wrong with one file, the others are judged too
        return [f"{file}  {name}: expected {kinds}, got {error!r}" for name, kinds in expected.items()]
    misses = []
    for name, kinds in expected.items():
        if name not in columns:
            misses.append(f"{file}  {name}: expected {kinds}, got no such column; there are {', '.join(columns)}")
        elif kind_of(columns[name]) not in accepted(kinds):
            misses.append(f"{file}  {name}: expected {kinds}, got {kind_of(columns[name])} ({columns[name].reason})")
    return misses


def test_the_corpus_is_what_it_says():
    assert set(EXPECTED) == {path.name for path in CORPUS.glob("*.csv")}
    assert len(EXPECTED) == 30
    kinds = [kinds for table in EXPECTED.values() for kinds in table["columns"].values()]
    assert all(accepted(kind) <= KINDS for kind in kinds)
    assert sum(isinstance(kind, list) for kind in kinds) < 0.12 * len(kinds)
    assert all(table["target"] in table["columns"] for table in EXPECTED.values())


def test_inference_finds_the_kind_of_nearly_every_column():
    count, misses = 0, []
    for file, table in EXPECTED.items():
        expected = {name: kinds for name, kinds in table["columns"].items() if name != table["target"]}
        count += len(expected)
        misses += misses_of(file, table["target"], expected)
    right = (count - len(misses)) / count
    print(f"{right:.1%} of {count} columns right, {len(misses)} misses:", *misses, sep="\n")
    assert right >= BAR
