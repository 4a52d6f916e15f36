"""Counters and histograms in Prometheus' text format.

Reference: prometheus.io, "Exposition formats", version 0.0.4.
"""

import bisect
from collections.abc import Callable, Iterable, Mapping

from philtre.serving import Serving

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds of the latency buckets, in seconds."""


class RouteMetrics:
    """Counts of one route of one model."""

    __slots__ = ("buckets", "model", "route", "seconds", "statuses")

    def __init__(self, model: str, route: str) -> None:
        self.model = model
        self.route = route
        self.statuses: dict[int, int] = {}
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def observe(self, status: int, seconds: float) -> None:
        """Count one request."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.buckets[bisect.bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


def metrics_text(routes: Iterable[RouteMetrics], servings: Mapping[str, Serving]) -> str:
    """All figures in the text format."""
    used = [route for route in routes if route.statuses]
    lines: list[str] = []
    _family(lines, "philtre_requests_total", "counter", "HTTP requests by model, route and status.")
    for route in used:
        counts = route.statuses.items()
        lines += [f'philtre_requests_total{{{_labels(route)},status="{status}"}} {count}' for status, count in counts]
    _family(lines, "philtre_request_seconds", "histogram", "Time from the request's head to its answer.")
    for route in used:
        labels, total = _labels(route), 0
        for bound, count in zip([*map(str, BOUNDS), "+Inf"], route.buckets, strict=True):
            total += count
            lines.append(f'philtre_request_seconds_bucket{{{labels},le="{bound}"}} {total}')
        lines.append(f"philtre_request_seconds_sum{{{labels}}} {route.seconds}")
        lines.append(f"philtre_request_seconds_count{{{labels}}} {total}")
    for name, kind, help_text, read in _OF_SERVING:
        _family(lines, name, kind, help_text)
        lines += [f'{name}{{model="{_escaped(model)}"}} {read(serving)}' for model, serving in servings.items()]
    return "\n".join(lines) + "\n"


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


def _labels(route: RouteMetrics) -> str:
    return f'model="{_escaped(route.model)}",route="{route.route}"'


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
