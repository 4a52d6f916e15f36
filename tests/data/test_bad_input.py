"""Tables as they come: what is odd is handled with a reason, or refused in one clear message."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pandas as pd
import polars as pl
import pytest

from philtre.data import Prepared, Recipe, scan
from philtre.data.frames import to_columns
from philtre.errors import DataError, SignatureError

N = 120
X = [i * 0.37 % 5 for i in range(N)]
Y = ["up" if x > 2 else "down" for x in X]
UNSIGNED = pl.Series("odd", [(2**64 - 1) // (i % 37 + 1) for i in range(N)], dtype=pl.UInt64)
BASE = pl.DataFrame({"x": X, "y": Y})


def table(odd: Sequence[object] | pl.Series) -> pl.DataFrame:
    """A table with an odd column beside an ordinary one."""
    return BASE.with_columns(odd if isinstance(odd, pl.Series) else pl.Series("odd", odd, strict=False))


def prepare(frame: pl.DataFrame) -> Prepared:
    """Infer and fit; the features are finite, and the file for production gives the same."""
    prepared = Recipe.infer(frame, "y").fit(frame)
    features = prepared(frame)
    assert np.isfinite(features).all()
    onnx = prepared.program.compile("onnx")
    answer = onnx.run(onnx.signature.encode_columns(to_columns(frame, onnx.signature)))["features"]
    np.testing.assert_allclose(answer, features, rtol=1e-5, atol=1e-5)
    return prepared


def cycle(*values: object) -> list[object]:
    return [values[i % len(values)] for i in range(N)]


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        pytest.param([None] * N, "missing", id="all null"),
        pytest.param([float("nan")] * N, "missing", id="no number at all"),
        pytest.param([7] * N, "same value", id="constant"),
        pytest.param(["Oslo"] * N, "same value", id="constant text"),
        pytest.param([f"key {i * 7919 % 104729}" for i in range(N)], "identifier", id="unique texts"),
        pytest.param(list(range(N)), "identifier", id="unique numbers"),
        pytest.param([[1, i] for i in range(N)], "List", id="lists"),
        pytest.param([{"a": i} for i in range(N)], "Struct", id="structs"),
        pytest.param([b"\xff", b"\x00"] * (N // 2), "Binary", id="bytes"),
        pytest.param([timedelta(seconds=i) for i in range(N)], "Duration", id="durations"),
        pytest.param(pl.Series("odd", cycle(1, "a", None), dtype=pl.Object), "Object", id="objects"),
    ],
)
def test_a_column_that_says_nothing_is_dropped_with_a_reason(odd: Sequence[object] | pl.Series, words: str):
    prepared = prepare(table(odd))
    assert prepared.names == ("x",)
    assert words in prepared.recipe.columns["odd"].reason


@pytest.mark.parametrize(
    ("odd", "kind"),
    [
        pytest.param(cycle("1", "a", "2.5", "x y"), "category", id="numbers and words"),
        pytest.param(cycle(0.5, 1e300, 2.5, 3.5, 0.1), "number", id="numbers beyond float32"),
        pytest.param(cycle(0.5, float("inf"), -float("inf"), float("nan"), 3.5), "number", id="infinities"),
        pytest.param(cycle(*(1e-300 * i for i in range(7)), 1.5), "number", id="numbers below float32"),
        pytest.param([2**62 // (i % 37 + 1) for i in range(N)], "integer", id="integers beyond 2**53"),
        pytest.param([None, *(2**62 // (i % 37 + 1) for i in range(N - 1))], "number", id="some of them missing"),
        pytest.param(
            pl.Series("odd", [(2**64 - 1) // (i % 37 + 1) for i in range(N)], dtype=pl.UInt64), "number", id="unsigned"
        ),
        pytest.param(pl.Series("odd", cycle(*range(17))).cast(pl.Decimal(10, 2)), "number", id="decimals"),
        pytest.param(cycle(date(9999, 12, 31), *(date(2024, 1, i) for i in range(1, 20))), "timestamp", id="9999"),
        pytest.param([datetime(1815 + i, 6, 18) for i in range(N)], "timestamp", id="before 1970"),
        pytest.param([date(1, 1, 1) + timedelta(days=i) for i in range(N)], "timestamp", id="the year 1"),
        pytest.param([f"{i % 28 + 1:02}.06.{1815 + i}" for i in range(N)], "timestamp", id="before 1970, as text"),
        pytest.param(cycle("a\0b", "a", "a\0"), "category", id="texts with zeros"),
        pytest.param(cycle('"', "'", "🎉", "\n", "\\"), "category", id="quotes, emoji, newlines"),
    ],
)
def test_a_column_of_odd_values_is_used(odd: Sequence[object] | pl.Series, kind: str):
    frame = table(odd)
    assert Recipe.infer(frame, "y").columns["odd"].kind == kind
    assert any(name.startswith("odd") for name in prepare(frame).names)


def test_a_number_beyond_float32_is_as_good_as_missing():
    frame = table(cycle(0.5, 1e300, 2.5, None, 0.1))
    prepared = prepare(frame)
    assert prepared.names == ("x", "odd", "odd_missing")
    features = prepared(frame)
    np.testing.assert_array_equal(features[1], prepared(frame[3].with_columns(x=frame["x"][1]))[0])


def test_a_hundred_thousand_different_texts():
    n = 200_000
    frame = pl.DataFrame({"x": [i * 0.37 % 5 for i in range(n)], "odd": [f"v{i % 100_000}" for i in range(n)]})
    frame = frame.with_columns(y=pl.col("x") > 2)
    prepared = Recipe.infer(frame, "y").fit(frame)
    assert len(prepared.names) < 100
    assert np.isfinite(prepared(frame[:1000])).all()


def test_pandas_columns_of_mixed_types_are_texts():
    frame = BASE.to_pandas().assign(odd=cycle(1, "a", 2.5, True, None, 2.0))
    prepared = Recipe.infer(frame, "y").fit(frame)
    assert prepared.fields["odd"].values == ("1", "2", "2.5", "a", "true")
    by_rows = prepared.program.predict(frame.to_dict("records"))
    assert [row["features"]["odd=2"] for row in by_rows] == prepared(frame)[:, prepared.names.index("odd=2")].tolist()


def test_pandas_columns_that_are_named_by_numbers():
    frame = pd.DataFrame({0: X, 1: cycle("a", "b"), "y": Y})
    assert Recipe.infer(frame, "y").fit(frame).names == ("0", "1=a", "1=b")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        pytest.param(["x", ""], "expects a name for every column, got no name for column 2", id="no name"),
        pytest.param(["*", "x"], "expects column names that are no patterns, got '*'", id="a wildcard"),
        pytest.param(["^x$", "x"], "expects column names that are no patterns, got '^x$'", id="a pattern"),
    ],
)
def test_names_that_name_no_column_are_refused(names: list[str], said: str):
    frame = pl.DataFrame(dict.fromkeys(names, X) | {"y": Y})
    for given in (frame, frame.to_pandas()):
        with pytest.raises(DataError) as caught:
            Recipe.infer(given, "y")
        assert said in str(caught.value)


def test_names_that_occur_twice_are_refused():
    frame = pd.DataFrame(np.zeros((N, 2)), columns=["a", "a"])
    with pytest.raises(DataError, match="column names that differ, got 'a' 2 times"):
        Recipe.infer(frame, "a")


@pytest.mark.parametrize(
    ("y", "said"),
    [
        pytest.param([f"thought no. {i} of me" for i in range(N)], "120 different texts in 120 rows", id="free text"),
        pytest.param([f"class {i % 5000}" for i in range(20_000)], "at most 1,000 classes, got 5,000", id="many"),
        pytest.param([f"c{i % 5000}" for i in range(20_000)], "at most 1,000 classes, got 5,000", id="many short ones"),
        pytest.param([date(2024, 1, i % 28 + 1) for i in range(N)], "got values of type Date", id="dates"),
        pytest.param([[i] for i in range(N)], "got values of type List", id="lists"),
        pytest.param([f"{i:03}" for i in range(N)], "120 different texts in 120 rows", id="codes"),
        pytest.param([x * 1e300 for x in X], "numbers up to 3.4e+38, got", id="beyond float32"),
        pytest.param([x + 1e12 for x in X], "numbers that float32 tells apart, got numbers up to 1e+12", id="far away"),
        pytest.param([x * 1e-40 for x in X], "Hint: multiply them by a constant", id="tiny"),
    ],
)
def test_a_target_that_cannot_be_learned(y: list[object], said: str):
    frame = pl.DataFrame({"x": [i * 0.37 % 5 for i in range(len(y))], "y": y})
    with pytest.raises(DataError) as caught:
        Recipe.infer(frame, "y").fit(frame)
    assert str(caught.value).startswith("target 'y' expects")
    assert said in str(caught.value)


def test_a_label_that_the_fit_has_not_seen():
    prepared = prepare(BASE)
    with pytest.raises(DataError, match=r"target 'y' expects one of the classes \['down', 'up'\], got 'left' in row 1"):
        prepared.labels(pl.DataFrame({"y": ["up", "left"]}))


@pytest.fixture(scope="module")
def every_kind() -> tuple[pl.DataFrame, Recipe, Prepared]:
    """A table with a column of every kind, and what was fitted on it."""
    frame = BASE.with_columns(
        size=pl.Series(X) * 2,
        integer=pl.Series([i * 7 % 31 for i in range(N)]),
        boolean=pl.Series(cycle(True, False)),
        bit=pl.Series(cycle(0, 1)),
        category=pl.Series(cycle("a", "b", "c")),
        moment=pl.Series([datetime(2024, 1, 1) + timedelta(hours=i) for i in range(N)]),
        price=pl.Series([f"${i * 7 % 31}" for i in range(N)]),
    )
    recipe = Recipe.infer(frame, "y")
    return frame, recipe, recipe.fit(frame)


OTHERS: dict[str, pl.Expr] = {
    "text": pl.lit("old"),
    "truth": pl.lit(True),
    "moment": pl.lit(datetime(2024, 1, 1)),
    "time": pl.time(12, 30),
    "duration": pl.duration(days=1),
    "bytes": pl.lit(b"x"),
    "lists": pl.concat_list(pl.lit(1)),
    "structs": pl.struct(pl.lit(1).alias("a")),
    "fractions": pl.lit(7.25),
    "huge": pl.lit(1e300),
}
FITTING = {("boolean", "truth"), ("bit", "truth"), ("category", "truth"), ("category", "text"), ("moment", "moment")}
FITTING |= {(name, other) for name in ("size", "price", "category") for other in ("fractions", "huge")}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("name", ["size", "integer", "boolean", "bit", "category", "moment", "price"])
def test_a_column_whose_kind_has_changed(every_kind: tuple[pl.DataFrame, Recipe, Prepared], name: str, other: str):
    """It fits, or it is refused by name: nothing else happens."""
    frame, recipe, prepared = every_kind
    changed = frame.with_columns(OTHERS[other].alias(name))
    if (name, other) in FITTING:
        assert np.isfinite(prepared(changed)).all()
        assert recipe.fit(changed)
        return
    with pytest.raises(SignatureError) as caught:
        prepared(changed)
    assert f"field '{name}' expects" in str(caught.value)
    assert "in row 0" in str(caught.value)


@pytest.mark.parametrize("other", ["truth", "time", "duration", "bytes", "lists", "structs"])
@pytest.mark.parametrize("name", ["size", "integer", "moment", "price"])
def test_a_recipe_is_not_fitted_on_another_kind(
    every_kind: tuple[pl.DataFrame, Recipe, Prepared], name: str, other: str
):
    frame, recipe, _ = every_kind
    with pytest.raises(DataError, match=f"column '{name}' expects values of kind .* Hint: cast the column, or infer"):
        recipe.fit(frame.with_columns(OTHERS[other].alias(name)))


def _late(x: jnp.ndarray) -> jnp.ndarray:
    return x if x.shape[0] == 1 else x[:-1]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        pytest.param(lambda x: x / 0 if False else 1 / 0, "got ZeroDivisionError", id="fails"),
        pytest.param(lambda x: x.years, "AttributeError", id="asks for what is not there"),
        pytest.param(lambda x: x if x > 0 else -x, "ValueError", id="asks an array for one truth"),
        pytest.param(lambda x: x[:3], "one number per row, [n], got float32[3]", id="the wrong length"),
        pytest.param(_late, "one number per row, [n], got float32[", id="the wrong length, if many"),
        pytest.param(lambda x: 3.0, "one number per row", id="one number for all"),
        pytest.param(lambda x: "x", "one number per row", id="no number"),
        pytest.param(lambda x: None, "one number per row", id="nothing"),
        pytest.param(lambda x: x - x.mean(), "answers that depend on their own row only", id="looks at other rows"),
    ],
)
def test_a_derive_function_that_goes_wrong(function: Callable[..., object], said: str):
    recipe = Recipe.infer(BASE, "y").derive(odd=function)
    with pytest.raises(DataError) as caught:
        recipe.fit(BASE)
    assert str(caught.value).startswith("derive 'odd' expects")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "function", [lambda x: x * jnp.nan, lambda x: 1 / (x * 0), lambda x: x * 1e300], ids=["nan", "infinite", "huge"]
)
def test_what_a_derive_function_cannot_say_is_missing(function: Callable[..., object]):
    prepared = Recipe.infer(BASE, "y").derive(odd=function).fit(BASE)
    assert np.isfinite(prepared(BASE)).all()


def test_a_file_that_grows_between_the_passes_of_a_fit(tmp_path: Path):
    path = tmp_path / "rows.csv"
    BASE.write_csv(path)
    rows = scan(path)
    recipe = Recipe.infer(rows, "y")
    with path.open("a") as file:
        file.write("not a number,sideways\n" * 3)
    prepared = recipe.fit(rows)
    np.testing.assert_allclose(prepared(rows), recipe.fit(BASE)(BASE), rtol=1e-5, atol=1e-6)
