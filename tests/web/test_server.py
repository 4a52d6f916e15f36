"""The server process: it starts, answers, imports nothing of training, and ends without a traceback."""

import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

import philtre as ph
from philtre.errors import ArtifactError, ServingError
from philtre.web import serve

SERVE = """
import sys, signal
from philtre.web import serve
serve({"double": sys.argv[1]}, port=int(sys.argv[2]))
training = {"jax", "polars", "onnx", "optax", "narwhals", "altair", "rich"}
print(sorted(training & set(sys.modules)))
"""


@pytest.fixture
def model(tmp_path):
    return ph.Program(lambda x: 2 * x, inputs={"x": ph.Number()}).save(tmp_path / "double.onnx")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_ends_cleanly_without_training_packages(model, number):
    port = free_port()
    command = [sys.executable, "-c", SERVE, str(model), str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert f"http://127.0.0.1:{port}" in server.stdout.readline()
        answer = httpx.post(f"http://127.0.0.1:{port}/models/double/predict", json={"x": 4})
        assert answer.json() == {"output": 8.0}
        time.sleep(0.1)
        server.send_signal(number)
        out, errors = server.communicate(timeout=20)
    assert server.returncode == 0, errors
    assert out.strip() == "[]"
    assert errors == ""


def test_a_port_in_use_is_said(model):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServingError, match="one that is free"):
            serve({"double": model}, port=taken.getsockname()[1])


def test_a_bad_file_is_said_before_the_port_opens(tmp_path):
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ArtifactError):
        serve({"bad": tmp_path / "bad.onnx"}, port=free_port())
