"""The report of a fitted table: one page that says what was learned, how good it is, and where it fails."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from philtre import artifact, plot
from philtre.automl.evidence import certainty, errors, worst
from philtre.automl.result import Result
from philtre.automl.scores import METRICS, Score
from philtre.data.report import source
from philtre.plot import Html, Section, html, tag

if TYPE_CHECKING:
    from philtre.automl.fitted import FittedTable


def write_report(fitted: "FittedTable", path: str | os.PathLike[str]) -> Path:
    """Write the report of a fitted table as one HTML file that needs no network and runs no script.

    Args:
        fitted: what `fit_table` made.
        path: file to write.

    Raises:
        ArtifactError: if the file cannot be written.
    """
    name = plot.shown(fitted.recipe.target.name)
    page = plot.page(f"Predicting {name}", list(_sections(fitted)), kind="training report", lead=_lead(fitted))
    artifact.write(path, page.encode())
    return Path(path)


def _sections(fitted: "FittedTable") -> Iterator[Section]:
    found = fitted.out_of_fold
    yield Section("Summary", _summary(fitted))
    if fitted.candidates:
        yield Section("Candidates", _candidates(fitted))
    histories = [result for result in fitted.candidates if any("loss" in epoch for epoch in result.history)]
    if histories:
        yield Section("Learning curves", _learning(histories))
    if found is not None:
        name = plot.shown(fitted.recipe.target.name, 24)
        yield Section("Errors", errors(found, name))
        yield Section("Calibration" if found.classes else "Intervals", certainty(fitted, found))
    if fitted.importance:
        yield Section("Importance", _importance(fitted))
    if found is not None:
        yield Section("Worst rows", worst(fitted, found))
    yield Section("Recipe", _recipe(fitted))
    yield Section("Provenance", _provenance(fitted))


def _lead(fitted: "FittedTable") -> str:
    target, score = fitted.recipe.target, fitted.score
    goal = f"the {target.task} of {plot.shown(target.name)}"
    learned = f"A {fitted.chosen} model for {goal}, learned from {fitted.frame.height:,} rows"
    if score is None:
        return f"{learned}. It was not compared with anything."
    reached, trivial = _figure(score.mean), _figure(score.baseline)
    return f"{learned}: {_metric(score)} {reached} on rows it had not seen, against {trivial} for {_trivial(score)}."


def _summary(fitted: "FittedTable") -> Html:
    score = fitted.score
    columns = sum(not column.dropped for column in fitted.recipe.columns.values())
    tiles: dict[str, Any] = {}
    if score is not None:
        tiles[f"{_metric(score)}, unseen rows"] = _figure(score.mean)
        tiles["without a model"] = _figure(score.baseline)
    tiles |= {"model": fitted.chosen, "rows": fitted.frame.height, "columns used": columns}
    tiles["features"] = len(fitted.prepared.names)
    words = [fitted.reason[:1].upper() + fitted.reason[1:] + "."] if fitted.reason else []
    if fitted.importance:
        names = [plot.shown(each.column, 30) for each in fitted.importance[:3] if each.mean > 0]
        words += [f"It rests most on {_listed(names)}."] if names else []
    notes = [tag("p", note, class_="warning") for note in fitted.notes]
    return html(plot.tiles(tiles), tag("p", " ".join(words)) if words else "", *notes)


def _candidates(fitted: "FittedTable") -> Html:
    judged = [result for result in fitted.candidates if result.score is not None]
    metric = next((result.score.metric for result in judged if result.score), "score")
    head = ["candidate", metric, "±", "fit", "file", "one row", ""]
    lines = [_line(result, chosen=result.name == fitted.chosen) for result in fitted.candidates]
    listed = plot.table(head, lines)
    if not judged:
        return listed
    scores = {result.name: result.score.folds for result in judged if result.score}
    baseline = judged[0].score.baseline if judged[0].score else np.nan
    drawn = plot.to_svg(plot.scores(scores, baseline=baseline, metric=metric))
    caption = "A dot is a fold, the line their mean; dashed: without a model."
    return tag("div", listed, plot.figure(drawn, caption=caption), class_="two")


def _line(result: Result, *, chosen: bool) -> tuple[Any, ...]:
    name = html(tag("b", result.name), " ", plot.badge("chosen", "good")) if chosen else result.name
    if result.score is None:
        return name, "–", "–", "–", "–", "–", result.error or "no time left"
    spread = _figure(result.score.deviation) if len(result.score.folds) > 1 else "–"
    cost = (f"{result.seconds:.1f} s", f"{result.bytes / 1000:,.0f} kB", f"{result.latency_ms:.2f} ms")
    return name, _figure(result.score.mean), spread, *cost, result.error


def _learning(histories: list[Result]) -> Html:
    drawn = plot.to_svgs(plot.curves(result.history) for result in histories)
    figures = (plot.figure(picture, title=result.name) for result, picture in zip(histories, drawn, strict=True))
    note = "The loss of each epoch in the first fold, on the rows that are learned and on those held out."
    return html(tag("p", note, class_="quiet"), tag("div", *figures, class_="row"))


def _importance(fitted: "FittedTable") -> Html:
    found = fitted.importance
    metric = fitted.score.metric if fitted.score else "score"
    names, means, deviations = ([getattr(each, field) for each in found] for field in ("column", "mean", "deviation"))
    drawn = plot.to_svg(plot.importance(names, means, deviations, metric=metric))
    lines = [(plot.shown(each.column), each.mean, each.deviation) for each in found]
    words = (
        f"How much {metric} is lost on unseen rows when the values of one column are shuffled; the thin lines are a "
        "deviation to either side. Columns that say the same share what they are worth."
    )
    return html(
        tag("p", words), plot.figure(drawn, data=plot.table(["column", f"loss of {metric}", "deviation"], lines))
    )


def _recipe(fitted: "FittedTable") -> Html:
    lines = [
        (plot.shown(name), column.kind, tag("code", plot.shown(column.shown, 200)), column.reason)
        for name, column in fitted.recipe.columns.items()
    ]
    code = tag("details", tag("summary", "the recipe as code"), source(fitted.recipe))
    return html(plot.table(["column", "kind", "steps", "reason"], lines, class_="full"), code)


def _provenance(fitted: "FittedTable") -> Html:
    known = artifact.provenance(
        target=fitted.recipe.target.name, rows=fitted.frame.height, candidate=fitted.chosen, seed=fitted.options.seed
    )
    return plot.facts({name: plot.shown(value, 200) for name, value in known.items()})


def _metric(score: Score) -> str:
    return score.metric.replace("_", " ")


def _trivial(score: Score) -> str:
    return "the mean alone" if METRICS[score.metric].task == "regression" else "the most frequent class alone"


def _figure(value: float) -> str:
    """A score: of the size of one in three decimals, larger ones as any number."""
    return f"{round(value, 3) + 0.0:.3f}" if abs(value) < 10 else plot.number(value)


def _listed(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
