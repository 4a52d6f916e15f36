"""What the report shows of answers on unseen rows: right and wrong ones, how sure they are, and the worst."""

from typing import TYPE_CHECKING, Any

import numpy as np

from philtre import plot
from philtre.automl.calibration import softmax
from philtre.automl.result import OutOfFold
from philtre.fields import Array
from philtre.plot import Html, Share, html, tag

if TYPE_CHECKING:
    from philtre.automl.fitted import FittedTable

WORST = 20
COLUMNS = 7
"""So many columns of the worst rows are shown, the most important ones."""
WIDTH = 24
"""Characters of a value in a table of rows."""


def errors(found: OutOfFold, name: str) -> Html:
    """Show right and wrong answers: which class is taken for which, or how far off the numbers are."""
    if found.probabilities is None:
        return _distances(found, name)
    names, counts = plot.confusion_counts(found.truth, found.answers, found.classes)
    shares = counts.diagonal() / np.maximum(counts.sum(axis=1), 1)
    lines = [(true, *map(int, row), Share(share)) for true, row, share in zip(names, counts, shares, strict=True)]
    drawn = plot.to_svg(plot.confusion(found.truth, found.answers, classes=found.classes))
    parts = [
        _titled("Confusion matrix", drawn, "Rows by their true class and the answer.", lines, ["true", *names, "found"])
    ]
    if len(found.classes) == 2:
        parts += _curves(found)
    return tag("div", *parts, class_="row")


def certainty(fitted: "FittedTable", found: OutOfFold) -> Html:
    """Show how sure the answers are, and whether rightly: calibration and threshold, or prediction intervals."""
    if found.probabilities is None or found.scores is None:
        return _intervals(fitted, found)
    right = _right(found)
    curves = {"before": softmax(found.scores).max(axis=1), "after": found.probabilities.max(axis=1)}
    drawn = plot.to_svg(plot.reliability(**{name: (right, sure) for name, sure in curves.items()}))
    tables = {name: plot.reliability_bins(right, sure) for name, sure in curves.items()}
    lines = [
        (name, Share(sure), Share(share)) for name, bins in tables.items() for sure, share in zip(*bins, strict=True)
    ]
    figures = fitted.figures
    known = {
        "temperature": f"{plot.number(fitted.temperature)}: what scores are divided by",
        "error before": Share(figures.get("calibration_error_before", np.nan)),
        "error after": Share(figures.get("calibration_error", np.nan)),
        "threshold": "none: the likeliest class is the answer",
    }
    if fitted.threshold is not None:
        gain = plot.number(figures.get("threshold_gain", np.nan))
        known["threshold"] = (
            f"{plot.shown(found.classes[1])} from the probability {plot.number(fitted.threshold)} on; "
            f"betters the score by {gain} on rows that did not choose it"
        )
    words = (
        "An answer of 80 % should be right 8 times in 10. The expected calibration error is the mean distance from "
        "that, over bins of equally many rows; on the dashed line it is zero."
    )
    left = tag("div", tag("p", words), plot.facts(known))
    return tag("div", left, plot.figure(drawn, data=plot.table(["", "probability", "right"], lines)), class_="two")


def worst(fitted: "FittedTable", found: OutOfFold) -> Html:
    """Show the rows whose answers are furthest from the truth, with their most important columns."""
    losses = _losses(found)
    order = np.argsort(-losses, kind="stable")[:WORST].tolist()
    ranked = [each.column for each in fitted.importance] or list(fitted.recipe.columns)
    columns = [name for name in ranked if name in fitted.frame.columns][:COLUMNS]
    rows = fitted.frame[found.rows[order]].select(columns).rows()
    classify = found.probabilities is not None
    head = ["row", "true", "said", "loss" if classify else "error", *(plot.shown(name, WIDTH) for name in columns)]
    lines = [
        (int(found.rows[i]), *_answer(found, i), float(losses[i]), *(_cell(value) for value in row))
        for i, row in zip(order, rows, strict=True)
    ]
    note = (
        "The loss is -log of the probability that the model gave the true class."
        if classify
        else "The error is the distance of the prediction from the truth."
    )
    words = (
        f"The {len(lines)} rows with the largest {head[3]}, by models that had not seen them: often a wrong label, or "
        f"something that no column tells. {note}"
    )
    return html(tag("p", words), plot.table(head, lines, class_="fit"))


def _cell(value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if number else plot.shown(value, WIDTH)


def _answer(found: OutOfFold, i: int) -> tuple[Any, Any]:
    if found.probabilities is None:
        return float(found.truth[i]), float(found.answers[i])
    said = found.classes.index(found.answers[i])
    return plot.shown(
        found.truth[i], WIDTH
    ), f"{plot.shown(found.answers[i], WIDTH)} ({plot.percent(found.probabilities[i, said])})"


def _losses(found: OutOfFold) -> Array:
    """float64[m]: -log of the true class's probability, or the distance from the true number."""
    if found.probabilities is None:
        return np.asarray(np.abs(found.answers - found.truth))
    place = {name: i for i, name in enumerate(found.classes)}
    true = found.probabilities[np.arange(len(found.truth)), [place[name] for name in found.truth]]
    return np.asarray(-np.log(np.maximum(true, np.finfo(np.float64).tiny)))


def _right(found: OutOfFold) -> Array:
    """bool[m]: whether the likeliest class is the true one."""
    names = np.array(found.classes, object)
    return np.asarray(names[np.argmax(found.probabilities, axis=1)] == found.truth, bool)  # type: ignore[arg-type]


def _curves(found: OutOfFold) -> list[Html]:
    truth, likely = found.truth == found.classes[1], found.probabilities[:, 1]  # type: ignore[index]
    name = plot.shown(found.classes[1], WIDTH)
    roc, precision = plot.to_svgs([plot.roc(truth, likely), plot.precision_recall(truth, likely)])
    return [
        _titled("ROC curve", roc, f"{name} at every threshold: found, against others taken for it."),
        _titled("Precision and recall", precision, f"{name} at every threshold: how many of those said are right."),
    ]


def _distances(found: OutOfFold, name: str) -> Html:
    misses = np.abs(found.answers - found.truth)
    shares = (0.5, 0.8, 0.9, 0.95, 0.99)
    lines = [(Share(share), float(np.quantile(misses, share))) for share in shares]
    against, spread = plot.to_svgs(
        [plot.predicted(found.truth, found.answers, name=name), plot.residuals(found.truth, found.answers)]
    )
    half, most = (plot.number(lines[i][1]) for i in (0, 2))
    words = f"Half of the predictions are within {half} of the truth, nine of ten within {most}."
    return tag(
        "div",
        _titled(
            "Predicted against true", against, "The darker, the more rows; the outermost cells hold what lies beyond."
        ),
        _titled("Residuals", spread, words, lines, ["share of the rows", "within"]),
        class_="row",
    )


def _intervals(fitted: "FittedTable", found: OutOfFold) -> Html:
    interval = fitted.interval
    if interval is None:
        return tag("p", "No prediction intervals were asked for.", class_="quiet")
    part = np.searchsorted(interval.edges, found.answers, side="left")
    width = np.array(interval.widths)[part]
    within = np.abs(found.truth - found.answers) <= width
    ends = ["", *map(plot.number, interval.edges), ""]
    lines = [
        (
            _between(ends[i], ends[i + 1]),
            float(wide),
            int(np.sum(part == i)),
            Share(within[part == i].mean() if np.any(part == i) else np.nan),
        )
        for i, wide in enumerate(interval.widths)
    ]
    words = (
        f"“lower” to “upper” should hold {plot.percent(interval.level)} of the true values. They are as far from the "
        f"prediction as the errors on unseen rows were; of those rows {plot.percent(within.mean())} lie within."
    )
    return html(tag("p", words), plot.table(["prediction", "± width", "rows", "within"], lines))


def _between(low: str, high: str) -> str:
    if low and high:
        return f"{low} to {high}"
    return f"up to {high}" if high else f"above {low}" if low else "any"


def _titled(title: str, drawn: Html, caption: str, lines: Any = (), head: Any = ()) -> Html:
    return html(plot.figure(drawn, title=title, caption=caption, data=plot.table(head, lines) if lines else None))
