"""Run cases on a target and say which run, which are refused and which differ.

python -m tests.conformance --target onnx --group scatter
python -m tests.conformance --target numpy --case scatter.add --dtype float32
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import jax

from tests.conformance.agreement import Verdict, examine
from tests.conformance.programs import CASES, GROUPS


def remember_compilations() -> None:
    """Keep what XLA compiles on disk, so that the next run starts sooner."""
    jax.config.update("jax_compilation_cache_dir", str(Path(tempfile.gettempdir()) / "philtre-conformance"))
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("--target", required=True)
    parser.add_argument("--group", choices=GROUPS, action="append")
    parser.add_argument("--case", action="append", help="part of a name")
    parser.add_argument("--dtype", action="append")
    parser.add_argument("--quiet", action="store_true", help="leave out what agrees")
    options = parser.parse_args()
    remember_compilations()
    counts: Counter[str] = Counter()
    start = time.perf_counter()
    for case in CASES:
        if options.group and case.group not in options.group:
            continue
        if options.case and not any(part in case.name for part in options.case):
            continue
        for dtype in case.dtypes:
            if options.dtype and dtype not in options.dtype:
                continue
            verdict, detail = examine(case, dtype, options.target)
            counts[verdict.value] += 1
            if verdict is not Verdict.AGREES or not options.quiet:
                print(f"{verdict.value:8} {case.name}[{dtype}] {detail}", flush=True)
    print(
        ", ".join(f"{counts[each.value]} {each.value}" for each in Verdict), f"in {time.perf_counter() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
