"""Recipes: fitting beside Polars by hand and scikit-learn, memory of a streamed file, the program beside a transformer.

The generated files need 3 GB of disk and scikit-learn some 10 GB of memory; ``--rows`` and ``--gigabytes`` make them
smaller.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from bench.generated import FLOATS, write
from bench.preparation import programs
from bench.recipe_child import PROBABILITIES
from bench.recipes import by_hand, recipe, transformer
from bench.verdicts import Verdicts

ROUNDS = 3
GIGABYTE = 10**9


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure row by row.

    Args:
        arguments: of the command line; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.recipe", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the table that is fitted, in millions")
    parser.add_argument("--gigabytes", type=float, default=2.0, help="size of the file that is streamed")
    parser.add_argument("--directory", type=Path, help="where the generated files are, for the time of the run")
    parser.add_argument("--markdown", type=Path, help="file for the table")
    parser.add_argument("--only", nargs="+", choices=[*MEASURES], default=[*MEASURES], help="rows; all by default")
    options = parser.parse_args(arguments)
    packages = ("philtre", "polars", "scikit-learn", "pandas", "numpy", "onnxruntime")
    title = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"{title}\n")
    verdicts = Verdicts()
    for name in options.only:
        with tempfile.TemporaryDirectory(dir=options.directory) as folder:
            MEASURES[name](verdicts, options, Path(folder) / "generated.parquet")
        if options.markdown:
            verdicts.save(options.markdown, title)


def fit(verdicts: Verdicts, options: argparse.Namespace, file: Path) -> None:
    """Seconds to learn all statistics, from a Parquet file and from memory."""
    rows = write(file, lambda rows: rows >= options.rows)
    frame, what = pl.scan_parquet(file), f"recipe fit, {rows / 1e6:g} million rows x 20 columns"
    _fit(verdicts, f"{what}, Parquet", frame)
    _fit(verdicts, f"{what}, in memory", frame.collect().lazy())
    ours = _seconds({"philtre": lambda: recipe().fit(frame)}, rounds=1)["philtre"]
    table = frame.collect().to_pandas()
    theirs = _seconds({"peer": lambda: transformer().fit(table)}, rounds=1)["peer"]
    verdicts.add(
        f"{what}, scikit-learn from memory", "", f"{ours:.2f} s", f"{theirs:.2f} s", None, _ratio(ours, theirs)
    )


def _fit(verdicts: Verdicts, what: str, frame: pl.LazyFrame) -> None:
    """The peer has the faster of its two engines."""
    found = _seconds(
        {
            "philtre": lambda: recipe().fit(frame),
            "streaming": lambda: by_hand(frame).collect(engine="streaming"),
            "in memory": lambda: by_hand(frame).collect(engine="in-memory"),
        },
        rounds=ROUNDS,
    )
    engine = min(("streaming", "in memory"), key=lambda name: found[name])
    ours, theirs = found["philtre"], found[engine]
    shown = f"Polars by hand ({engine}) {theirs:.2f} s"
    verdicts.add(what, "<= 2 x by hand", f"{ours:.2f} s", shown, ours <= 2 * theirs, _ratio(ours, theirs))


def stream(verdicts: Verdicts, options: argparse.Namespace, file: Path) -> None:
    """Peak memory of a process that fits on a big file, and how far its quantiles are from the exact ones."""
    rows = write(file, lambda rows: file.exists() and file.stat().st_size >= options.gigabytes * GIGABYTE)
    size = f"{rows / 1e6:g} million rows, {file.stat().st_size / GIGABYTE:.2f} GB of Parquet"
    command = [sys.executable, "-m", "bench.recipe_child", str(file)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    peak = found["peak"] / GIGABYTE
    verdicts.add(f"peak memory, {size}", "< 1 GB", f"{peak:.2f} GB", "", peak < 1, f"{found['seconds']:.1f} s")
    frame = pl.scan_parquet(file)
    medians = max(rank_error(frame, name, 0.5, value) for name, value in found["medians"].items())
    verdicts.add("rank error of the medians", "<= 0.1 %", f"{medians:.4%}", "", medians <= 1e-3)
    asked = [
        (name, p, value) for name in FLOATS for p, value in zip(PROBABILITIES, found["quantiles"][name], strict=True)
    ]
    largest = max(rank_error(frame, *each) for each in asked)
    verdicts.add(f"largest rank error of {len(asked)} quantiles", "<= 0.1 %", f"{largest:.4%}", "", largest <= 1e-3)


def rank_error(frame: pl.LazyFrame, name: str, probability: float, value: float) -> float:
    """How far a quantile's rank is from the one asked for, as a share of the rows that are not missing.

    Equal values have all the ranks from the first to the last of them.
    """
    column = pl.col(name)
    counts = frame.select((column < value).sum(), (column <= value).sum().alias("to"), column.count().alias("all"))
    below, to, rows = counts.collect(engine="streaming").row(0)
    return float(max(below / rows - probability, probability - to / rows, 0.0))


def transform(verdicts: Verdicts, options: argparse.Namespace, file: Path) -> None:
    """Time of one transformation of Titanic rows."""
    for batch in (1, 4096):
        calls = programs(batch)
        found = _microseconds(calls)
        ours, theirs = found["program"], found["scikit-learn"]
        what, peer = f"prepared program, Titanic, batch {batch:,}", f"{theirs:,.0f} us"
        verdicts.add(what, "<= 0.5 x scikit-learn", f"{ours:,.0f} us", peer, ours <= theirs / 2, _ratio(ours, theirs))
        for name in ("frame and program", "rows and program"):
            verdicts.add(
                f"{name}, batch {batch:,}", "", f"{found[name]:,.0f} us", peer, None, _ratio(found[name], theirs)
            )


MEASURES = {each.__name__: each for each in (fit, stream, transform)}


def _seconds(calls: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Medians of calls in turn."""
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            found[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in found.items()}


def _microseconds(calls: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """Medians of many calls in turn, each a few times over so that a caller's caches are as warm as in use."""
    _seconds(calls, rounds=20)
    return {name: seconds * 1e6 for name, seconds in _seconds(calls, rounds=200).items()}


def _ratio(ours: float, theirs: float) -> str:
    return f"ratio {ours / theirs:.2f}"


if __name__ == "__main__":
    main()
