"""Requests per second of one core: philtre beside FastAPI with pydantic and onnxruntime, Titanic rows."""

import json
import statistics
from functools import cache
from importlib.metadata import version
from typing import Any

import philtre as ph
from bench.client import Load, http_request, load
from bench.servers import CLIENT_CORE, free_port, pinned, server
from bench.titanic import model, rows

CONNECTIONS = (1, 32, 128)
ROUNDS = 5
SECONDS = 3.0


def main() -> None:
    """Run all servers in turn, round by round, and print medians and ratios."""
    import uvloop

    path, passengers = model(), rows()
    expected = ph.load(path).predict(passengers)
    bodies = [json.dumps(row).encode() for row in passengers]

    @cache  # the same text to the same question needs no second look, and the client stays lighter than the servers
    def check(body: bytes, index: int) -> bool:
        answer, right = json.loads(body), expected[index]
        close = abs(answer["probabilities"]["1"] - right["probabilities"]["1"]) <= 1e-5
        return bool(answer["label"] == right["label"] and close)

    philtre_port, fastapi_port = free_port(), free_port()
    names = {
        "philtre": (
            ["-m", "philtre", "serve", str(path), "--port", str(philtre_port)],
            philtre_port,
            "/v2/health/ready",
        ),
        "FastAPI": (["-m", "bench.peers.fastapi_titanic", str(path), str(fastapi_port)], fastapi_port, "/openapi.json"),
    }
    paths = {"philtre": "/models/titanic/predict", "FastAPI": "/predict"}
    found: dict[tuple[str, int], list[Load]] = {}
    alone = pinned(CLIENT_CORE)
    for _ in range(ROUNDS):
        for name, (arguments, port, ready) in names.items():
            with server(arguments, port, ready):
                requests = [http_request(paths[name], body) for body in bodies]
                for count in CONNECTIONS:
                    run = load(port, requests, connections=count, seconds=SECONDS, check=check)
                    found.setdefault((name, count), []).append(uvloop.run(run))
    _print(found, list(names), alone)


def _print(found: dict[tuple[str, int], list[Load]], names: list[str], alone: bool) -> None:
    packages = ("philtre", "fastapi", "pydantic", "uvicorn", "onnxruntime", "msgspec")
    print(f"Titanic rows, JSON, one row a request; server on one core, client {'on another' if alone else 'beside'};")
    print(f"{ROUNDS} rounds of {SECONDS:g} s in turn, medians. {', '.join(f'{p} {version(p)}' for p in packages)}\n")
    print(f"{'connections':>11}  {'server':<8}  {'req/s':>8}  {'p50 ms':>7}  {'p99 ms':>7}  {'wrong':>5}  ratio")
    for count in CONNECTIONS:
        rates = {name: _median(found[name, count], "rate") for name in names}
        for name in names:
            runs = found[name, count]
            p50, p99, wrong = _median(runs, "p50"), _median(runs, "p99"), sum(run.wrong for run in runs)
            ratio = rates[name] / rates["FastAPI"]
            print(f"{count:>11}  {name:<8}  {rates[name]:>8,.0f}  {p50:>7.2f}  {p99:>7.2f}  {wrong:>5}  {ratio:.2f}")


def _median(runs: list[Load], what: str) -> float:
    values: list[Any] = [getattr(run, what) for run in runs]
    return statistics.median(values)


if __name__ == "__main__":
    main()
