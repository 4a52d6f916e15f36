import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
import pytest

from philtre.data import Prepared, Recipe


@pytest.fixture
def fitted(people: pl.DataFrame) -> Prepared:
    recipe = Recipe.infer(people, target="bought")
    return recipe.derive(bmi=lambda height, children: height / (children + 1)).fit(people)


def test_statistics_are_those_of_polars(fitted: Prepared, people: pl.DataFrame):
    steps = {column.name: column.steps for column in fitted.columns}
    impute, scale = steps["height"]
    filled = people["height"].cast(pl.Float32).cast(pl.Float64).fill_null(people["height"].cast(pl.Float32).median())
    assert impute.value == people["height"].cast(pl.Float32).median()
    assert scale.origin == pytest.approx(filled.mean(), rel=1e-12)
    assert scale.width == pytest.approx(filled.std(ddof=0), rel=1e-12)
    assert steps["city"][0].values == ("Lima", "Oslo", "Rome")


def test_a_derived_column_is_fitted_on_what_its_function_gives(fitted: Prepared, people: pl.DataFrame):
    _, impute, scale = next(column.steps for column in fitted.columns if column.name == "bmi")
    given = people.select(pl.col("height").cast(pl.Float32).cast(pl.Float64) / (pl.col("children") + 1)).to_series()
    filled = given.fill_null(given.median())
    assert impute.value == pytest.approx(given.median(), rel=1e-6)
    assert scale.origin == pytest.approx(filled.mean(), rel=1e-6)
    assert scale.width == pytest.approx(filled.std(ddof=0), rel=1e-6)


def test_every_scaled_feature_of_the_fitted_rows_is_standard(fitted: Prepared, people: pl.DataFrame):
    features = dict(zip(fitted.names, fitted(people).T, strict=True))
    for name in ("height", "children", "income", "bmi"):
        assert features[name].mean() == pytest.approx(0, abs=1e-5)
        assert features[name].std() == pytest.approx(1, rel=1e-5)


def test_missing_and_infinite_numbers_do_not_count():
    values = [1.0, 2.0, 3.0, 4.0] * 5
    bad = [*values, None, float("nan"), float("inf"), -float("inf")]
    plain, spoiled = (
        Recipe.infer(pl.DataFrame({"x": x, "y": [0, 1] * (len(x) // 2)}), target="y").fit(
            pl.DataFrame({"x": x, "y": [0, 1] * (len(x) // 2)})
        )
        for x in (values, bad)
    )
    assert plain.columns[0].steps[0].value == spoiled.columns[0].steps[0].value == 2.5
    assert spoiled.names == ("x", "x_missing")


def test_a_category_can_be_used_by_its_codes(people: pl.DataFrame):
    recipe = Recipe.infer(people, target="bought").derive(in_rome=lambda city: city == 2)
    prepared = recipe.fit(people)
    in_rome = prepared(people)[:, prepared.names.index("in_rome")]
    np.testing.assert_array_equal(in_rome > 0, people["city"] == "Rome")


def test_a_dropped_number_can_be_used(people: pl.DataFrame):
    frame = people.with_row_index("number", 1)
    recipe = Recipe.infer(frame, target="bought").derive(half=lambda number: number // 2)
    prepared = recipe.fit(frame)
    assert "number" in prepared.fields
    assert "half" in prepared.names
    assert "number" not in prepared.names


def test_bodies_keep_float32_in_both_modes(fitted: Prepared):
    column = next(column for column in fitted.columns if column.name == "height")
    for x64 in (False, True):
        with jax.enable_x64(x64):
            blocks = column.features({"height": jnp.zeros(3, jnp.float32)})
            assert [block.dtype for block in blocks] == [jnp.float32, jnp.float32]
            jaxpr = jax.make_jaxpr(lambda x: column.features({"height": x}))(jnp.zeros(3, jnp.float32))
            assert "f64" not in str(jaxpr)
