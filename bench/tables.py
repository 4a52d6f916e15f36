"""The tables that models compete on: how each is split, what the peer does with it and what counts."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.model_selection import StratifiedKFold, train_test_split

from bench import datasets
from bench.peers import sklearn_tables as peer
from bench.scoring import auc

Split = tuple[pl.DataFrame, pl.DataFrame]
HELD_OUT = 0.2
SEEDS = (0, 1, 2)


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: for people.
        metric: what `score` gives.
        target: the column to learn.
        splits: rows to fit on, rows to judge by.
        peer: fits the peer on the first part of a split and scores it on the second.
        score: scores answers to the second part.
        separator: of the CSV file that the command reads.
    """

    name: str
    metric: str
    target: str
    splits: Sequence[Split]
    peer: Callable[[pl.DataFrame, pl.DataFrame], float]
    score: Callable[[pl.DataFrame, pl.DataFrame], float]
    separator: str = ","


def titanic() -> Table:
    """Five times five stratified folds."""
    table = datasets.titanic()
    labels = table["Survived"].to_numpy()
    folds = [
        fold for seed in range(5) for fold in StratifiedKFold(5, shuffle=True, random_state=seed).split(table, labels)
    ]
    splits = [(table[a], table[b]) for a, b in folds]
    return Table("Titanic", "accuracy", "Survived", splits, _boosted_titanic, accuracy("Survived"))


def adult(folder: Path) -> Table:
    """Three held-out fifths."""
    table = datasets.adult(folder)
    return Table("Adult", "AUC", "label", held_out(table), _boosted_adult, adult_auc, "\t")


def california(folder: Path) -> Table:
    """Three held-out fifths."""
    table = datasets.california(folder)
    target = "median_house_value"
    return Table(
        "California", "R2", target, held_out(table), _boosted_california, lambda a, t: r2(t[target], a["prediction"])
    )


def flights(folder: Path) -> Table:
    """The last fifth of the year is held out."""
    splits = [datasets.by_time(datasets.flights(folder), HELD_OUT)]
    return Table("nycflights13", "AUC", datasets.LATE, splits, _logistic_flights, _flights_auc)


def held_out(table: pl.DataFrame) -> list[Split]:
    """Random fifths, one for each seed."""
    rows = np.arange(table.height)
    parts = [train_test_split(rows, test_size=HELD_OUT, random_state=seed) for seed in SEEDS]
    return [(table[a], table[b]) for a, b in parts]


def rich(frame: pl.DataFrame) -> np.ndarray:
    """Who of the Adult table earns more than 50K."""
    return frame["label"].str.contains("&gt;", literal=True).to_numpy()


def probability(answers: pl.DataFrame, label: str) -> np.ndarray:
    """The column of a label's probability, however the label is spelled."""
    names = {html.unescape(name.removeprefix("probability_")).casefold(): name for name in answers.columns}
    return answers[names[label.casefold()]].to_numpy()


def accuracy(target: str) -> Callable[[pl.DataFrame, pl.DataFrame], float]:
    """Share of the labels that are right."""
    return lambda answers, test: float((answers["label"] == test[target].cast(pl.String)).mean())  # type: ignore[arg-type]


def adult_auc(answers: pl.DataFrame, test: pl.DataFrame) -> float:
    """Area under the ROC curve of the probability of more than 50K."""
    return auc(rich(test), probability(answers, ">50K"))


def r2(truth: pl.Series, answers: pl.Series | np.ndarray) -> float:
    """Share of the variance that is explained."""
    wrong = truth.to_numpy() - np.asarray(answers)
    return float(1 - np.mean(wrong**2) / truth.to_numpy().var())


def _flights_auc(answers: pl.DataFrame, test: pl.DataFrame) -> float:
    return auc(test[datasets.LATE].to_numpy(), probability(answers, "true"))


def _boosted_titanic(train: pl.DataFrame, test: pl.DataFrame) -> float:
    x, y = (peer.to_pandas(frame.select(peer.TITANIC)) for frame in (train, test))
    model = peer.boosting().fit(x, train["Survived"].to_numpy())
    return float(model.score(y, test["Survived"].to_numpy()))


def _boosted_adult(train: pl.DataFrame, test: pl.DataFrame) -> float:
    x, y = (peer.to_pandas(frame.drop("label")) for frame in (train, test))
    return auc(rich(test), peer.probabilities(peer.boosting().fit(x, rich(train)), y))


def _boosted_california(train: pl.DataFrame, test: pl.DataFrame) -> float:
    target = "median_house_value"
    x, y = (peer.to_pandas(frame.drop(target)) for frame in (train, test))
    return r2(test[target], peer.boosting(regression=True).fit(x, train[target].to_numpy()).predict(y))


def _logistic_flights(train: pl.DataFrame, test: pl.DataFrame) -> float:
    x, y = (peer.flights_to_pandas(frame.drop(datasets.LATE)) for frame in (train, test))
    model = peer.logistic().fit(x, train[datasets.LATE].to_numpy())
    return auc(test[datasets.LATE].to_numpy(), peer.probabilities(model, y))
