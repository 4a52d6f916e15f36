"""Seconds from the command `philtre serve` to its first 200, and those of a FastAPI server beside it."""

import statistics
from importlib.metadata import version

from bench.servers import free_port, server
from bench.titanic import model

RUNS = 10


def main() -> None:
    """Start both servers in turn and print medians."""
    path = str(model())
    found: dict[str, list[float]] = {"philtre serve": [], "FastAPI": []}
    for _ in range(RUNS):
        for name, times in found.items():
            port = free_port()
            arguments = ["-m", "philtre", "serve", path, "--port", str(port)]
            if name == "FastAPI":
                arguments = ["-m", "bench.peers.fastapi_titanic", path, str(port)]
            with server(arguments, port, "/v2/health/ready" if name == "philtre serve" else "/openapi.json") as seconds:
                times.append(seconds)
    print(f"start to first 200, one model, one core, {RUNS} runs in turn; onnxruntime {version('onnxruntime')}\n")
    for name, times in found.items():
        print(f"{name:<14} median {statistics.median(times):.3f} s   ({min(times):.3f} - {max(times):.3f})")


if __name__ == "__main__":
    main()
