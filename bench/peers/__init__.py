"""Peers that the benchmarks run beside philtre."""
