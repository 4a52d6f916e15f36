"""Run all benchmarks: ``python -m bench``; or one: ``python -m bench.serving``."""

from bench import serving, size, start

for benchmark in (size, start, serving):
    benchmark.main()
    print()
