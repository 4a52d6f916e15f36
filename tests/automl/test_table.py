"""From a table to a fitted program: what is chosen, what the file says, and what cannot be learned."""

import json

import numpy as np
import onnxruntime
import polars as pl
import pytest

import philtre as ph
from philtre.automl import CANDIDATES
from philtre.data import read
from philtre.errors import DataError, TrainingError

QUICK = {"candidates": ["linear"], "folds": 2, "time_limit": 600}


@pytest.fixture(scope="module")
def titanic(titanic_csv):
    return read(titanic_csv)


@pytest.fixture(scope="module")
def fitted(titanic):
    return ph.fit_table(titanic, target="Survived", folds=3, time_limit=600)


def test_titanic_is_learned(fitted):
    assert fitted.score.mean >= 0.80


def test_every_candidate_has_a_score_a_size_and_a_latency(fitted):
    assert [result.name for result in fitted.candidates] == list(CANDIDATES)
    for result in fitted.candidates:
        assert len(result.score.folds) == 3
        assert result.score.baseline == pytest.approx(0.616, abs=0.001)
        assert result.score.mean > 0.75
        assert result.bytes > 1000
        assert result.latency_ms > 0
        assert not result.error
    assert fitted.score.mean == max(result.score.mean for result in fitted.candidates)
    assert "highest mean accuracy" in fitted.reason


def test_answers_on_unseen_rows_are_kept_one_for_each_row(titanic, fitted):
    found = fitted.out_of_fold
    assert sorted(found.rows) == list(range(titanic.height))
    assert set(found.folds) == {0, 1, 2}
    assert found.truth.tolist() == titanic["Survived"][found.rows].cast(pl.String).to_list()
    assert np.mean(found.truth == found.answers) == pytest.approx(fitted.score.mean, abs=0.01)
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
    assert fitted.importance[0].column == "Sex"


def test_the_file_answers_as_the_program_does(titanic, fitted, titanic_csv, tmp_path):
    path = fitted.save(tmp_path / "titanic.onnx", source=titanic_csv)
    ours = fitted.program.predict(titanic)
    loaded = ph.load(path)
    theirs = loaded.predict(titanic)
    assert ours["label"].to_list() == theirs["label"].to_list()
    wire = fitted.program.signature.encode(titanic.to_dicts())
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    named = {field.wire_name(name): wire[name] for name, field in fitted.program.signature.inputs.items()}
    bare = dict(zip([output.name for output in session.get_outputs()], session.run(None, named), strict=True))
    assert bare["label"].tolist() == ours["label"].to_list()
    expected = fitted.program(**wire)["probabilities"]
    np.testing.assert_allclose(bare["probabilities"], expected, rtol=0, atol=1e-5)
    metadata = loaded.metadata
    assert metadata.metrics["folds"] == 3
    assert metadata.metrics["accuracy"] == fitted.score.mean
    assert metadata.metrics["temperature"] == fitted.temperature
    assert metadata.metrics["importance"][0]["column"] == "Sex"
    assert set(metadata.profiles["inputs"]) == set(loaded.signature.inputs)
    assert set(metadata.profiles["outputs"]) == {"label", "probabilities"}
    assert metadata.provenance["rows"] == 891
    names: dict[str, object] = {}
    exec(metadata.recipe, names)
    assert names["recipe"] == fitted.recipe


def test_the_same_seed_gives_the_same_bytes(two_classes, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    files = [
        ph.fit_table(two_classes, target="y", **QUICK).save(tmp_path / str(i) / "m.onnx")
        for i in (0, 1)
        if not (tmp_path / str(i)).mkdir()
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_what_happens_is_told(two_classes):
    told = []
    ph.fit_table(two_classes, target="y", report=lambda kind, text: told.append((kind, text)), **QUICK)
    kinds = [kind for kind, _ in told]
    assert kinds[0] == "recipe"
    assert kinds.count("score") == 1
    assert ("progress", "linear, fold 2 of 2") in told


def test_regression_answers_in_the_targets_scale_with_an_interval(prices):
    fitted = ph.fit_table(prices, target="price", interval=0.9, **QUICK)
    assert fitted.score.metric == "r2"
    assert fitted.score.mean > 0.9
    answer = fitted.program.predict({"x": 1.0})
    assert answer["prediction"] == pytest.approx(1050, abs=5)
    assert answer["upper"] - answer["prediction"] == pytest.approx(1.645 * 10, abs=3)
    assert answer["prediction"] - answer["lower"] == pytest.approx(1.645 * 10, abs=3)
    assert fitted.interval.level == 0.9


def test_several_classes_have_names():
    random = np.random.default_rng(0)
    x = random.normal(size=300)
    kinds = np.where(x < -0.4, "low", np.where(x < 0.4, "middle", "high"))
    fitted = ph.fit_table(
        pl.DataFrame({"x": x, "kind": kinds}), target="kind", candidates=["network"], folds=2, time_limit=600
    )
    assert fitted.score.mean > 0.85
    answer = fitted.program.predict({"x": 2.0})
    assert answer["label"] == "high"
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("metric", ["f1", "balanced_accuracy"])
def test_a_rare_class_gets_a_threshold_of_its_own(metric):
    random = np.random.default_rng(0)
    x = random.normal(size=3000)
    rare = random.random(3000) < 1 / (1 + np.exp(3 - 1.5 * x))
    fitted = ph.fit_table(pl.DataFrame({"x": x, "rare": rare}), target="rare", metric=metric, **QUICK)
    assert fitted.threshold < 0.4
    assert fitted.figures["threshold_gain"] > 0.02
    answers = fitted.program.predict(pl.DataFrame({"x": np.linspace(-3, 3, 50)}))
    labels = np.array(answers["label"]) == "true"
    np.testing.assert_array_equal(labels, np.array(answers["probability_true"]) >= np.float32(fitted.threshold))


def test_class_weights_find_more_of_the_rare_class():
    random = np.random.default_rng(0)
    x = random.normal(size=1000)
    frame = pl.DataFrame({"x": x, "y": random.random(1000) < 1 / (1 + np.exp(3 - x))})
    plain, balanced = (
        ph.fit_table(frame, target="y", class_weight=weight, **QUICK).scores["balanced_accuracy"].mean
        for weight in (None, "balanced")
    )
    assert balanced > plain + 0.1


def test_a_rare_class_makes_accuracy_a_poor_judge(two_classes):
    rare = two_classes.with_columns(y=pl.when(pl.int_range(pl.len()) < 20).then(1).otherwise(0))
    assert "93% of the rows" in ph.fit_table(rare, target="y", **QUICK).notes[0]
    assert not ph.fit_table(rare, target="y", metric="f1", **QUICK).notes


class Broken:
    name = "broken"

    def fit(self, training, hints=None):
        raise TrainingError("broken", expected="luck", got="none")


def test_a_candidate_that_fails_is_reported_and_the_others_go_on(two_classes, monkeypatch):
    monkeypatch.setitem(CANDIDATES, "broken", Broken())
    fitted = ph.fit_table(two_classes, target="y", **{**QUICK, "candidates": ["linear", "broken"]})
    failed = fitted.candidates[-1]
    assert (failed.name, failed.score, failed.error) == ("broken", None, "broken expects luck, got none")
    assert fitted.chosen == "linear"
    assert any("broken failed" in note for note in fitted.notes)
    assert fitted.metrics["candidates"]["broken"] is None
    with pytest.raises(TrainingError, match="expects luck"):
        ph.fit_table(two_classes, target="y", candidates=["broken"])


def test_without_time_there_is_a_model_and_a_note(two_classes):
    fitted = ph.fit_table(two_classes, target="y", time_limit=0.001)
    assert fitted.chosen == "linear"
    assert fitted.program.predict({"x": 3.0, "noise": 0.0})["label"] == "yes"
    assert any("for lack of time" in note for note in fitted.notes)
    assert fitted.candidates[-1].error == "there was no time for it"


def test_columns_that_are_named_as_answers_stay_and_the_answers_step_aside(two_classes, prices, tmp_path):
    odd = {"x": "label", "noise": "probabilities"}
    fitted = ph.fit_table(two_classes.rename(odd), target="y", **QUICK)
    model = ph.load(fitted.save(tmp_path / "m.onnx"))
    answer = model.predict({"label": 3.0, "probabilities": 0.0})
    assert answer["label_"] == "yes"
    assert set(answer) == {"label_", "probabilities_"}
    frame = pl.DataFrame({"label": [3.0], "probabilities": [0.0]})
    assert model.predict(frame).columns == ["label_", "probability_no", "probability_yes"]
    fitted = ph.fit_table(prices.rename({"x": "lower"}), target="price", interval=0.9, **QUICK)
    assert set(fitted.program.predict({"lower": 0.0})) == {"prediction", "lower_", "upper"}


@pytest.mark.parametrize("name", ["features", "scores", "output", 'with "quotes"', "neue\nZeile", "emoji 🎈", "a.b"])
def test_a_column_may_be_called_anything_else(prices, name, tmp_path):
    path = ph.fit_table(prices.rename({"x": name}), target="price", **QUICK).save(tmp_path / "m.onnx")
    assert ph.load(path).predict({name: 0.0})["prediction"] == pytest.approx(1000, abs=5)


def test_a_class_with_fewer_rows_than_folds(two_classes):
    few = two_classes.with_columns(y=pl.when(pl.int_range(pl.len()) < 2).then(pl.lit("seldom")).otherwise("y"))
    fitted = ph.fit_table(few, target="y", candidates=["linear"], time_limit=600)
    assert len(fitted.score.folds) == 5
    assert set(fitted.program.predict({"x": 0.0, "noise": 0.0})["probabilities"]) == {"no", "seldom", "yes"}


def test_a_class_that_some_folds_never_see(two_classes):
    frame = two_classes.with_columns(
        y=pl.when(pl.int_range(pl.len()) > 270).then(pl.lit("new")).otherwise("y"), day=pl.int_range(pl.len())
    )
    fitted = ph.fit_table(frame, target="y", time="day", candidates=["linear"], time_limit=600)
    assert fitted.out_of_fold.classes == ("new", "no", "yes")
    assert 0.5 < fitted.score.mean < 1


def test_the_metadata_are_json(two_classes, tmp_path):
    fitted = ph.fit_table(two_classes, target="y", **QUICK)
    assert json.loads(json.dumps(fitted.metrics)) == fitted.metrics


@pytest.mark.parametrize(
    ("column", "got"),
    [("survived", "is 'Survived' meant"), ("none", "no column"), ("constant", "in every row"), ("null", "none in")],
)
def test_a_target_that_cannot_be_learned_is_refused(titanic, column, got):
    frame = titanic.with_columns(constant=pl.lit(1), null=pl.lit(None, pl.Int64))
    with pytest.raises(DataError, match=got):
        ph.fit_table(frame, target=column)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"metric": "rmse"}, "expects a regression"),
        ({"metric": "AUC"}, "is 'auc' meant"),
        ({"interval": 0.9}, "a regression that is cross-validated, got a classification"),
        ({"class_weight": {"maybe": 2.0}}, "one of the classes"),
        ({"candidates": ["forest"]}, "one of"),
        ({"target": None}, "a target, or a recipe"),
        ({"groups": "z"}, "no column|one of"),
    ],
)
def test_an_option_that_does_not_fit_is_refused_before_anything_is_fitted(two_classes, options, said):
    with pytest.raises(DataError, match=said):
        ph.fit_table(two_classes, **{"target": "y", **options})


def test_a_recipe_brings_its_target(two_classes):
    recipe = ph.Recipe.infer(two_classes, target="y")
    assert ph.fit_table(two_classes, recipe=recipe, **QUICK).recipe == recipe
    with pytest.raises(DataError, match="the target 'x', as asked, got 'y'"):
        ph.fit_table(two_classes, recipe=recipe, target="x")
