import pytest

from philtre.data import Column, boolean, derive, drop, impute, one_hot, scale
from philtre.errors import DataError


def test_a_column_is_equal_by_value_whatever_the_reason():
    age = Column("number", impute(), scale(), missing=True, reason="seen")
    assert age == Column("number", impute(), scale(), missing=True)
    assert hash(age) == hash(Column("number", impute(), scale(), missing=True))
    assert age != Column("number", impute(indicator=True), scale(), missing=True)
    assert age != Column("integer", impute(), scale(), missing=True)
    assert age != Column("number", impute(), scale())


def test_a_column_cannot_be_changed():
    with pytest.raises(AttributeError):
        Column("number", scale()).kind = "integer"  # type: ignore[misc]


@pytest.mark.parametrize(
    "column",
    [
        Column("number", impute("median", indicator=True), scale("standard"), missing=True),
        Column("category", one_hot(rare=0.05), missing=True, reason='it says "why"\nin two lines'),
        Column("boolean", boolean(indicator=True), missing=True),
        Column("text", drop(), reason="free text"),
        Column("derived", derive(lambda a, b: a * b), impute(), missing=True),
    ],
)
def test_the_code_makes_an_equal_column(column: Column):
    names = {step: globals()[step] for step in ("boolean", "derive", "drop", "impute", "one_hot", "scale")}
    again = eval(column.code, {"Column": Column, **names})
    assert again == column
    assert again.reason == column.reason


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Column("colour", scale()), "expects a kind of"),
        (lambda: Column("category", scale()), "since scale takes ['derived', 'integer', 'number', 'timestamp']"),
        (lambda: Column("text", one_hot()), "since one_hot takes ['category']"),
        (lambda: Column("number", scale(), missing=True), 'a step that fills missing values, got scale("standard")'),
        (lambda: Column("number", missing=True), "got no steps"),
        (lambda: Column("category", one_hot(), scale()), "and the steps before it give 'features', got scale"),
        (lambda: Column("category"), "a step that turns it into numbers, got no steps. Hint: add one_hot()"),
        (lambda: Column("derived", scale()), "derive(...) as first step of a derived column"),
        (lambda: Column("number", derive(lambda a: a)), "since derive takes ['derived']"),
        (lambda: impute("mode"), "'constant'], got 'mode'"),  # type: ignore[arg-type]
        (lambda: scale("log"), "'max_abs'], got 'log'"),  # type: ignore[arg-type]
        (lambda: one_hot(rare=1.0), "a share 0 <= rare < 1, got 1.0"),
    ],
)
def test_what_does_not_fit_together_is_refused(make, message: str):
    with pytest.raises(DataError) as caught:
        make()
    assert message in str(caught.value)
