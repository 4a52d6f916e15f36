"""Odd files end to end: trained on, saved, asked by file and by JSON; or refused in one line."""

import asyncio
import json
from pathlib import Path

import httpx
import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

import philtre as ph
from philtre.automl import FittedTable, fit_table
from philtre.cli import main
from philtre.web import app

N = 120
NAMES = (
    *("a.b", "Age", "age", "label", "prediction", "probabilities", "lower", "scores", "features", "label=x", "_", "0"),
    *('a "b"', "it's", "emoji 🎉", "new\nline", "tab\t", " blanks ", "back\\slash", "a/b:0", "{a}", "[0]", "%s", "né"),
)


def philtre(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    """Columns of odd names, half of them numbers and half of them texts, all of which matter."""
    random = np.random.default_rng(0)
    effects = random.normal(size=(N, len(NAMES)))
    columns = {
        name: effect if i % 2 else np.where(effect > 0, "high", "low")
        for i, (name, effect) in enumerate(zip(NAMES, effects.T, strict=True))
    }
    return pl.DataFrame(columns).with_columns(y=pl.Series(np.where(effects.sum(1) > 0, "yes", "no")))


@pytest.fixture(scope="module")
def fitted(frame: pl.DataFrame) -> FittedTable:
    return fit_table(frame, target="y", candidates=["linear"], folds=0)


@pytest.fixture(scope="module")
def model(fitted: FittedTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fitted.save(tmp_path_factory.mktemp("model") / "odd.onnx")


@pytest.fixture(scope="module")
def expected(fitted: FittedTable, frame: pl.DataFrame) -> list[float]:
    return fitted.program.predict(frame)["probability_yes"].to_list()


def test_answers_step_aside_for_columns_of_their_names(fitted: FittedTable, model: Path):
    assert list(ph.load(model).signature.inputs) == list(NAMES)
    assert list(ph.load(model).signature.outputs) == ["label_", "probabilities_"]


@pytest.mark.parametrize("name", NAMES)
def test_a_column_of_any_name_is_asked_for_and_heard(model: Path, frame: pl.DataFrame, name: str):
    executable = ph.load(model)
    row = frame.row(0, named=True)
    other = {"high": "low", "low": "high"}[row[name]] if isinstance(row[name], str) else row[name] + 5
    answers = executable.predict([row, row | {name: other}])
    assert answers[0]["probabilities_"] != answers[1]["probabilities_"]
    del row[name]
    with pytest.raises(ph.errors.SignatureError, match="no such key in row 0") as caught:
        executable.predict([row])
    assert caught.value.field == name


@pytest.mark.parametrize("suffix", ["csv", "parquet", "jsonl"])
def test_files_with_any_names(model: Path, frame: pl.DataFrame, expected: list[float], tmp_path: Path, suffix: str):
    data, out = tmp_path / f"rows.{suffix}", tmp_path / "out.parquet"
    {"csv": frame.write_csv, "parquet": frame.write_parquet, "jsonl": frame.write_ndjson}[suffix](data)
    done = philtre("predict", model, data, "-o", out)
    assert done.exit_code == 0, done.output
    answers = pl.read_parquet(out)
    assert answers.columns == [*frame.columns, "prediction_", "probability_no", "probability_yes"]
    np.testing.assert_allclose(answers["probability_yes"], expected, rtol=0, atol=1e-5)


def test_requests_with_any_names(model: Path, frame: pl.DataFrame, expected: list[float]):
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app({"odd": ph.load(model)}))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.post("/models/odd/predict", content=json.dumps(frame.select(NAMES).head(5).to_dicts()))

    answer = asyncio.run(ask())
    assert answer.status_code == 200, answer.text
    found = [row["probabilities_"]["yes"] for row in answer.json()]
    np.testing.assert_allclose(found, expected[:5], rtol=0, atol=1e-5)


def cell(value: object) -> str:
    return "" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def write(path: Path, columns: dict[str, list[object]]) -> Path:
    lines = [",".join(map(cell, row)) for row in zip(*columns.values(), strict=True)]
    path.write_text("\n".join([",".join(columns), *lines]) + "\n")
    return path


X = [i * 0.37 % 5 for i in range(N)]
MESSY: dict[str, list[object]] = {
    "x": X,
    "nothing": [None] * N,
    "constant": [3] * N,
    "key": [f"k{i * 7919 % 104729}" for i in range(N)],
    "mixed": [[1, "a b", 2.5, "x"][i % 4] for i in range(N)],
    "huge": [[0.5, 1e300, 2.5, 0.25][i % 4] for i in range(N)],
    "whole": [2**62 // (i % 37 + 1) for i in range(N)],
    "until": [["9999-12-31", "2024-01-05", "1815-06-18", "2023-12-31", "2024-02-01"][i % 5] for i in range(N)],
    "y": [1 if x > 2 else 0 for x in X],
}


def test_a_messy_file_is_trained_on_and_answered(tmp_path: Path):
    data, model, out = write(tmp_path / "messy.csv", MESSY), tmp_path / "m.onnx", tmp_path / "out.csv"
    done = philtre("train", data, "--target", "y", "-o", model, "--candidates", "linear", "--folds", 2, "--no-report")
    assert done.exit_code == 0, done.output
    for words in ("every value is missing", "the same value in every row", "identifier"):
        assert words in done.stdout
    assert list(ph.load(model).signature.inputs) == ["x", "mixed", "huge", "whole", "until"]
    assert philtre("predict", model, data, "-o", out).exit_code == 0
    answers = pl.read_csv(out)
    assert (answers["prediction"] == answers["y"]).mean() > 0.9
    assert answers["probability_1"].is_finite().all()


@pytest.mark.parametrize(
    ("y", "said"),
    [
        pytest.param([f"thought no. {i} of me" for i in range(N)], "120 different texts in 120 rows", id="free text"),
        pytest.param([f"class {i % 1500}" for i in range(6000)], "at most 1,000 classes, got 1,500", id="many classes"),
        pytest.param([x * 1e300 for x in X], "numbers up to 3.4e+38", id="beyond float32"),
        pytest.param([x + 1e12 for x in X], "numbers that float32 tells apart", id="far from zero"),
        pytest.param(["up", "down"] * 59 + ["up", "left"], "1 row of the class 'left'", id="a class of one row"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused_in_one_line(tmp_path: Path, y: list[object], said: str):
    data = write(tmp_path / "rows.csv", {"x": [i * 0.37 % 5 for i in range(len(y))], "y": y})
    done = philtre("train", data, "--target", "y", "-o", tmp_path / "m.onnx")
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert [entry.name for entry in tmp_path.iterdir()] == ["rows.csv"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"x": "tall"}, "field 'x' expects a finite number or null, got 'tall' in row 1", id="a word"),
        pytest.param({"whole": 2**70}, "field 'whole' expects a whole number", id="beyond 64 bits"),
        pytest.param({"until": "32.13.2024"}, "field 'until' expects a date", id="no date"),
        pytest.param({"huge": 1e300}, "", id="beyond float32"),
        pytest.param({"mixed": "never seen"}, "", id="a new word"),
        pytest.param({"until": "0001-01-01"}, "", id="the year 1"),
    ],
)
def test_a_row_that_is_odd_in_production(messy: Path, tmp_path: Path, change: dict[str, object], said: str):
    """It is answered as the others are, or the message names its column and row, and nothing is written."""
    rows = {name: [values[2], change.get(name, values[3])] for name, values in MESSY.items()}
    data, out = write(tmp_path / "rows.csv", rows), tmp_path / "out.csv"
    done = philtre("predict", messy, data, "-o", out)
    if said:
        assert (done.exit_code, out.exists()) == (1, False)
        assert said in done.stderr
    else:
        assert done.exit_code == 0, done.output
        assert pl.read_csv(out)["probability_1"].is_finite().all()


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    fitted = fit_table(pl.DataFrame(MESSY, strict=False), target="y", candidates=["linear"], folds=0)
    return fitted.save(tmp_path_factory.mktemp("messy") / "m.onnx")


def test_a_column_without_a_name_is_called_by_its_position(tmp_path: Path):
    data, model, out = tmp_path / "rows.csv", tmp_path / "m.onnx", tmp_path / "out.csv"
    write(data, {"": X, "x": X[::-1], "y": MESSY["y"]})
    done = philtre("train", data, "--target", "y", "-o", model, "--candidates", "linear", "--folds", 2, "--no-report")
    assert done.exit_code == 0, done.output
    assert "a column without a name is called column_1" in done.stderr
    assert philtre("predict", model, data, "-o", out).exit_code == 0
    assert pl.read_csv(out).columns[:3] == ["column_1", "x", "y"]
    assert ph.load(model).predict([{"column_1": 4.9, "x": 1.0}])[0]["label"] == "1"


def test_a_query_cannot_be_answered_in_a_stream(messy: Path, tmp_path: Path):
    done = philtre("predict", messy, "sqlite:///rows.db?t", "-o", tmp_path / "out.csv")
    assert done.exit_code == 1
    assert "'sqlite:///rows.db?t' expects a file" in done.stderr


def test_a_file_that_grows_while_it_is_trained_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What was there at the start is taken; the model does not claim to come from the file as it is now."""
    data, model = write(tmp_path / "rows.csv", {"x": X, "y": MESSY["y"]}), tmp_path / "m.onnx"

    def grow(frame: pl.DataFrame, **options: object) -> FittedTable:
        with data.open("a") as file:
            file.write("no number,sideways\n")
        return fit_table(frame, **options)

    command = ("train", data, "--target", "y", "-o", model, "--candidates", "linear", "--folds", 2, "--no-report")
    assert philtre(*command).exit_code == 0
    assert ph.load(model).metadata.provenance["data"] == "rows.csv"
    monkeypatch.setattr("philtre.automl.fit_table", grow)
    done = philtre(*command)
    assert done.exit_code == 0, done.output
    provenance = ph.load(model).metadata.provenance
    assert provenance["rows"] == N
    assert "data_sha256" not in provenance
