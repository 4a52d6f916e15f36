import pytest

from philtre import plot

HISTORY = [{"loss": 1 / (i + 1), "validation_loss": 1 / (i + 1) + i / 500} for i in range(300)]


@pytest.mark.parametrize(
    "chart",
    [
        lambda: plot.curves(HISTORY),
        lambda: plot.curves([{"loss": 0.5}]),
        lambda: plot.importance(["Sex", "Age"], [0.2, -0.01], [0.01, 0.0], metric="accuracy"),
        lambda: plot.importance([f"column {i}" for i in range(200)], [0.0] * 200, [0.0] * 200),
        lambda: plot.importance(["a" * 90 + "1", "a" * 90 + "2"], [1.0, 1.0], [0.0, 0.0]),
        lambda: plot.scores({"linear": [0.7, 0.8], "network": [0.9]}, baseline=0.6, metric="auc"),
    ],
)
def test_a_chart_draws(chart):
    assert plot.to_svg(chart()).startswith("<svg")


def test_a_long_history_is_thinned():
    assert len(plot.to_svg(plot.curves(HISTORY))) < 8000


def test_the_most_important_column_is_named():
    words = plot.importance(["Age", "Sex"], [0.1, 0.25], [0, 0]).to_dict()["description"]
    assert words == "importance of columns: Sex matters most (0.25)"
