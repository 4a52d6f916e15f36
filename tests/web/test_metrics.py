"""The text that Prometheus reads: every series once, buckets that add up, labels escaped."""

import re

import numpy as np

from philtre.serving import Serving
from philtre.web.metrics import BOUNDS, RouteMetrics, metrics_text

SERIES = re.compile(r'[a-z_]+\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="[^"]*")*\} [0-9.e+-]+')


def test_every_line_is_a_comment_or_a_series_of_its_own():
    predict, infer = RouteMetrics('a"b\\c\n', "predict"), RouteMetrics("m", "infer")
    predict.observe(200, 0.002)
    predict.observe(422, 0.2)
    infer.observe(200, 100.0)
    text = metrics_text([predict, infer, RouteMetrics("m", "never used")], {"m": Serving(lambda x: x)})
    lines = text.splitlines()
    assert text.endswith("\n")
    assert all(line.startswith("# ") or SERIES.fullmatch(line) for line in lines)
    names = [line.rpartition(" ")[0] for line in lines if not line.startswith("#")]
    assert len(set(names)) == len(names)
    assert r'philtre_requests_total{model="a\"b\\c\n",route="predict",status="422"} 1' in lines
    assert "never used" not in text


def test_buckets_are_cumulative():
    route = RouteMetrics("m", "predict")
    for seconds in (BOUNDS[0], 0.003, 0.003, 99.0):
        route.observe(200, seconds)
    text = metrics_text([route], {})
    counts = [int(count) for count in re.findall(r"seconds_bucket\{.*\} (\d+)", text)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-2], counts[-1]) == (1, 3, 4)
    assert 'philtre_request_seconds_count{model="m",route="predict"} 4' in text


def test_what_a_serving_did_is_read_from_it():
    with Serving(lambda x: x) as serving:
        serving(np.float32([1, 2, 3]))
        text = metrics_text([], {"m": serving})
    assert 'philtre_rows_total{model="m"} 3' in text
    assert 'philtre_batches_total{model="m"} 1' in text
    assert 'philtre_queued_rows{model="m"} 0' in text
