"""The report of a recipe: one page that shows each column, the target beside it, and what becomes of it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from philtre import plot
from philtre.data.column import Column
from philtre.data.kind import KINDS
from philtre.data.prepared import Prepared
from philtre.data.spelling import ordered
from philtre.errors import DataError
from philtre.fields import Array
from philtre.plot import Groups, Html, Outcome, Section, html, tag

if TYPE_CHECKING:
    from philtre.data.recipe import Recipe

FEATURES = 10
"""So many features of a column are shown."""
SAMPLE = 200_000
"""Of a larger table so many rows, drawn at random, stand for all."""
TELLING = 0.95
"""A column that explains more of the target is likely to know it."""


def write_report(recipe: "Recipe", frame: Any, path: str | os.PathLike[str] | None = None) -> Path:
    """Write one HTML file that shows each column of a frame and what a recipe makes of it; see `Recipe.report`."""
    file = Path("report.html" if path is None else path)
    rows = recipe.labelled(frame)
    sample = rows if rows.height <= SAMPLE else rows.sample(SAMPLE, seed=0)
    report = RecipeReport(recipe, recipe.fit(rows), sample, rows.height)
    title = f"A recipe for {plot.shown(recipe.target.name)}"
    written = plot.page(title, report.sections, kind="recipe", lead=report.lead)
    try:
        file.write_text(written, encoding="utf-8")
    except OSError as error:
        raise DataError(f"report '{file}'", expected="a file that can be written", got=str(error)) from None
    return file


@dataclass(frozen=True)
class Seen:
    """A column of the frame, as its picture shows it.

    Attributes:
        name: of the column.
        column: what the recipe says of it.
        groups: its rows by value; None for a type that has no values to show.
        quartiles: least, quarters and largest value of a number; else empty.
        distinct: number of different values.
    """

    name: str
    column: Column
    groups: Groups | None
    quartiles: tuple[float, ...] = ()
    distinct: int = 0

    @property
    def explained(self) -> float:
        """Share of the target's variance that the column alone explains."""
        return (self.groups.explained if self.groups else None) or 0.0


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
        """The page in a sentence."""
        kept = sum(not column.dropped for column in self.recipe.columns.values())
        few = (
            f" What is shown is that of {self.frame.height:,} rows drawn at random."
            if len(self.frame) < self.rows
            else ""
        )
        return (
            f"{kept} of {len(self.recipe.columns)} columns become {len(self.prepared.names)} features "
            f"for a {self.recipe.target.task}. Here is each column, the target beside it, and what becomes of it.{few}"
        )

    @property
    def sections(self) -> list[Section]:
        """The parts of the page."""
        return [
            Section("The table", self.head),
            Section("At a glance", self.contents),
            Section("Columns", html(self.legend, *self.cards)),
            Section("The recipe as code", plot.code(self.recipe.code())),
        ]

    @cached_property
    def features(self) -> Array:
        """float32[n, d], what the recipe makes of the rows."""
        return self.prepared(self.frame)

    @cached_property
    def outcome(self) -> Outcome:
        """The target as pictures see it."""
        target = self.recipe.target
        values = self.frame.select(target.values(self.frame.schema[target.name])).to_series()
        name = plot.shown(target.name, 24)
        if target.task == "regression":
            return plot.outcome(values.to_numpy(), name)
        return plot.outcome(values.to_list(), name, ordered(values.unique()))

    @cached_property
    def seen(self) -> list[Seen]:
        """The columns in their order."""
        return [self._see(name, column) for name, column in self.recipe.columns.items()]

    @property
    def head(self) -> Html:
        """Size, target and its balance."""
        target = self.recipe.target
        figures = plot.tiles(
            {
                "rows with a target": self.rows,
                "columns": len(self.recipe.columns),
                "features": len(self.prepared.names),
                "target": plot.shown(target.name),
            }
        )
        values = self.frame.select(target.values(self.frame.schema[target.name])).to_series()
        classify = target.task == "classification"
        groups = plot.group_values(values.to_list()) if classify else plot.group_numbers(values.to_numpy())
        drawn = plot.to_svg(plot.overview(groups, name=plot.shown(target.name)))
        words = plot.facts({"task": target.task, "reason": target.reason or "as the recipe says"})
        numbers = plot.table(["value", "rows", "share"], _counted(groups))
        return html(figures, tag("div", words, plot.figure(drawn, data=numbers), class_="two"))

    @property
    def contents(self) -> Html:
        """A line for each column, that leads to it."""
        lines = [
            (
                tag("a", plot.shown(seen.name), href=f"#c{i}"),
                seen.column.kind if not seen.column.dropped else tag("span", "dropped", class_="quiet"),
                plot.Share(seen.groups.missing / self.frame.height) if seen.groups else "",
                plot.bar(seen.explained) if seen.groups else "",
                tag("code", _steps(seen.column)),
            )
            for i, seen in enumerate(self.seen)
        ]
        note = (
            f"“Explains” is the share of the variance of {plot.shown(self.recipe.target.name)} that lies between the "
            "groups of a column's picture: what the column says alone, before any model."
        )
        head = ["column", "kind", "missing", "explains", "steps"]
        return html(plot.table(head, lines, class_="full glance"), tag("p", note, class_="quiet"))

    @property
    def legend(self) -> Html:
        """What the colours stand for."""
        return plot.legend(self.outcome)

    @property
    def cards(self) -> Iterator[Html]:
        """A card for each column."""
        shapes = self._features()
        drawn = iter(plot.to_svgs(self._charts()))
        for i, seen in enumerate(self.seen):
            picture = next(drawn) if seen.groups else None
            yield self._card(i, seen, picture, shapes.get(seen.name, []))

    def _charts(self) -> Iterator[Any]:
        for seen in self.seen:
            if seen.groups:
                yield plot.overview(seen.groups, self.outcome, name=plot.shown(seen.name))

    def _see(self, name: str, column: Column) -> Seen:
        if column.parameters:
            made = self.features[:, self.prepared.names.index(name)] if name in self.prepared.names else None
            return Seen(name, column, None if made is None else plot.group_numbers(made, self.outcome))
        if name not in self.frame.columns:
            return Seen(name, column, None)
        values = self._values(name, column)
        if values.dtype.is_nested() or values.dtype in (pl.Binary, pl.Object):
            return Seen(name, column, None)
        distinct = values.drop_nulls().n_unique()
        if column.kind == "timestamp":
            moments = values.cast(pl.Float64).to_numpy() / 1000
            return Seen(name, column, plot.group_numbers(moments, self.outcome, time=True), distinct=distinct)
        if not values.dtype.is_numeric():
            texts = values.cast(pl.String, strict=False).to_list()
            return Seen(name, column, plot.group_values(texts, self.outcome), distinct=distinct)
        numbers = values.cast(pl.Float64)
        shares = [numbers.quantile(share) for share in (0, 0.25, 0.5, 0.75, 1)]
        quartiles = tuple(value for value in shares if value is not None)
        return Seen(name, column, plot.group_numbers(numbers.to_numpy(), self.outcome), quartiles, distinct)

    def _values(self, name: str, column: Column) -> pl.Series:
        """The column as the fit sees it, where it can."""
        kind, dtype = KINDS.get(column.kind), self.frame.schema[name]
        values = kind.fitted(pl.col(name), dtype) if kind and kind.accepts(dtype) else pl.col(name)
        return self.frame.select(values).to_series()

    def _features(self) -> dict[str, list[tuple[Any, ...]]]:
        """By column: name, mean, deviation, least and largest value of each feature."""
        features = self.features
        columns = (features.mean(0, np.float64), features.std(0, np.float64), features.min(0), features.max(0))
        figures = zip(self.prepared.names, *(column.tolist() for column in columns), strict=True)
        return {each.name: [next(figures) for _ in each.names] for each in self.prepared.columns}

    def _card(self, i: int, seen: Seen, drawn: Html | None, features: list[tuple[Any, ...]]) -> Html:
        column = seen.column
        badges = [plot.badge(column.kind)]
        if column.dropped:
            badges.append(plot.badge("dropped"))
        if seen.explained > TELLING:
            badges.append(plot.badge("knows the target?", "warn"))
        top = tag("header", tag("h3", plot.shown(seen.name)), *badges, tag("a", "up", href="#s1", class_="up"))
        left = html(plot.facts(self._facts(seen)), _feature_table(features))
        right = plot.figure(drawn, data=self._numbers(seen.groups)) if drawn and seen.groups else ""
        return tag("article", top, tag("div", tag("div", left), right, class_="two"), class_="card", id=f"c{i}")

    def _facts(self, seen: Seen) -> dict[str, Any]:
        known: dict[str, Any] = {"steps": tag("code", _steps(seen.column))}
        if seen.column.reason:
            known["reason"] = seen.column.reason
        if seen.groups is None:
            return known
        known["missing"] = self._missing(seen.groups)
        if seen.distinct:
            known["distinct"] = seen.distinct
        if seen.quartiles:
            known["quartiles"] = " · ".join(map(plot.number, seen.quartiles))
        if any(seen.groups.beyond):
            known["tails"] = f"{_tails(*seen.groups.beyond)} values are counted in the outermost bars"
        return known

    def _missing(self, groups: Groups) -> str:
        if not groups.missing:
            return "none"
        text = f"{groups.missing:,} of {self.frame.height:,} ({plot.percent(groups.missing / self.frame.height)})"
        if groups.missing_mean is None:
            return text
        return f"{text}; there {plot.measured(self.outcome, groups.missing_mean)}"

    def _numbers(self, groups: Groups) -> Html:
        return plot.group_table(groups, self.outcome)


def _steps(column: Column) -> str:
    return plot.shown(column.shown, 200)


def _tails(below: int, above: int) -> str:
    return " and ".join(f"{count:,} {side}" for count, side in ((below, "smaller"), (above, "larger")) if count)


def _counted(groups: Groups) -> list[tuple[Any, ...]]:
    total = int(groups.counts.sum())
    return [(label, int(n), plot.Share(n / total)) for label, n in zip(groups.labels, groups.counts, strict=True)]


def _feature_table(features: list[tuple[Any, ...]]) -> Html:
    if not features:
        return tag("p", "It gives no feature.", class_="quiet")
    lines = [
        (plot.shown(name, 32), *(round(figure, 4) for figure in figures)) for name, *figures in features[:FEATURES]
    ]
    left = len(features) - len(lines)
    more = tag("p", f"and {left:,} more features", class_="quiet") if left else ""
    return html(plot.table(["feature", "mean", "deviation", "min", "max"], lines), more)
