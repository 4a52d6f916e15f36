from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from philtre.data import Interval, Target
from philtre.errors import DataError
from philtre.fields import Category, Number


def frame(values: list) -> pl.DataFrame:
    return pl.DataFrame({"y": values})


@pytest.mark.parametrize(
    ("values", "classes", "codes"),
    [
        pytest.param([1, 0, 1], ("0", "1"), [1, 0, 1], id="whole numbers"),
        pytest.param([10, 9, 9], ("9", "10"), [1, 0, 0], id="in the order of numbers"),
        pytest.param([1.0, 0.0], ("0", "1"), [1, 0], id="whole numbers as floats"),
        pytest.param([True, False], ("false", "true"), [1, 0], id="truth values"),
        pytest.param(["b", "a"], ("a", "b"), [1, 0], id="texts"),
    ],
)
def test_class_labels_are_text(values: list, classes: tuple[str, ...], codes: list[int]):
    fitted = Target("y", "classification").fit(frame(values))
    assert fitted.values == classes
    labels = fitted.labels(frame(values))
    assert labels.tolist() == codes
    assert labels.dtype == np.int32


def test_scores_become_a_label_and_probabilities():
    program = Target("y", "classification").fit(frame(["no", "yes"])).program()
    assert program.signature.outputs["label"] == Category(("no", "yes"))
    answer = program.predict([{"scores": [0.0, 0.0]}, {"scores": [-1.0, 1.0]}])
    assert [row["label"] for row in answer] == ["no", "yes"]
    assert answer[0]["probabilities"] == {"no": 0.5, "yes": 0.5}
    assert answer[1]["probabilities"]["yes"] == pytest.approx(1 / (1 + np.exp(-2)), rel=1e-6)


def test_a_number_is_learned_standardised_and_answered_in_its_own_units():
    values = [10.0, 20.0, 60.0]
    fitted = Target("y", "regression").fit(frame(values))
    labels = fitted.labels(frame(values))
    np.testing.assert_allclose([labels.mean(), labels.std()], [0, 1], atol=1e-6)
    assert labels.dtype == np.float32
    assert fitted.program().signature.outputs["prediction"] == Number()
    answer = fitted.program()(labels[:, None])
    np.testing.assert_allclose(answer, values, rtol=1e-6)


def test_a_class_that_the_fit_has_not_seen():
    fitted = Target("y", "classification").fit(frame(["a", "b"]))
    with pytest.raises(DataError, match=r"one of the classes \['a', 'b'\], got 'c' in row 2"):
        fitted.labels(frame(["a", "b", "c"]))


@pytest.mark.parametrize(("task", "values"), [("classification", ["a", "b", None]), ("regression", [0.5, 1.5, np.nan])])
def test_a_row_without_a_target_has_no_label(task, values: list):
    fitted = Target("y", task).fit(frame(values))
    with pytest.raises(DataError, match="a value in every row, got none in row 2"):
        fitted.labels(frame(values))


def test_no_rows_no_labels():
    fitted = Target("y", "classification").fit(frame(["a", "b"]))
    assert fitted.labels(frame(["a"]).clear()).shape == (0,)


@pytest.mark.parametrize("values", [["a", "a"], [None, None]])
def test_a_target_that_does_not_vary(values: list):
    with pytest.raises(DataError, match="target 'y' expects values that differ"):
        Target("y", "classification").fit(frame(values))


def test_a_temperature_cools_the_probabilities_and_a_threshold_moves_the_label():
    fitted = Target("y", "classification").fit(frame(["no", "yes"]))
    scores = np.float32([[0, 2], [0, -1]])
    plain = fitted.program()(scores)
    cooled = replace(fitted, temperature=2.0, threshold=0.3).program()(scores)
    np.testing.assert_allclose(plain["probabilities"][:, 1], [0.8808, 0.2689], atol=1e-4)
    np.testing.assert_allclose(cooled["probabilities"][:, 1], [0.7311, 0.3775], atol=1e-4)
    assert plain["label"].tolist() == ["yes", "no"]
    assert cooled["label"].tolist() == ["yes", "yes"]


def test_an_interval_is_as_wide_as_the_part_that_the_prediction_is_in(target):
    fitted = replace(Target("y", "regression").fit(frame([0.5, 1.5])), interval=Interval(0.9, (1.0,), (0.25, 2.0)))
    answer = fitted.program().compile(target)(np.float32([[0.0], [1.0]]))
    np.testing.assert_allclose(answer["prediction"], [1.0, 1.5])
    np.testing.assert_allclose(answer["lower"], [0.75, -0.5])
    np.testing.assert_allclose(answer["upper"], [1.25, 3.5])


def test_an_answer_steps_aside_where_a_column_has_its_name():
    fitted = Target("y", "classification").fit(frame(["no", "yes"]))
    assert list(fitted.program(taken={"label", "label_"}).signature.outputs) == ["label__", "probabilities"]
