import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from philtre.data import sketch as module
from philtre.data.sketch import Sketch

SHARES = (0.0, 0.001, 0.01, 0.25, 0.5, 0.9, 0.999, 1.0)


def largest_rank_error(values: np.ndarray, sketch: Sketch) -> float:
    """How far the ranks of the sketch's quantiles are from those asked for, as a share of the rows."""
    ordered = np.sort(values)
    found = sketch.quantiles(SHARES)
    below = np.searchsorted(ordered, found, "left") / len(values)
    upto = np.searchsorted(ordered, found, "right") / len(values)
    return float(np.max(np.maximum(below - SHARES, SHARES - upto).clip(0)))


@pytest.mark.parametrize("draw", ["normal", "lognormal", "integers", "sorted", "constant"])
def test_ranks_are_right_within_a_thousandth(draw: str) -> None:
    random = np.random.default_rng(0)
    values = {
        "normal": random.normal(size=2_000_000),
        "lognormal": random.lognormal(0, 5, 2_000_000),
        "integers": random.integers(0, 7, 2_000_000).astype(float),
        "sorted": np.arange(2_000_000.0),
        "constant": np.full(2_000_000, 3.0),
    }[draw]
    sketch = Sketch()
    for batch in np.array_split(values, 16):
        sketch.add(batch)
    assert largest_rank_error(values, sketch) < 0.001


def test_it_stays_small_and_right_when_it_is_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LIMIT", 1 << 13)
    monkeypatch.setattr(module, "KEPT", 1 << 12)
    values = np.random.default_rng(0).normal(size=2_000_000)
    sketch = Sketch()
    for batch in np.array_split(values, 16):
        sketch.add(batch)
        assert sketch.held <= 1 << 13
    assert largest_rank_error(values, sketch) < 0.001


@settings(max_examples=20)
@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=50), min_size=1, max_size=5))
def test_merged_sketches_tell_what_one_would(batches: list[list[float]]) -> None:
    one, merged = Sketch(), Sketch()
    for batch in batches:
        one.add(np.array(batch))
        part = Sketch()
        part.add(np.array(batch))
        merged.merge(part)
    assert one.quantiles(SHARES) == merged.quantiles(SHARES)


def test_a_few_values_are_all_kept() -> None:
    sketch = Sketch()
    sketch.add(np.array([3.0, 1.0, 2.0]))
    assert sketch.quantiles([0.0, 0.5, 1.0]) == (1.0, 2.0, 3.0)
    assert Sketch().quantiles([0.5]) == (None,)
