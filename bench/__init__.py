"""Benchmarks: philtre and its peers side by side, in one run, in turn; medians, ratios, versions."""
