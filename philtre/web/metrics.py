"""Counters and histograms in Prometheus' text format.

Reference: prometheus.io, "Exposition formats", version 0.0.4.
"""

import bisect
from collections.abc import Callable, Mapping

from philtre.serving import Serving

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the latency buckets, in seconds."""


class Metrics:
    """What the web counts itself; what servings count is read from them when it is asked for."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], int] = {}
        self.buckets: dict[str, list[int]] = {}
        self.seconds: dict[str, float] = {}

    def observe(self, model: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        key = (model, route, status)
        self.requests[key] = self.requests.get(key, 0) + 1
        if model not in self.buckets:
            self.buckets[model] = [0] * (len(BOUNDS) + 1)
            self.seconds[model] = 0.0
        self.buckets[model][bisect.bisect_left(BOUNDS, seconds)] += 1
        self.seconds[model] += seconds

    def text(self, servings: Mapping[str, Serving]) -> str:
        """All figures in the text format."""
        lines: list[str] = []
        _family(lines, "philtre_requests_total", "counter", "HTTP requests by model, route and status.")
        for (model, route, status), count in self.requests.items():
            labels = f'model="{_label(model)}",route="{route}",status="{status}"'
            lines.append(f"philtre_requests_total{{{labels}}} {count}")
        self._latencies(lines)
        for name, kind, help_text, read in _OF_SERVING:
            _family(lines, name, kind, help_text)
            lines += [f'{name}{{model="{_label(model)}"}} {read(serving)}' for model, serving in servings.items()]
        return "\n".join(lines) + "\n"

    def _latencies(self, lines: list[str]) -> None:
        name = "philtre_request_seconds"
        _family(lines, name, "histogram", "Time from the request's head to its answer.")
        for model, counts in self.buckets.items():
            label, total = f'model="{_label(model)}"', 0
            for bound, count in zip([*map(str, BOUNDS), "+Inf"], counts, strict=True):
                total += count
                lines.append(f'{name}_bucket{{{label},le="{bound}"}} {total}')
            lines += [f"{name}_sum{{{label}}} {self.seconds[model]}", f"{name}_count{{{label}}} {total}"]


_OF_SERVING: tuple[tuple[str, str, str, Callable[[Serving], float]], ...] = (
    ("philtre_rows_total", "counter", "Rows answered.", lambda serving: serving.statistics.rows),
    ("philtre_batches_total", "counter", "Runs of the model.", lambda serving: serving.statistics.batches),
    ("philtre_model_seconds_total", "counter", "Time inside the model.", lambda serving: serving.statistics.seconds),
    ("philtre_model_failures_total", "counter", "Requests the model failed.", lambda s: s.statistics.failures),
    ("philtre_rejected_total", "counter", "Requests refused, the queue full.", lambda s: s.statistics.rejected),
    ("philtre_queued_rows", "gauge", "Rows that wait.", lambda serving: serving.queued),
)


def _family(lines: list[str], name: str, kind: str, help_text: str) -> None:
    lines += [f"# HELP {name} {help_text}", f"# TYPE {name} {kind}"]


def _label(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
