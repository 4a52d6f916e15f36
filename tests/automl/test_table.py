"""From a table to a fitted program: the bar on the Titanic, regression, and what cannot be learned."""

import numpy as np
import onnxruntime
import polars as pl
import pytest
from sklearn.model_selection import StratifiedKFold

import philtre as ph
from philtre.automl import fit, fit_table
from philtre.data import read
from philtre.errors import DataError


@pytest.fixture(scope="module")
def titanic(titanic_csv):
    return read(titanic_csv)


@pytest.fixture(scope="module")
def fitted(titanic):
    return fit_table(titanic, target="Survived", folds=2)


def test_titanic_is_learned_to_the_bar(titanic):
    recipe = ph.Recipe.infer(titanic, target="Survived")
    truth = titanic["Survived"].to_numpy()
    scores = []
    for state in (0, 1, 2):
        for rows, judged in StratifiedKFold(5, shuffle=True, random_state=state).split(truth, truth):
            answers = fit(recipe, titanic[rows]).compile("onnx").predict(titanic[judged])
            scores.append((answers["label"].cast(pl.Int64).to_numpy() == truth[judged]).mean())
    assert np.mean(scores) >= 0.80


def test_the_score_is_told_beside_the_baseline(titanic):
    told = []
    fitted = fit_table(titanic, target="Survived", folds=2, report=lambda kind, text: told.append((kind, text)))
    assert fitted.score.baseline == pytest.approx(0.616, abs=0.001)
    assert fitted.score.mean > 0.75
    assert [kind for kind, _ in told] == ["recipe", "progress", "progress", "score", "progress"]


def test_the_file_answers_as_the_program_does(titanic, fitted, titanic_csv, tmp_path):
    path = fitted.save(tmp_path / "titanic.onnx", source=titanic_csv)
    ours = fitted.program.predict(titanic)
    loaded = ph.load(path)
    theirs = loaded.predict(titanic)
    assert ours["label"].to_list() == theirs["label"].to_list()
    wire = fitted.program.signature.encode(titanic.to_dicts())
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    bare = dict(zip([output.name for output in session.get_outputs()], session.run(None, wire), strict=True))
    assert bare["label"].tolist() == ours["label"].to_list()
    expected = fitted.program(**wire)["probabilities"]
    np.testing.assert_allclose(bare["probabilities"], expected, rtol=0, atol=1e-5)
    metadata = loaded.metadata
    assert metadata.metrics["folds"] == 2
    assert set(metadata.profiles["inputs"]) == set(loaded.signature.inputs)
    assert set(metadata.profiles["outputs"]) == {"label", "probabilities"}
    assert metadata.provenance["rows"] == 891
    names: dict[str, object] = {}
    exec(metadata.recipe, names)
    assert names["recipe"] == fitted.recipe


def test_the_same_seed_gives_the_same_bytes(titanic, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    files = [
        fit_table(titanic, target="Survived", folds=0).save(tmp_path / str(i) / "m.onnx")
        for i in (0, 1)
        if not (tmp_path / str(i)).mkdir()
    ]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_regression_answers_in_the_targets_scale():
    random = np.random.default_rng(0)
    x = random.normal(size=400)
    frame = pl.DataFrame({"x": x, "noise": random.normal(size=400), "price": 1000 + 50 * x})
    fitted = fit_table(frame, target="price", folds=2)
    assert fitted.score.metric == "r2"
    assert fitted.score.mean > 0.9
    assert fitted.program.predict({"x": 1.0, "noise": 0.0})["prediction"] == pytest.approx(1050, abs=20)


def test_several_classes_have_names():
    random = np.random.default_rng(0)
    x = random.normal(size=300)
    kinds = np.where(x < -0.4, "low", np.where(x < 0.4, "middle", "high"))
    fitted = fit_table(pl.DataFrame({"x": x, "kind": kinds}), target="kind", folds=2)
    assert fitted.score.mean > 0.9
    answer = fitted.program.predict({"x": 2.0})
    assert answer["label"] == "high"
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("column", "got"),
    [("survived", "is 'Survived' meant"), ("none", "no column"), ("constant", "in every row"), ("null", "none in")],
)
def test_a_target_that_cannot_be_learned_is_refused(titanic, column, got):
    frame = titanic.with_columns(constant=pl.lit(1), null=pl.lit(None, pl.Int64))
    with pytest.raises(DataError, match=got):
        fit_table(frame, target=column)
