"""Starting servers for a benchmark: one process each, on one core, stopped at the end."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

SERVER_CORE = 0
CLIENT_CORE = 1


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pinned(core: int) -> bool:
    """Keep this process on one core, where there are several."""
    if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) <= core:
        return False
    os.sched_setaffinity(0, {core})
    return True


@contextmanager
def server(arguments: Sequence[str], port: int, path: str) -> Iterator[float]:
    """Run a Python command as a server; gives the seconds from its start to the first 200 on `path`."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages are compiled
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: pinned(SERVER_CORE),
    )
    try:
        yield _first_answer(process, port, path, began)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _first_answer(process: "subprocess.Popen[bytes]", port: int, path: str, began: float) -> float:
    while time.perf_counter() - began < 60:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                if answer.status == 200:
                    return time.perf_counter() - began
        except OSError:
            time.sleep(0.002)
    raise RuntimeError("the server did not answer within a minute")
