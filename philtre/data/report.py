"""The report of a recipe: one page that shows each column, the target beside it, and what becomes of it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from philtre import artifact, plot
from philtre.data.column import Column
from philtre.data.prepared import Prepared
from philtre.data.seen import Seen, see, see_derived, see_target
from philtre.errors import DataError
from philtre.fields import Array
from philtre.plot import Groups, Html, Outcome, Section, Share, html, tag

if TYPE_CHECKING:
    from philtre.data.recipe import Recipe

FEATURES = 10
"""So many features of a column are shown."""
SAMPLE = 200_000
"""Of a larger table so many rows, drawn at random, stand for all."""
TELLING = 0.95
"""A column that explains more of the target is likely to know it."""
HEAD = ["column", "kind", "missing", "explains", "steps"]


class Feature(NamedTuple):
    """What a feature came to over the rows."""

    name: str
    mean: float
    deviation: float
    low: float
    high: float


def write_report(recipe: "Recipe", frame: Any, path: str | os.PathLike[str] | None = None) -> Path:
    """Write one HTML file that shows each column of a frame and what a recipe makes of it; see `Recipe.report`."""
    file = Path("report.html" if path is None else path)
    rows = recipe.labelled(frame)
    sample = rows if rows.height <= SAMPLE else rows.sample(SAMPLE, seed=0)
    report = RecipeReport(recipe, recipe.fit(rows), sample, rows.height)
    title = f"A recipe for {plot.shown(recipe.target.name)}"
    artifact.write(file, plot.page(title, report.sections, kind="recipe", lead=report.lead).encode())
    return file


def source(recipe: "Recipe") -> Html:
    """Show a recipe as Python source; where a function was typed in and has none, say so."""
    try:
        return plot.code(recipe.code())
    except DataError as error:
        return tag("p", f"It cannot be written as code: {error}", class_="warning")


@dataclass(frozen=True)
class RecipeReport:
    """What the report says of a recipe and the rows that it is fitted on.

    Attributes:
        recipe: the recipe.
        prepared: the same, fitted.
        frame: rows that have a target, or some of them.
        rows: how many there are.
    """

    recipe: "Recipe"
    prepared: Prepared
    frame: pl.DataFrame
    rows: int

    @property
    def lead(self) -> str:
        """The page in a sentence or two."""
        columns = self.recipe.columns.values()
        kept = sum(not column.dropped for column in columns)
        made = f"{kept} of {len(columns)} columns become {len(self.prepared.names)} features"
        some = (
            f" What is shown is that of {len(self.frame):,} rows drawn at random."
            if len(self.frame) < self.rows
            else ""
        )
        return (
            f"{made} for a {self.recipe.target.task}. Here is each, the target beside it, and what becomes of it.{some}"
        )

    @property
    def sections(self) -> list[Section]:
        """The parts of the page."""
        return [
            Section("The table", self.head),
            Section("At a glance", self.contents),
            Section("Columns", html(plot.legend(self.outcome), *self.cards)),
            Section("The recipe as code", source(self.recipe)),
        ]

    @cached_property
    def features(self) -> Array:
        """float32[n, d], what the recipe makes of the rows."""
        return self.prepared(self.frame)

    @cached_property
    def target(self) -> tuple[Groups, Outcome]:
        """The target as its own picture sees it, and as those of the columns do."""
        return see_target(self.recipe.target, self.frame)

    @property
    def outcome(self) -> Outcome:
        """The target as the pictures of columns see it."""
        return self.target[1]

    @cached_property
    def seen(self) -> list[Seen]:
        """The columns in their order."""
        return [
            self._see_derived(name, column) if column.parameters else see(name, column, self.frame, self.outcome)
            for name, column in self.recipe.columns.items()
        ]

    @property
    def head(self) -> Html:
        """Size, target and its balance."""
        target, groups = self.recipe.target, self.target[0]
        name = plot.shown(target.name)
        sizes = {"rows with a target": self.rows, "columns": len(self.seen), "features": len(self.prepared.names)}
        words = plot.facts({"task": target.task, "reason": target.reason or "as the recipe says"})
        shares = groups.counts / groups.counts.sum()
        lines = [
            (label, int(n), Share(share)) for label, n, share in zip(groups.labels, groups.counts, shares, strict=True)
        ]
        drawn = plot.to_svg(plot.overview(groups, name=name))
        picture = plot.figure(drawn, data=plot.table(["value", "rows", "share"], lines))
        return html(plot.tiles({**sizes, "target": name}), tag("div", words, picture, class_="two"))

    @property
    def contents(self) -> Html:
        """A line for each column, that leads to it."""
        note = (
            f"“Explains” is the share of the variance of {plot.shown(self.recipe.target.name)} that lies between the "
            "groups of a column's picture: what the column says alone, before any model."
        )
        lines = [self._line(i, seen) for i, seen in enumerate(self.seen)]
        return html(plot.table(HEAD, lines, class_="full glance"), tag("p", note, class_="quiet"))

    @property
    def cards(self) -> Iterator[Html]:
        """A card for each column."""
        pictured = [seen for seen in self.seen if seen.groups and seen.groups.repeats and seen.distinct != 1]
        charts = (
            plot.overview(seen.groups, self.outcome, name=plot.shown(seen.name)) for seen in pictured if seen.groups
        )
        drawn = dict(zip([seen.name for seen in pictured], plot.to_svgs(charts), strict=True))
        features = self._features()
        for i, seen in enumerate(self.seen):
            yield self._card(i, seen, drawn.get(seen.name), features.get(seen.name, []))

    def _see_derived(self, name: str, column: Column) -> Seen:
        names = self.prepared.names
        feature = self.features[:, names.index(name)] if name in names else None
        return see_derived(name, column, feature, self.outcome)

    def _line(self, i: int, seen: Seen) -> tuple[Any, ...]:
        link = tag("a", plot.shown(seen.name), href=f"#c{i}")
        kind = tag("span", "dropped", class_="quiet") if seen.column.dropped else seen.column.kind
        if seen.groups is None:
            return link, kind, "", "", _steps(seen.column)
        missing = Share(seen.groups.missing / len(self.frame))
        return link, kind, missing, plot.bar(seen.explained), _steps(seen.column)

    def _features(self) -> dict[str, list[Feature]]:
        """The features by column."""
        values = self.features
        figures = (values.mean(0, np.float64), values.std(0, np.float64), values.min(0), values.max(0))
        features = map(Feature, self.prepared.names, *(each.tolist() for each in figures))
        return {column.name: [next(features) for _ in column.names] for column in self.prepared.columns}

    def _card(self, i: int, seen: Seen, drawn: Html | None, features: list[Feature]) -> Html:
        badges = [plot.badge(seen.column.kind)]
        badges += [plot.badge("dropped")] if seen.column.dropped else []
        badges += [plot.badge("knows the target?", "warn")] if seen.explained > TELLING else []
        top = tag("header", tag("h3", plot.shown(seen.name)), *badges, tag("a", "up", href="#s1", class_="up"))
        left = tag("div", _reason(seen.column), plot.facts(self._facts(seen)), _feature_table(features))
        right = plot.figure(drawn, data=plot.group_table(seen.groups, self.outcome)) if drawn and seen.groups else ""
        return tag("article", top, tag("div", left, right, class_="two"), class_="card", id=f"c{i}")

    def _facts(self, seen: Seen) -> dict[str, Any]:
        known: dict[str, Any] = {"steps": _steps(seen.column)}
        if seen.groups is not None:
            known["missing"] = self._missing(seen.groups)
        if seen.distinct:
            known["distinct"] = seen.distinct
        if seen.quartiles:
            known["quartiles"] = " · ".join(map(plot.number, seen.quartiles))
        if seen.groups is not None and any(seen.groups.beyond):
            sides = zip(seen.groups.beyond, ("smaller", "larger"), strict=True)
            tails = " and ".join(f"{count:,} {side}" for count, side in sides if count)
            known["tails"] = f"{tails} values are counted in the outermost bars"
        return known

    def _missing(self, groups: Groups) -> str:
        if not groups.missing:
            return "none"
        text = f"{groups.missing:,} of {len(self.frame):,} ({plot.percent(groups.missing / len(self.frame))})"
        if groups.missing_mean is None:
            return text
        return f"{text}; there {self.outcome.measured(groups.missing_mean)}"


def _steps(column: Column) -> Html:
    return tag("code", plot.shown(column.shown, 200))


def _reason(column: Column) -> Html:
    if not column.reason:
        return Html()
    return tag("p", column.reason, class_="warning" if column.suspect else "reason")


def _feature_table(features: list[Feature]) -> Html:
    if not features:
        return tag("p", "It gives no feature.", class_="quiet")
    lines = [(plot.shown(name, 32), *(round(value, 4) for value in values)) for name, *values in features[:FEATURES]]
    left = len(features) - len(lines)
    more = tag("p", f"and {left:,} more features", class_="quiet") if left else ""
    return html(plot.table(["feature", "mean", "deviation", "min", "max"], lines), more)
