"""The auto target measures, keeps the fastest for each batch size, explains itself and remembers."""

import time

import jax.numpy as jnp
import numpy as np
import onnx
import pytest

import philtre as ph
from philtre.artifact import Options
from philtre.errors import UnsupportedError
from philtre.executable import Executable
from philtre.program import Program
from philtre.signature import Signature
from philtre.targets.auto import Candidate, choose

SIGNATURE = Signature({"x": ph.Tensor((None,))}, {"y": ph.Tensor((None,))})
X = np.arange(20, dtype=np.float32).reshape(10, 2)


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


class Slow(Executable):
    """Takes the longer the larger the batch, or the other way round; answers its own mark."""

    made = 0

    def __init__(self, mark, seconds):
        self.signature, self.mark, self.seconds = SIGNATURE, mark, seconds
        Slow.made += 1

    def run(self, arrays):
        time.sleep(self.seconds(len(arrays["x"])))
        return {"y": np.full(len(arrays["x"]), self.mark, np.float32)}


def refusing():
    raise UnsupportedError("magic", target="small")


CANDIDATES = [
    Candidate("small", lambda: Slow(1, lambda n: 1e-4 * n), Options(threads=1)),
    Candidate("large", lambda: Slow(2, lambda n: 1e-3), Options()),
    Candidate("broken", refusing),
]


def test_each_batch_size_is_answered_by_what_was_fastest_there():
    run = choose(CANDIDATES, SIGNATURE, ["a program"], batches=(1, 100))
    assert run(np.ones(1, np.float32)).tolist() == [1]
    assert run(np.ones(2, np.float32)).tolist() == [2, 2]
    assert run(np.ones(500, np.float32))[0] == 2
    assert run(np.ones(0, np.float32)).shape == (0,)
    lines = str(run.report).splitlines()
    assert lines[0].split() == ["candidate", "batch", "1", "batch", "100"]
    assert lines[1].startswith("small")
    assert lines[1].count("*") == lines[2].count("*") == 1
    assert lines[3].startswith("broken: target 'small'")


def test_the_choice_is_remembered_for_the_program_and_its_candidates(tmp_path):
    choose(CANDIDATES, SIGNATURE, ["a program"], batches=(1, 100))
    made = Slow.made
    run = choose(CANDIDATES[:2], SIGNATURE, ["a program"], batches=(1,))
    assert Slow.made == made + 2
    again = choose(CANDIDATES[:2], SIGNATURE, ["a program"], batches=(1,))
    assert again.report == run.report
    assert Slow.made == made + 3
    choose(CANDIDATES[:2], SIGNATURE, ["another program"], batches=(1,))
    assert len(list((tmp_path / "philtre").iterdir())) == 3


def test_if_none_can_run_the_program_the_first_says_why():
    with pytest.raises(UnsupportedError, match="magic"):
        choose(CANDIDATES[2:], SIGNATURE, [])


def test_a_program_chooses_among_the_targets_and_saves_the_options_it_found(tmp_path):
    program = Program(lambda x: jnp.tanh(x), inputs={"x": ph.Tensor((None, 2))})
    run = program.compile("auto")
    np.testing.assert_allclose(run(X), np.tanh(X), rtol=1e-5)
    assert {"onnx", "onnx, 1 thread", "xla"} <= set(run.report.times)
    assert run.report.batches == (1, 8, 64, 512)
    file = ph.load(program.save(tmp_path / "model.onnx"))
    assert file.metadata.options == run.options
    np.testing.assert_allclose(file(X), np.tanh(X), rtol=1e-5)
    onnx.checker.check_model(onnx.load(tmp_path / "model.onnx"), full_check=True)


def test_what_onnx_lacks_runs_elsewhere():
    program = Program(lambda x: jnp.linalg.svd(x, compute_uv=False), inputs={"x": ph.Tensor((3, 2))})
    run = program.compile("auto")
    np.testing.assert_allclose(run(X[:3]), np.linalg.svd(X[:3], compute_uv=False), rtol=1e-5)
    assert "svd" in run.report.refused["onnx"]
