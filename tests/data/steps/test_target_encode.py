import numpy as np
import polars as pl
import pytest

from philtre.data import Column, Recipe, Target, target_encode
from philtre.data.totals import folds_of
from philtre.errors import DataError

N = 1000


def table(task: str, seed: int = 0) -> pl.DataFrame:
    """A category of 300 values whose share of the target differs, and is missing now and then."""
    random = np.random.default_rng(seed)
    place = random.integers(0, 300, N)
    effect = random.normal(size=300)[place]
    y = (effect > 0).astype(int) if task == "classification" else effect + 10
    return pl.DataFrame({"place": [None if i % 50 == 0 else f"p{p}" for i, p in enumerate(place)], "y": y})


def recipe(task: str, **options) -> Recipe:
    return Recipe({"place": Column("category", target_encode(**options), missing=True)}, Target("y", task))


@pytest.mark.parametrize("task", ["classification", "regression"])
def test_a_value_is_the_shrunken_mean_of_the_standardised_target(task):
    rows = table(task)
    prepared = recipe(task, smooth=5).fit(rows)
    y = rows["y"].to_numpy()
    z = (y - y.mean()) / y.std()
    for value in (rows["place"][1], None):
        own = (
            rows["place"].is_null().to_numpy()
            if value is None
            else (rows["place"] == value).fill_null(False).to_numpy()
        )
        asked = pl.DataFrame({"place": [value]}, schema={"place": pl.String})
        assert prepared(asked) == pytest.approx(z[own].sum() / (own.sum() + 5), abs=1e-5)
    assert prepared.names == ("place_target",)
    assert prepared(pl.DataFrame({"place": ["elsewhere"]})) == 0


def test_rows_of_the_fit_do_not_see_their_own_fold():
    rows = table("classification")
    prepared = recipe("classification", smooth=0).fit(rows)
    features, fold = prepared.training(rows)[:, 0], folds_of(N)
    y = rows["y"].to_numpy()
    z = (y - y.mean()) / y.std()
    row = 7
    others = (rows["place"] == rows["place"][row]).fill_null(False).to_numpy() & (fold != fold[row])
    assert others.any()
    assert features[row] == pytest.approx(z[others].mean(), abs=1e-5)


def test_pure_noise_teaches_nothing():
    random = np.random.default_rng(1)
    rows = pl.DataFrame({"place": [f"p{i}" for i in random.integers(0, 400, N)], "y": random.integers(0, 2, N)})
    prepared = recipe("classification").fit(rows)
    seen, honest = (np.corrcoef(x[:, 0], rows["y"])[0, 1] for x in (prepared(rows), prepared.training(rows)))
    assert seen > 0.5
    assert abs(honest) < 0.1


def test_three_classes_give_three_features():
    rows = pl.DataFrame({"place": ["a", "b", "c"] * 20, "y": ["u", "v", "w"] * 20})
    prepared = recipe("classification").fit(rows)
    assert prepared.names == ("place_target=u", "place_target=v", "place_target=w")
    assert np.argmax(prepared(rows[:3]), axis=1).tolist() == [0, 1, 2]


def test_folds_are_even():
    assert np.bincount(folds_of(100_000)).min() > 19_000


def test_smooth_is_not_negative():
    with pytest.raises(DataError, match="smooth >= 0, got -1"):
        target_encode(smooth=-1)


def test_a_model_learns_nothing_from_a_name_that_is_there_once():
    """Each row's own value is unknown to the other folds: its feature says nothing, where the target itself would."""
    rows = pl.DataFrame({"place": [f"p{i}" for i in range(N)], "y": np.random.default_rng(2).integers(0, 2, N)})
    prepared = recipe("classification", smooth=1).fit(rows)
    assert not prepared.training(rows).any()
    assert np.corrcoef(prepared(rows)[:, 0], rows["y"])[0, 1] > 0.99
