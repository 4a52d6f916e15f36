"""The training report: what it says of a comparison that ran, and of results that are unlike one another."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

import philtre as ph
from philtre.automl.report import write_report
from philtre.automl.result import Result
from philtre.errors import ArtifactError

QUICK = {"candidates": ["linear"], "folds": 2, "time_limit": 600}
HISTORY = [{"loss": 1 / (i + 1), "validation_loss": 1.1 / (i + 1)} for i in range(30)]


@pytest.fixture(scope="module")
def classified(two_classes):
    return ph.fit_table(two_classes, target="y", **QUICK)


@pytest.fixture(scope="module")
def predicted(prices):
    return ph.fit_table(prices, target="price", interval=0.9, **QUICK)


@pytest.fixture
def report(tmp_path, read_page):
    """Write a report and read it."""

    def written(fitted):
        return read_page(write_report(fitted, tmp_path / "report.html").read_text("utf-8"))

    return written


def test_a_classification_is_told_in_full(classified, report):
    text = report(classified).text
    for title in ("Summary", "Candidates", "Errors", "Calibration", "Importance", "Worst rows", "Recipe", "Provenance"):
        assert text.count(title) >= 2
    assert f"accuracy {classified.score.mean:.3f} on rows it had not seen" in text
    assert f"against {classified.score.baseline:.3f} for the most frequent class alone" in text
    assert "Confusion matrix" in text
    assert "It rests most on x" in text


def test_a_regression_is_told_in_full(predicted, report):
    text = report(predicted).text
    assert "r2 0.9" in text
    assert "Residuals" in text
    assert "Confusion" not in text
    assert "should hold 90 % of the true values" in text


def test_the_chosen_candidate_stands_out_and_a_failed_one_says_why(classified, report):
    failed = Result("network", error="no <memory> left")
    page = report(replace(classified, candidates=(*classified.candidates, failed)))
    assert "no <memory> left" in page.text
    assert page.text.count("chosen") == 1


def test_learning_curves_are_drawn_for_those_who_have_them(classified, report):
    learned = replace(classified.candidates[0], history=HISTORY)
    assert "Learning curves" not in report(classified).text
    page = report(replace(classified, candidates=(learned,)))
    assert "Learning curves" in page.text
    assert any("30 epochs" in (value or "") for _, value in page.attributes)


def test_what_was_cut_is_a_warning(classified, report):
    page = report(replace(classified, notes=("network: 1 of 5 folds, for lack of time",)))
    assert ("class", "warning") in page.attributes
    assert "1 of 5 folds" in page.text


def test_without_a_comparison_it_says_so(two_classes, report):
    text = report(ph.fit_table(two_classes, target="y", folds=0, candidates=["linear"])).text
    assert "It was not compared with anything" in text
    assert "Worst rows" not in text


def test_a_threshold_is_explained(classified, report):
    figures = {**classified.figures, "threshold_gain": 0.031}
    text = report(replace(classified, threshold=0.4321, figures=figures)).text
    assert "yes from the probability 0.4321 on; betters the score by 0.031" in text


def test_the_worst_rows_come_first_with_their_values(classified, two_classes, report):
    found = classified.out_of_fold
    true = found.probabilities[np.arange(300), [found.classes.index(name) for name in found.truth]]
    worst = int(found.rows[np.argmin(true)])
    lines = report(classified).text.split("Worst rows")[-1]
    assert f"{worst}{two_classes['y'][worst]}" in lines
    assert ph.plot.number(two_classes["x"][worst]) in lines


def test_names_and_labels_are_only_text(report):
    name = "<script>alert(1)</script>"
    labels = np.where(np.arange(60) % 2, "<b>no", "yes\n\"&'")
    frame = pl.DataFrame({name: np.arange(60) % 7 * 1.0, "x" * 3000: np.arange(60) % 2 * 1.0, "<i>": labels})
    page = report(ph.fit_table(frame, target="<i>", **QUICK))
    assert name in page.text
    assert "i" not in page.tags
    assert page.tags.count("b") == 2


def test_many_classes_fit_on_a_page(report):
    random = np.random.default_rng(0)
    y = np.repeat(np.arange(30), 20)
    frame = pl.DataFrame(
        {"x": y + random.normal(0, 0.3, 600), "z": random.normal(size=600), "y": [f"class {i}" for i in y]}
    )
    text = report(ph.fit_table(frame, target="y", **QUICK)).text
    assert "21 others" in text
    assert "ROC" not in text


def test_a_folder_that_is_not_there_is_an_error(classified, tmp_path):
    with pytest.raises(ArtifactError):
        write_report(classified, tmp_path / "absent" / "report.html")
