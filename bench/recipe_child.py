"""A process that fits a recipe on a Parquet file and prints its peak memory and its quantiles, as JSON."""

import json
import resource
import sys
import time
from pathlib import Path

import polars as pl

from bench.generated import FLOATS
from bench.recipes import recipe
from philtre.data.collect import collect
from philtre.data.steps.statistic import Quantiles

PROBABILITIES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def main(path: str) -> None:
    """Fit, then ask for quantiles in the same way as a step does."""
    frame = pl.scan_parquet(path)
    began = time.perf_counter()
    prepared = recipe().fit(frame)
    seconds = time.perf_counter() - began
    rows = frame.select(pl.len()).collect().item()
    quantiles = collect(frame, rows, {name: Quantiles(pl.col(name), PROBABILITIES) for name in FLOATS})
    medians = {column.name: column.steps[0].value for column in prepared.columns if column.name in FLOATS}
    print(json.dumps({"seconds": seconds, "peak": _peak(), "medians": medians, "quantiles": quantiles}))


def _peak() -> int:
    """Bytes of resident memory at most; where the system says so, of this program alone and not of who started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1])
