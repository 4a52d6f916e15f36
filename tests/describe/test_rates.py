"""Rates are measured once per machine, and never trusted when they make no sense."""

import msgspec
import pytest

from philtre import cache
from philtre.describe import rates as module
from philtre.describe.measure import Rates
from philtre.describe.rates import rates
from philtre.fields import Tensor
from philtre.program import program

POINTS = ((1.0, 1e-9), (10.0, 2e-9))
KNOWN = Rates(1e-5, 1e-6, 1e-7, POINTS, POINTS, *(1e-9,) * 7, POINTS, *(1e-9,) * 4)


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """An empty cache folder, and a count of measurements."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    times = []
    monkeypatch.setattr(module, "measure", lambda: times.append(1) or KNOWN)
    rates.cache_clear()
    yield times
    rates.cache_clear()


def test_a_machine_is_measured_once(measured):
    assert rates() == KNOWN
    rates.cache_clear()
    assert rates() == KNOWN
    assert len(measured) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[1, 2]",
        b'{"call": 1.0}',
        msgspec.json.encode({**msgspec.to_builtins(KNOWN), "kernel": 0.0}),
        msgspec.json.encode({**msgspec.to_builtins(KNOWN), "kernel": -1.0}),
        msgspec.json.encode({**msgspec.to_builtins(KNOWN), "product": []}),
        msgspec.json.encode({**msgspec.to_builtins(KNOWN), "more": 1.0}),
    ],
)
def test_a_damaged_or_foreign_file_is_measured_anew_and_written_again(measured, content):
    rates()
    (path,) = cache.folder().iterdir()
    path.write_bytes(content)
    rates.cache_clear()
    assert rates() == KNOWN
    assert len(measured) == 2
    assert cache.read(path.name, Rates) == KNOWN


def test_a_folder_that_cannot_be_written_is_no_error(measured, tmp_path):
    (tmp_path / "philtre").write_text("a file in its place")
    assert rates() == KNOWN


def test_a_program_asks_for_them(measured):
    double = program(inputs={"x": Tensor((None, 4))})(lambda x: x * 2)
    assert 1e-5 < double.estimate().seconds < double.estimate(batch=1000).seconds
    assert len(measured) == 1
