"""Rates are measured once, kept for this machine alone, and never trusted when they make no sense."""

import msgspec
import pytest

from philtre.describe import rates as module
from philtre.describe.measure import Rates
from philtre.describe.rates import folder, rates, read, write
from philtre.fields import Tensor
from philtre.program import program


@pytest.fixture
def known():
    points = ((1.0, 1e-9), (10.0, 2e-9))
    return Rates(1e-5, 1e-6, 1e-7, points, points, *(1e-9,) * 7, points, *(1e-9,) * 4)


@pytest.fixture
def fresh(monkeypatch, tmp_path, known):
    """An empty cache folder, and a count of measurements."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    measured = []
    monkeypatch.setattr(module, "measure", lambda: measured.append(1) or known)
    rates.cache_clear()
    yield measured
    rates.cache_clear()


def test_the_folder_is_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder() == tmp_path / "philtre"
    for asked in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CACHE_HOME", asked)
        monkeypatch.setenv("HOME", str(tmp_path))
        assert folder() == tmp_path / ".cache" / "philtre"


def test_what_is_written_is_read(tmp_path, known):
    path = tmp_path / "deep" / "rates.json"
    write(path, known)
    assert read(path) == known
    assert [file.name for file in path.parent.iterdir()] == ["rates.json"]


def test_a_machine_is_measured_once(fresh, known):
    assert rates() == known
    rates.cache_clear()
    assert rates() == known
    assert len(fresh) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[1, 2]", b'{"call": 1.0}', b"null", b"9" * 5000])
def test_a_damaged_or_foreign_file_is_measured_anew_and_written_again(fresh, known, content):
    rates()
    (path,) = folder().iterdir()
    path.write_bytes(content)
    rates.cache_clear()
    assert rates() == known
    assert len(fresh) == 2
    assert read(path) == known


def test_rates_of_zero_or_less_make_no_sense(tmp_path, known):
    path = tmp_path / "rates.json"
    for bad in (0.0, -1.0):
        path.write_bytes(msgspec.json.encode({**msgspec.to_builtins(known), "kernel": bad}))
        assert read(path) is None
    path.write_bytes(msgspec.json.encode({**msgspec.to_builtins(known), "product": []}))
    assert read(path) is None


def test_a_folder_that_cannot_be_written_is_no_error(fresh, known, tmp_path):
    (tmp_path / "philtre").write_text("a file in its place")
    assert rates() == known


def test_a_program_asks_for_them(fresh):
    double = program(inputs={"x": Tensor((None, 4))})(lambda x: x * 2)
    assert 1e-5 < double.estimate().seconds < double.estimate(batch=1000).seconds
    assert len(fresh) == 1
