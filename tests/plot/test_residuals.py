import numpy as np
import pytest

from philtre import plot

SCORES = np.random.default_rng(0).random(400)


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.predicted(SCORES * 1e6, SCORES * 9e5, name="price"),
        lambda: plot.predicted([1.0, 1.0], [1.0, 1.0]),
        lambda: plot.residuals(SCORES, SCORES[::-1]),
        lambda: plot.residuals([1.0], [1.0]),
    ],
)
def test_it_draws_whatever_the_answers(chart):
    made = chart()
    assert len(str(made.to_dict())) < 60_000
    assert plot.to_svg(made).startswith("<svg")


def test_many_rows_make_no_larger_picture():
    small, large = (plot.to_svg(plot.predicted(x, x**2)) for x in (np.linspace(0, 1, 2000), np.linspace(0, 1, 200_000)))
    assert len(large) < 1.5 * len(small)
