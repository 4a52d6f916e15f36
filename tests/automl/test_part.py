"""A part is prepared by its own rows alone, and answers in the terms of all."""

import numpy as np
import polars as pl

import philtre as ph
from philtre.automl.candidate import Fit
from philtre.automl.part import answer, evaluate, prepare


def test_the_judged_rows_teach_the_recipe_nothing(prices):
    recipe = ph.Recipe.infer(prices, target="price")
    rows = np.arange(prices.height)
    shifted = prices.with_columns(x=pl.when(pl.int_range(pl.len()) < 100).then(1e6).otherwise("x"))
    fold = (rows[100:], rows[:100])
    plain, spoiled = (prepare(recipe, frame, fold) for frame in (prices, shifted))
    np.testing.assert_array_equal(plain.x, spoiled.x)
    np.testing.assert_array_equal(plain.y, spoiled.y)


def test_a_class_that_a_fold_has_not_seen_is_the_least_likely():
    frame = pl.DataFrame({"x": [float(i % 7) for i in range(30)], "y": ["a", "b"] * 10 + ["c"] * 10})
    recipe = ph.Recipe.infer(frame, target="y")
    part = prepare(recipe, frame, (np.arange(20), np.arange(20, 30)))
    assert part.prepared.goal.values == ("a", "b")
    program = ph.Program(lambda x: x @ np.ones((1, 2), np.float32), inputs={"features": ph.Tensor((None, 1))})
    scores = answer(Fit(program, {}, ()), part.prepared, part.unseen, recipe.target.fit(frame))
    assert scores.shape == (10, 3)
    assert (scores[:, 2] < scores[:, :2].min(axis=1) - 10).all()


def test_blocks_make_no_difference():
    program = ph.Program(lambda x: 2 * x, inputs={"features": ph.Tensor((None, 1))})
    x = np.arange(2500, dtype=np.float32)[:, None]
    np.testing.assert_array_equal(evaluate(program, x), 2 * x)
