"""uvicorn's HTTP protocol, with the head and the first piece of the body in one write: a system call less."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = b"HTTP/1.1 "
CONTINUE = b"HTTP/1.1 100"


class Protocol(HttpToolsProtocol):
    """Gives the request cycle a transport that holds a response's head until its body, or its end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(JoiningTransport(transport))  # type: ignore[arg-type]

    def on_response_complete(self) -> None:
        """Send a head that had no body; then go on with the next request."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()


class JoiningTransport:
    """A transport whose `write` keeps the head of a response until the next write, `flush` or `close`."""

    __slots__ = ("held", "is_closing", "transport", "write_through")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.write_through = transport.write
        self.is_closing = transport.is_closing
        self.held = b""

    def write(self, data: bytes) -> None:
        """Write, or keep the head of a response for the write that follows it."""
        if self.held:
            data, self.held = self.held + data, b""
            self.write_through(data)
        elif data.startswith(HEAD) and not data.startswith(CONTINUE):
            self.held = data
        else:
            self.write_through(data)

    def flush(self) -> None:
        """Write what is held."""
        if self.held:
            data, self.held = self.held, b""
            self.write_through(data)

    def close(self) -> None:
        """Write what is held, then close."""
        self.flush()
        self.transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)
