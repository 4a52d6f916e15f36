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

from tests.conformance.agreement import Outcome, Verdict, examine
from tests.conformance.case import Case
from tests.conformance.programs import CASES, GROUPS
from tests.conformance.renew import renew


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
    parser.add_argument("--renew", action="store_true", help="run all cases and write the target's exclusions anew")
    options = parser.parse_args()
    remember_compilations()
    counts: Counter[str] = Counter()
    outcomes: list[tuple[Case, str, Outcome]] = []
    start = time.perf_counter()
    for case in CASES:
        if options.group and case.group not in options.group:
            continue
        if options.case and not any(part in case.name for part in options.case):
            continue
        for dtype in case.dtypes:
            if options.dtype and dtype not in options.dtype:
                continue
            verdict, detail = outcome = examine(case, dtype, options.target)
            outcomes.append((case, dtype, outcome))
            counts[verdict.value] += 1
            if verdict is not Verdict.AGREES or not options.quiet:
                print(f"{verdict.value:8} {case.name}[{dtype}] {detail}", flush=True)
    summary = ", ".join(f"{counts[each.value]} {each.value}" for each in Verdict)
    print(f"{summary} in {time.perf_counter() - start:.0f} s")
    if options.renew:
        print("\n".join(["without a reason:", *renew(options.target, outcomes)]))


if __name__ == "__main__":
    main()
