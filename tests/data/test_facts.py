import polars as pl
import pytest

from philtre.data import facts as module
from philtre.data.facts import Facts, look, rare_share
from philtre.fields import Spelling


def facts_of(*values: object) -> Facts:
    return look(pl.DataFrame({"a": pl.Series(values, strict=False)}))["a"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ((1.5, 2.0), "number"),
        ((3, 7), "integer"),
        ((1, 0), "boolean"),
        ((True, False), "boolean"),
        (("$3", "$4"), "number"),
        (("yes", "no"), "boolean"),
        (("2024-01-31", "2024-02-29"), "timestamp"),
        (("red", "green"), "text"),
        (([1], [2]), "other"),
        ((None, None), "other"),
    ],
)
def test_what_values_look_like(values: tuple[object, ...], kind: str):
    assert facts_of(*values).kind == kind


def test_facts_are_about_what_the_values_state():
    """Not about how they are written: "n/a" is missing, and the lowest price is a number."""
    facts = facts_of(*["$1,200", "$3", "n/a", None] * 30)
    assert facts.spelling == Spelling(null_values=("n/a",), group=",", units=("$",))
    assert (facts.low, facts.high) == (3, 1200)
    assert (facts.rows, facts.missing, facts.present) == (120, 60, 60)
    assert facts.absence == "60 of 120 missing (50.0%)"
    assert "'$'" in facts.note


def test_how_often_values_occur():
    facts = facts_of(*["a"] * 60, *["b"] * 30, *[f"c{i}" for i in range(10)])
    assert (facts.distinct, facts.least, facts.frequent, facts.covered) == (12, 1, 2, 90)
    assert facts.absence == "none missing"


def test_names_that_differ_in_case_are_one_where_case_is_folded():
    assert facts_of("Male", "male", "Female").distinct == 2


def test_counts_and_ends_are_those_of_all_rows_where_only_a_sample_is_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "SAMPLE", 10)
    found = look(pl.DataFrame({"size": [f"{i} kg" for i in range(100)], "n": [i % 7 for i in range(100)]}))
    assert (found["size"].low, found["size"].high) == (0, 99)
    assert sum(found["size"].evidence.counts.values()) == 10
    assert (found["n"].distinct, found["n"].least) == (7, 14)


def test_a_share_is_rare_in_a_small_table_where_few_rows_hold_it():
    assert rare_share(1_000) == 0.01
    assert rare_share(100_000) < 0.01
    assert rare_share(100) == 0.05
    assert rare_share(100, 3, 0.002) == 0.03


def test_a_frame_without_columns_has_no_facts():
    assert look(pl.DataFrame({"a": [1, 2]}).drop("a")) == {}
