"""``philtre train`` beside scikit-learn pipelines on the same splits: scores, times, calibration, intervals.

The whole of it takes more than an hour on two cores; ``--quick`` takes one split of each table.
"""

import argparse
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import polars as pl

from bench import tables
from bench.command import Failed, Trained, train
from bench.datasets import LATE, SHARED, Absent, path, raw_flights
from bench.scoring import calibration_error, coverage
from bench.tables import Table
from bench.verdicts import Verdicts

SECONDS = 45
LONG = ("--time-limit", "300")
LEVEL = 0.9


class Run:
    """One run of the benchmark: its options and what it has found.

    Args:
        options: of the command line.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.verdicts = Verdicts()
        self.peers: dict[str, list[float]] = {}

    def attempt(self, what: str, measure: Callable[[], None]) -> None:
        """Measure, or say in the table why it could not be done: the rows after it are measured all the same."""
        try:
            measure()
        except Absent as error:
            self.verdicts.add(what, "", "", "", None, str(error))
        except Exception as error:
            self.verdicts.add(what, "", "", "", False, f"{type(error).__name__}: {error}")

    def splits(self, table: Table) -> Sequence[tables.Split]:
        """The splits that are used."""
        return table.splits[:1] if self.options.quick else table.splits

    def peer(self, table: Table) -> float:
        """The peer's mean score, found once."""
        if table.name not in self.peers:
            self.peers[table.name] = [table.peer(*split) for split in self.splits(table)]
        return statistics.fmean(self.peers[table.name])

    def compete(self, what: str, table: Table, below: float, *options: str) -> list[Trained]:
        """Train on each split, add the row of the scores, and give what was trained."""
        peer = self.peer(table)
        bar, theirs = f"{table.metric} >= peer's - {below:g} = {peer - below:.4f}", f"{peer:.4f}"
        if self.options.peers_only:
            self.verdicts.add(what, bar, "", theirs, None)
            return []
        try:
            trained = [train(a, table.target, *options, separator=table.separator) for a, _ in self.splits(table)]
        except Failed as error:
            self.verdicts.add(what, bar, "", theirs, False, str(error))
            return []
        scores = [table.score(each.predict(b), b) for each, (_, b) in zip(trained, self.splits(table), strict=True)]
        mean = statistics.fmean(scores)
        self.verdicts.add(what, bar, f"{mean:.4f}", theirs, mean >= peer - below, f"mean of {len(scores)}")
        return trained

    def in_time(self, table: Table, trained: Sequence[Trained]) -> None:
        """Add the row of the time that whole commands took."""
        if trained:
            longest = max(each.seconds for each in trained)
            shown = f"{longest:.1f} s"
            self.verdicts.add(f"{table.name}, whole command", f"< {SECONDS} s", shown, "", longest < SECONDS)


def titanic(run: Run) -> None:
    """Accuracy over stratified folds, and the time."""
    table = tables.titanic()
    run.in_time(table, run.compete("Titanic, default limit", table, 0.003))


def adult(run: Run) -> None:
    """AUC in the default time and in five minutes, and the calibration."""
    table = tables.adult(run.options.data)
    run.in_time(table, run.compete("Adult, default limit", table, 0.015))
    trained = run.compete("Adult, 300 s", table, 0.008, *LONG)
    if trained:
        errors = [
            calibration_error(tables.rich(b), tables.probability(each.predict(b), ">50K"))
            for each, (_, b) in zip(trained, run.splits(table), strict=True)
        ]
        mean = statistics.fmean(errors)
        run.verdicts.add("Adult, expected calibration error", "<= 0.015", f"{mean:.4f}", "", mean <= 0.015)


def california(run: Run) -> None:
    """R2 in the default time and in five minutes, and the coverage of intervals."""
    table = tables.california(run.options.data)
    run.in_time(table, run.compete("California, default limit", table, 0.025))
    trained = run.compete("California, 300 s", table, 0.012, *LONG, "--interval", f"{LEVEL}")
    if trained:
        held = [
            _covered(each.predict(b), b[table.target]) for each, (_, b) in zip(trained, run.splits(table), strict=True)
        ]
        mean = statistics.fmean(held)
        run.verdicts.add(
            "California, coverage of 90 % intervals", "0.88 - 0.92", f"{mean:.4f}", "", 0.88 <= mean <= 0.92
        )


def flights(run: Run) -> None:
    """AUC of what is known before departure, above logistic regression."""
    run.compete("nycflights13, late arrivals", tables.flights(run.options.data), 0.0, *LONG)


def suspect(run: Run) -> None:
    """On the raw table a column that nearly gives the target away is reported."""
    table = raw_flights(run.options.data)
    bar = "dep_delay is a suspect"
    association = tables.auc(table[LATE].to_numpy(), table["dep_delay"].to_numpy())
    if run.options.peers_only:
        run.verdicts.add("nycflights13, raw", bar, "", f"AUC {association:.3f}", None)
        return
    printed = train(table, LATE, "--time-limit", "60").printed
    said = [line for line in printed.splitlines() if not line.startswith("{")]
    lines = [line for line in said if "dep_delay" in line and "suspect" in line.casefold()]
    run.verdicts.add(
        "nycflights13, raw",
        bar,
        lines[0].strip()[:120] if lines else "not reported",
        f"AUC {association:.3f}",
        bool(lines),
    )


def plain(run: Run) -> None:
    """Tables that train with nothing but ``--target``."""
    files = {"vega/seattle-weather.csv": "weather", "vega/penguins.json": "Species"}
    for name, target in files.items():
        run.attempt(name, partial(_plain, run, name, target))


def _plain(run: Run, name: str, target: str) -> None:
    trained = train(path(name, run.options.data), target)
    metrics = trained.model.metadata.metrics
    shown = f"{trained.seconds:.1f} s, accuracy {metrics['accuracy']:.3f}"
    run.verdicts.add(name, "trains", shown, f"most frequent class {metrics['accuracy_baseline']:.3f}", True)


def digits(run: Run) -> None:
    """optdigits has no header: its columns become column_1, ..."""
    names = [f"column_{i}" for i in range(1, 66)]
    test = pl.read_csv(path("optdigits/optdigits-test.csv", run.options.data), has_header=False, new_columns=names)
    answers = train(path("optdigits/optdigits-train.csv", run.options.data), names[-1]).predict(test)
    right = tables.accuracy(names[-1])(answers, test)
    run.verdicts.add("optdigits", "accuracy >= 0.97", f"{right:.4f}", "", right >= 0.97)


def _covered(answers: pl.DataFrame, truth: pl.Series) -> float:
    return coverage(truth.to_numpy(), answers["lower"].to_numpy(), answers["upper"].to_numpy())


MEASURES = {each.__name__: each for each in (titanic, adult, california, flights, suspect, plain, digits)}
PEERLESS = ("plain", "digits")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure row by row.

    Args:
        arguments: of the command line; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.train_cli", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one split of each table")
    parser.add_argument("--peers-only", action="store_true", help="find the bars only")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the tables")
    parser.add_argument("--markdown", type=Path, help="file for the table")
    parser.add_argument("--only", nargs="+", choices=[*MEASURES], default=[*MEASURES], help="rows; all by default")
    options = parser.parse_args(arguments)
    run = Run(options)
    packages = ("philtre", "scikit-learn", "polars", "jax", "onnxruntime")
    title = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"{title}; {'one split' if options.quick else 'all splits'}\n")
    for name in (name for name in options.only if not (options.peers_only and name in PEERLESS)):
        run.attempt(name, partial(MEASURES[name], run))
        if options.markdown:
            run.verdicts.save(options.markdown, title)


if __name__ == "__main__":
    main()
