"""uvicorn's HTTP protocol, with a limit on heads, and a response's head and first piece of body in one write."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from philtre.web.http import CLOSE, Problem

MAX_HEAD_BYTES = 64 * 2**10
LINGER_SECONDS = 0.5

HEAD = b"HTTP/1.1 "
CONTINUE = b"HTTP/1.1 100"


class Protocol(HttpToolsProtocol):
    """Refuses a request whose head, or trailer section, is too long; gives the request cycle a `JoiningTransport`.

    The parser puts a URL or a header that comes in pieces together by concatenation, in quadratic time, and bounds
    neither. So bytes are counted from one thing that the parser completes to the next: a head (there is a new cycle
    then), a piece of a body, the trailers.

    Args:
        *args: those of uvicorn's protocol.
        max_head_bytes: longest request line with headers, and longest trailer section. A head that begins in the piece
            of the stream in which another request ends may have up to twice as many.
        **named: those of uvicorn's protocol.

    Reference: RFC 6585, section 5.
    """

    def __init__(self, *args: Any, max_head_bytes: int = MAX_HEAD_BYTES, **named: Any) -> None:
        super().__init__(*args, **named)
        self.max_head_bytes = max_head_bytes
        self.incomplete = 0
        self.refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(JoiningTransport(transport))  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Parse what came, never more of a head than the limit."""
        self.incomplete += len(data)
        if self.incomplete > self.max_head_bytes:
            self.incomplete -= len(data)
            self._receive_in_pieces(data)
            return
        cycle = self.cycle
        HttpToolsProtocol.data_received(self, data)
        if self.cycle is not cycle:
            self.incomplete = 0

    def on_body(self, body: bytes) -> None:
        """Hand on a piece of the body."""
        self.incomplete = 0
        HttpToolsProtocol.on_body(self, body)

    def on_chunk_complete(self) -> None:
        """Note the end of a chunk; that of the last one is behind the trailers."""
        self.incomplete = 0

    def on_response_complete(self) -> None:
        """Send a head that had no body; then go on with the next request."""
        self.transport.flush()  # type: ignore[attr-defined]
        super().on_response_complete()

    def _receive_in_pieces(self, data: bytes) -> None:
        while data and not (self.refused or self.transport.is_closing()):
            room = self.max_head_bytes - self.incomplete
            if not room:
                self._refuse()
                return
            piece, data = data[:room], data[room:]
            self.data_received(piece)

    def _refuse(self) -> None:
        """Answer 431, or only close where that would stand in for the answer to an earlier request, or inside it."""
        self.refused = True
        cycle = self.cycle
        if cycle is None or (cycle.response_complete and cycle.scope is not self.scope):
            self._answer_431()
        elif cycle.scope is self.scope and not (cycle.response_started or self.pipeline):
            cycle.disconnected = True
            cycle.message_event.set()
            self._answer_431()
        else:
            self.transport.close()

    def _answer_431(self) -> None:
        """Write the problem and read on for a moment: closing on unread bytes could cost the client the answer."""
        detail = f"the request line and headers, or the trailers, may have {self.max_head_bytes:,} bytes at most"
        status, headers, body = Problem(431, detail, headers=(CLOSE,)).response
        lines = [*self.server_state.default_headers, *headers, (b"content-length", b"%d" % len(body))]
        head = b"".join(b"%b: %b\r\n" % line for line in lines)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + body)
        self.transport.flush()  # type: ignore[attr-defined]
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)


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
