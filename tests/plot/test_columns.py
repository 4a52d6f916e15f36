import json

import altair as alt
import numpy as np
import pytest

from philtre import plot

NUMBERS = np.linspace(0, 10, 40)
CLASSES = ["no", "yes"] * 20
MANY = list("abcde") * 8


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.histogram(NUMBERS, name="size"),
        lambda: plot.histogram([]),
        lambda: plot.histogram([float("nan")]),
        lambda: plot.frequencies(["a", "b", None]),
        lambda: plot.frequencies([]),
        lambda: plot.relation(NUMBERS, CLASSES),
        lambda: plot.relation(NUMBERS, NUMBERS**2),
        lambda: plot.relation(NUMBERS, MANY),
        lambda: plot.relation(MANY, CLASSES),
        lambda: plot.relation(MANY, NUMBERS),
        lambda: plot.relation(MANY, MANY),
        lambda: plot.relation([None] * 40, NUMBERS),
        lambda: plot.relation(np.full(40, np.nan), CLASSES),
    ],
)
def test_a_chart_is_altair_s_and_draws(chart):
    made = chart()
    assert isinstance(made, alt.TopLevelMixin)
    assert made.to_dict()["description"]
    assert plot.to_svg(made).startswith("<svg")


def test_a_notebook_shows_a_chart():
    assert "text/html" in plot.histogram(NUMBERS)._repr_mimebundle_()


@pytest.mark.parametrize("goal", [CLASSES, MANY, NUMBERS])
@pytest.mark.parametrize("values", [NUMBERS, MANY])
def test_an_overview_shows_the_column_and_the_target(values, goal):
    result = plot.outcome(goal)
    group = plot.group_numbers if values is NUMBERS else plot.group_values
    assert plot.to_svg(plot.overview(group(values, result), result)).count("var(--") > 10
    assert plot.to_svg(plot.overview(group(values))).count("var(--blue)") >= 5


def test_a_chart_holds_counts_and_no_rows():
    secret = 123.456789
    drawn = json.dumps(plot.histogram(np.append(np.random.default_rng(0).normal(size=10_000), secret)).to_dict())
    assert "456789" not in drawn
    assert len(drawn) < 10_000
