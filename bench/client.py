"""A light load client: raw keep-alive connections, one request in flight on each, every answer checked."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

Check = Callable[[bytes, int], bool]


@dataclass(frozen=True)
class Load:
    """What one run found.

    Attributes:
        rate: answers per second.
        p50, p99: milliseconds from request to answer.
        wrong: answers that the check refused, and connections that the server ended.
    """

    rate: float
    p50: float
    p99: float
    wrong: int


def http_request(path: str, body: bytes) -> bytes:
    """One POST request, ready to send."""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return f"{head}\r\n\r\n".encode() + body


async def load(port: int, requests: list[bytes], *, connections: int, seconds: float, check: Check) -> Load:
    """Send requests in rotation for a while.

    Args:
        port: on the loopback address.
        requests: whole HTTP requests.
        connections: how many are in flight at once.
        seconds: how long to go on; the first fifth is not counted.
        check: (body of the answer, index of the request) to whether it is right.
    """
    loop = asyncio.get_running_loop()
    start = time.perf_counter()
    run = _Run(requests, start + seconds / 5, start + seconds, check, loop)
    clients = [
        (await loop.create_connection(lambda i=i: _Connection(run, i), "127.0.0.1", port))[1]
        for i in range(connections)
    ]
    await asyncio.gather(*(client.closed for client in clients))
    times = sorted(run.times)
    if not times:
        raise RuntimeError("no answer within the time")
    span = run.end - run.begin
    return Load(len(times) / span, times[len(times) // 2] * 1e3, times[int(len(times) * 0.99)] * 1e3, run.wrong)


class _Run:
    def __init__(
        self, requests: list[bytes], begin: float, end: float, check: Check, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.requests, self.begin, self.end, self.check, self.loop = requests, begin, end, check, loop
        self.times: list[float] = []
        self.wrong = 0


class _Connection(asyncio.Protocol):
    def __init__(self, run: _Run, first: int) -> None:
        self.run = run
        self.next = first
        self.buffer = b""
        self.needed = 0
        self.closed = run.loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.index = self.next % len(self.run.requests)
        self.next += 1
        self.sent = time.perf_counter()
        self.transport.write(self.run.requests[self.index])  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if not self.needed:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self.buffer[:end].lower()
            at = head.index(b"content-length:") + 15
            self.body = end + 4
            self.needed = self.body + int(head[at : at + 12].split(b"\r\n")[0])
        if len(self.buffer) < self.needed:
            return
        now = time.perf_counter()
        good = self.buffer[9:12] == b"200" and self.run.check(self.buffer[self.body :], self.index)
        self.buffer, self.needed = b"", 0
        self.run.wrong += not good
        if now >= self.run.end:
            self.transport.close()
            return
        if now >= self.run.begin:
            self.run.times.append(now - self.sent)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self.run.wrong += time.perf_counter() < self.run.end
        if not self.closed.done():
            self.closed.set_result(None)
