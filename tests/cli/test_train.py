"""The train command: what it takes, what it prints, what it leaves behind."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

import philtre as ph
from philtre.automl import CANDIDATES
from philtre.cli import main
from philtre.cli.train import stem


def train(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["train", *map(str, arguments)])


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    """A table of 120 rooms whose price the size explains, as a file."""
    random = np.random.default_rng(0)
    size = random.uniform(10, 100, 120)
    frame = pl.DataFrame(
        {
            "size": size,
            "floor": random.integers(0, 9, 120),
            "dear": np.where(size + random.normal(0, 10, 120) > 60, "yes", "no"),
            "price": 100 + 5 * size + random.normal(0, 20, 120),
        }
    )
    path = tmp_path_factory.mktemp("data") / "rooms.csv"
    frame.write_csv(path)
    return path


def test_candidates_the_choice_and_what_comes_next_are_told(rooms, tmp_path):
    done = train(rooms, "--target", "dear", "-o", tmp_path / "m.onnx", "--candidates", "linear", "--folds", 3)
    assert done.exit_code == 0, done.output
    for said in ("candidate", "linear", "the only candidate", "calibration error", "importance: size", "philtre serve"):
        assert said in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.html", "m.onnx"]


def test_json_is_one_object_and_all_else_is_on_stderr(rooms, tmp_path):
    model = tmp_path / "m.onnx"
    options = ("--candidates", "linear", "--no-report", "--json", "--interval", 0.9, "--metric", "mae")
    done = train(rooms, "--target", "price", "-o", model, *options)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["model"] == str(model)
    assert told["report"] is None
    assert told["chosen"] == "linear"
    assert told["candidates"][0]["metric"] == "mae"
    assert told["metrics"]["interval"]["level"] == 0.9
    assert "candidate" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]
    assert set(ph.load(model).signature.outputs) == {"prediction", "lower", "upper"}


def test_an_edited_recipe_is_run_and_taken(rooms, tmp_path):
    code = ph.Recipe.infer(pl.read_csv(rooms).drop("price"), target="dear").code()
    recipe = tmp_path / "recipe.py"
    recipe.write_text(code + "\nrecipe = recipe.derive(area=lambda size: size * size)\n")
    model = tmp_path / "m.onnx"
    done = train(rooms, "--recipe", recipe, "-o", model, "--candidates", "linear", "--no-report")
    assert done.exit_code == 0, done.output
    assert "area" in done.stdout
    assert set(ph.load(model).signature.inputs) == {"size", "floor"}


def test_weights_by_label(rooms, tmp_path):
    options = ("--class-weight", "yes=5", "--candidates", "linear", "--no-report")
    assert train(rooms, "--target", "dear", "-o", tmp_path / "m.onnx", *options).exit_code == 0


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--target", "dear", "--candidates", "netwrk"), 1, "is 'network' meant"),
        (("--target", "dear", "--metric", "rmse"), 1, "expects a regression"),
        (("--target", "price", "--metric", "auc"), 1, "expects a classification"),
        (("--target", "dear", "--class-weight", "perhaps=2"), 1, "one of the classes"),
        (("--target", "dear", "--class-weight", "yes"), 2, "LABEL=WEIGHT"),
        (("--target", "dear", "--interval", "0.9"), 1, "a regression"),
        (("--target", "price", "--interval", "0.999"), 1, "at least 999 rows"),
        (("--target", "dear", "--exclude", ",".join(CANDIDATES)), 1, "none that is left"),
        (("--target", "dear", "--group", "flor"), 1, "is 'floor' meant"),
        ((), 1, "a target, or a recipe"),
        (("--target", "dear", "--folds", "1"), 2, "--folds"),
        (("--target", "dear", "--recipe", "none.py"), 1, "no file at this path"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(rooms, tmp_path, options, code, said):
    done = train(rooms, "-o", tmp_path / "m.onnx", *options)
    assert done.exit_code == code
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("x = 1\nraise ValueError('no')\n", "ValueError: no in line 2"),
        ("def f(:\n", "SyntaxError"),
        ("recipe = 3\n", "a variable `recipe`, got a int"),
    ],
)
def test_a_recipe_that_is_none_is_refused(rooms, tmp_path, script, said):
    recipe = tmp_path / "recipe.py"
    recipe.write_text(script)
    done = train(rooms, "--recipe", recipe)
    assert done.exit_code == 1
    assert said in done.stderr


def test_a_file_that_cannot_be_written_leaves_nothing(rooms, tmp_path):
    done = train(rooms, "--target", "dear", "-o", tmp_path / "none" / "m.onnx", "--candidates", "linear")
    assert done.exit_code == 1
    assert "a folder that exists" in done.stderr


def test_a_column_that_is_named_as_an_answer_can_be_predicted_from(rooms, tmp_path):
    data = tmp_path / "odd.csv"
    pl.read_csv(rooms).rename({"size": "label", "floor": "prediction"}).drop("price").write_csv(data)
    model, out = tmp_path / "m.onnx", tmp_path / "out.csv"
    assert train(data, "--target", "dear", "-o", model, "--candidates", "linear", "--no-report").exit_code == 0
    done = CliRunner().invoke(main, ["predict", str(model), str(data), "-o", str(out)])
    assert done.exit_code == 0, done.output
    columns = pl.read_csv(out).columns
    assert columns == ["label", "prediction", "dear", "prediction_", "probability_no", "probability_yes"]


def test_the_command_starts_without_loading_what_it_does_not_need():
    code = "import sys, philtre.cli.train; print(sorted({'jax', 'polars', 'altair', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_query_is_trained_on_and_names_the_model(rooms, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with closing(sqlite3.connect(tmp_path / "flats.db")) as connection:
        connection.execute("CREATE TABLE rooms (size REAL, dear TEXT)")
        rows = pl.read_csv(rooms).select("size", "dear").rows()
        connection.executemany("INSERT INTO rooms VALUES (?, ?)", rows)
        connection.commit()
    for path in ("flats.db", tmp_path / "flats.db"):
        done = train(
            f"sqlite:///{path}?SELECT * FROM rooms", "--target", "dear", "--candidates", "linear", "--no-report"
        )
        assert done.exit_code == 0, done.output
        assert ph.load(tmp_path / "flats.onnx").signature.inputs.keys() == {"size"}


def test_a_query_may_be_longer_than_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pytest.importorskip("duckdb")
    query = "SELECT i * 0.37 % 1 AS x, i % 2 = 0 AS y FROM range(40) AS t(i) WHERE " + " AND ".join(["i >= 0"] * 1000)
    done = train(f"duckdb:///?{query}", "--target", "y", "--candidates", "linear", "--folds", "2", "--no-report")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "model.onnx").exists()


def test_what_the_reader_found_out_goes_to_stderr(rooms, tmp_path):
    data = tmp_path / "rooms.txt"
    pl.read_csv(rooms).write_csv(data, separator="\t", line_terminator="\r\n")
    done = train(data, "--target", "dear", "-o", tmp_path / "m.onnx", "--candidates", "linear", "--no-report")
    assert f"{data}: tab separated, a header" in done.stderr
    assert "tab separated" not in done.stdout


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("data/sales.csv", "sales"),
        ("data/sales.csv.gz", "sales"),
        ("data/sales.2024.csv.zst", "sales.2024"),
        ("data/sales/", "sales"),
        ("sqlite:////data/sales.db?SELECT * FROM a.b", "sales"),
        ("duckdb:///?SELECT * FROM 'data/sales.csv'", "model"),
        ("-", "model"),
    ],
)
def test_the_model_is_named_as_the_data(data, name):
    assert stem(data) == name
