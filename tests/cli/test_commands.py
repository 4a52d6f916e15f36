"""The real command: what it prints, what it writes, how it ends."""

import csv
import json
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np
import onnxruntime
import pytest
from pyarrow import parquet

import philtre as ph
from philtre.data import read


def philtre(*arguments: object, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "philtre", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout)


@pytest.fixture(scope="module")
def trained(titanic_csv, tmp_path_factory):
    model = tmp_path_factory.mktemp("model") / "titanic.onnx"
    return philtre("train", titanic_csv, "--target", "Survived", "-o", model, "--candidates", "linear"), model


@pytest.fixture(scope="module")
def model(trained):
    assert trained[0].returncode == 0, trained[0].stderr
    return trained[1]


@pytest.fixture(scope="module")
def served(model):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "philtre", "serve", str(model), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        address = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                httpx.get(f"{address}/v2/health/ready")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=10) in (0, 130)
        assert b"Traceback" not in server.stderr.read()


def test_train_tells_recipe_reasons_score_and_what_to_type_next(trained):
    done, model = trained
    assert done.returncode == 0, done.stderr
    assert "one_hot" in done.stdout
    assert "177 of 891 missing" in done.stdout
    assert "the most frequent class alone: 0.616" in done.stdout
    assert f"philtre serve {model}" in done.stdout.replace("\n", "")
    assert model.exists()


def test_every_row_is_answered_alike_by_all_three(served, model, titanic_csv, tmp_path):
    rows = read(titanic_csv).to_dicts()
    over_http = httpx.post(f"{served}/models/titanic/predict", json=rows, timeout=60).json()
    assert philtre("predict", model, titanic_csv, "-o", tmp_path / "out.csv").returncode == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        from_csv = list(csv.DictReader(file))
    label, probabilities = bare_onnxruntime(model, titanic_csv)
    assert len(over_http) == len(from_csv) == len(label) == 891
    assert [row["label"] for row in over_http] == [row["prediction"] for row in from_csv] == label.tolist()
    for name, i in (("0", 0), ("1", 1)):
        bare = probabilities[:, i]
        np.testing.assert_allclose([row["probabilities"][name] for row in over_http], bare, rtol=0, atol=1e-5)
        np.testing.assert_allclose([float(row[f"probability_{name}"]) for row in from_csv], bare, rtol=0, atol=1e-5)


def bare_onnxruntime(model, data):
    """Answer a CSV file as any program in any language would: no philtre, only the wire form."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    with data.open(newline="") as file:
        rows = list(csv.DictReader(file))
    fields = json.loads(session.get_modelmeta().custom_metadata_map["philtre"])["signature"]["inputs"]
    feeds = {}
    for field in session.get_inputs():
        name = field.name.removesuffix(".tokens")
        cells = [row[name] for row in rows]
        if name != field.name:
            feeds[field.name] = np.array([codes(cell, **fields[name]) for cell in cells])
        elif field.type == "tensor(string)":
            feeds[field.name] = np.array(cells, object)
        elif field.type == "tensor(float)":
            feeds[field.name] = np.array([float(cell) if cell else np.nan for cell in cells], np.float32)
        else:
            assert field.type == "tensor(int64)"
            feeds[field.name] = np.array([int(cell) for cell in cells])
    return session.run(["label", "probabilities"], feeds)


def codes(text, words, length, **_):
    """The positions of the known words of a text, then -1."""
    known = [words.index(word) for word in re.findall(r"\w\w+", text.lower()) if word in words][:length]
    return known + [-1] * (length - len(known))


def test_serving_imports_nothing_of_training(model):
    code = (
        "import sys\n"
        "from philtre.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'jax', 'polars', 'onnx', 'optax', 'narwhals'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "serve", str(model), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().split(" at ")[1].split()[0]
        row = httpx.get(f"{address}/models/titanic").json()["example"]
        assert httpx.post(f"{address}/models/titanic/predict", json=row).status_code == 200
        server.send_signal(signal.SIGINT)
        assert server.communicate(timeout=20)[0].strip() == "[]"


def test_predict_keeps_the_inputs_columns(model, titanic_csv, tmp_path):
    done = philtre("predict", model, titanic_csv, "-o", tmp_path / "out.parquet")
    assert done.returncode == 0, done.stderr
    table = parquet.read_table(tmp_path / "out.parquet")
    header = titanic_csv.read_text().splitlines()[0].split(",")
    assert table.column_names == [*header, "prediction", "probability_0", "probability_1"]
    assert table.num_rows == 891


def test_inspect_shows_what_is_in_the_file(model):
    text = philtre("inspect", model).stdout
    assert "Survived" in text
    assert "accuracy" in text
    described = json.loads(philtre("inspect", model, "--json").stdout)
    assert described["signature"]["outputs"]["label"]["values"] == ["0", "1"]
    assert described["provenance"]["rows"] == 891


@pytest.mark.parametrize("command", [(), ("train",), ("predict",), ("inspect",), ("serve",)])
def test_help_has_examples(command):
    done = philtre(*command, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout


def test_the_package_version_is_the_commands():
    assert philtre("--version").stdout.strip() == f"philtre, version {ph.__version__}"


TABLE = "a,b,y\n" + "".join(f"{i % 7},{i % 3},{i % 2}\n" for i in range(40))


@pytest.mark.parametrize(
    ("content", "column", "said"),
    [
        (None, "y", "expects a file"),
        (b"", "y", "empty"),
        (b"\x00\x01\x02PNG", "y", "binary"),
        ("a,y\nä,1\n".encode() + b"\xe4,1\n", "y", "UTF-8"),
        (b"a,b,y\n1,2,0\n1,2\n", "y", "line 3"),
        (b"a,a,y\n1,2,0\n", "y", "'a'"),
        (b"a,,column_2,y\n1,2,3,0\n", "y", "'column_2' 2 times"),
        (TABLE.encode(), "Y", "is 'y' meant"),
        (TABLE.replace(",0\n", ",1\n").encode(), "y", "in every row"),
        (b"a,b,y\n" + b"1,2,\n" * 20, "y", "none in"),
        (TABLE.replace(",1\n", ",b\n").replace(",0\n", ",a\n").encode() + b"1,2,c\n", "y", "1 row of the class 'c'"),
        (b"a,b,y\n1,2,0\n2,3,1\n", "y", "at least 10 rows"),
    ],
)
def test_train_refuses_bad_data_in_one_line(tmp_path, content, column, said):
    data, model = tmp_path / "data.csv", tmp_path / "model.onnx"
    if content is not None:
        data.write_bytes(content)
    done = philtre("train", data, "--target", column, "-o", model)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not model.exists()


def test_predict_refuses_a_bad_table_and_leaves_nothing(model, tmp_path):
    (tmp_path / "in.csv").write_text("Age,Sex\n22,male\n")
    done = philtre("predict", model, tmp_path / "in.csv", "-o", tmp_path / "out.csv")
    assert done.returncode == 1
    assert "field 'Pclass'" in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["in.csv"]


def test_a_model_that_is_none_is_refused(tmp_path):
    (tmp_path / "model.onnx").write_text("not a model")
    for command in (("inspect",), ("serve",)):
        done = philtre(*command, tmp_path / "model.onnx", timeout=30)
        assert done.returncode == 1
        assert "model.onnx" in done.stderr
        assert "Traceback" not in done.stderr


def test_ctrl_c_saves_nothing_half_written(titanic_csv, tmp_path):
    command = [sys.executable, "-m", "philtre", "train", titanic_csv, "--target", "Survived"]
    with subprocess.Popen([*command, "-o", tmp_path / "m.onnx"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        for line in run.stdout:
            if b"Survived" in line:
                break
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=60)
    assert run.returncode == 130
    assert b"Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_a_stem_that_two_files_share_is_refused(model, tmp_path):
    other = tmp_path / model.name
    other.write_bytes(Path(model).read_bytes())
    done = philtre("serve", model, other, timeout=30)
    assert done.returncode == 1
    assert "stems differ" in done.stderr
