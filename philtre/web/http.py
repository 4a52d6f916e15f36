"""Requests and responses: as much of HTTP as the routes need, straight on ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

import msgspec

from philtre.errors import Overloaded, ServingError, SignatureError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

JSON: Header = (b"content-type", b"application/json")
PROBLEM: Header = (b"content-type", b"application/problem+json")
CLOSE: Header = (b"connection", b"close")

encode = msgspec.json.Encoder().encode


class Response(NamedTuple):
    """Status, headers and body."""

    status: int
    headers: list[Header]
    body: bytes


class Problem(Exception):
    """A request that ends with a problem document.

    Reference: RFC 9457, "Problem Details for HTTP APIs".
    """

    def __init__(self, status: int, title: str, detail: str, *, headers: tuple[Header, ...] = (), **more: Any) -> None:
        super().__init__(detail)
        document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        document |= {name: value for name, value in more.items() if value not in (None, "")}
        self.response = Response(status, [PROBLEM, *headers], encode(document))


def problem_of(error: Exception) -> Problem:
    """Translate an error of philtre; anything else is the server's fault and is not described."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, SignatureError):
        in_row = error.field is not None or error.row is not None
        status, title = (422, "A value does not fit its field") if in_row else (400, "The request cannot be read")
        return Problem(status, title, str(error), field=error.field, row=error.row, hint=error.hint)
    if isinstance(error, Overloaded):
        return Problem(429, "Too many requests wait", str(error), headers=((b"retry-after", b"1"),))
    if isinstance(error, ServingError):
        return Problem(503, "The model is not available", str(error))
    return Problem(500, "The model failed", "an internal error; the server's log has the details")


BODY_TYPES = (b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b"application/octet-stream")
"""What is read as JSON; the second is what curl -d says when it is told nothing."""


async def read_json(scope: Scope, receive: Receive, limit_bytes: int) -> bytes:
    """Read a body that may be JSON, at most so many bytes.

    Raises:
        Problem: 413 where it is or claims to be longer, 400 where the length is no number, 415 where it is compressed
            or of another type.
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Problem(400, "The request cannot be read", "content-length is not a number", headers=(CLOSE,))
            if int(value) > limit_bytes:
                raise _too_long(limit_bytes)
        elif name == b"content-type":
            if value not in BODY_TYPES and value.partition(b";")[0].strip().lower() not in BODY_TYPES:
                detail = f"send application/json, not {value.decode('latin-1')!r}"
                raise Problem(415, "Unsupported content type", detail, headers=(CLOSE,))
        elif name == b"content-encoding" and value.strip().lower() != b"identity":
            raise Problem(415, "Unsupported encoding", "send the body uncompressed", headers=(CLOSE,))
    message = await receive()
    if not message.get("more_body"):
        return bytes(message.get("body", b""))
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Problem(400, "The request cannot be read", "the client left before the end of the body")
        part = message.get("body", b"")
        size += len(part)
        if size > limit_bytes:
            raise _too_long(limit_bytes)
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()


def _too_long(limit_bytes: int) -> Problem:
    detail = f"the body may have {limit_bytes:,} bytes at most"
    return Problem(413, "The body is too long", detail, headers=(CLOSE,))
