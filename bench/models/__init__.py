"""Models of the benchmarks, each twice from the same weights: as a philtre program and as a torch module."""
