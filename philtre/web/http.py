"""Requests and responses: as much of HTTP as the routes need, straight on ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec

from philtre.errors import Overloaded, SignatureError, WorkerDied

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
    """A request that ends with a problem document, whose title is the status in words.

    Reference: RFC 9457, "Problem Details for HTTP APIs".
    """

    def __init__(self, status: int, detail: str, *, headers: tuple[Header, ...] = (), **more: Any) -> None:
        super().__init__(detail)
        document: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
        document |= {name: value for name, value in {"detail": detail, **more}.items() if value not in (None, "")}
        self.response = Response(status, [PROBLEM, *headers], encode({n: _writable(v) for n, v in document.items()}))


def problem_of(error: Exception) -> Problem:
    """Translate an error of philtre; anything else is the server's fault and is not described."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, SignatureError):
        status = 400 if error.where == "request body" else 422
        return Problem(status, str(error), field=error.field, row=error.row, hint=error.hint)
    if isinstance(error, Overloaded):
        return Problem(429, str(error), hint=error.hint, headers=((b"retry-after", b"1"),))
    if isinstance(error, WorkerDied):
        return Problem(503, str(error), hint=error.hint)
    return Problem(500, "an internal error; the server's log has the details")


def _writable(value: Any) -> Any:
    """Text that quotes a request may hold lone surrogates, which JSON in UTF-8 does not."""
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value


BODY_TYPES = (b"application/json", b"application/x-www-form-urlencoded", b"text/plain", b"application/octet-stream")
"""What is read as JSON; the second is what curl -d says when it is told nothing."""


async def read_json(scope: Scope, receive: Receive, limit_bytes: int) -> bytes:
    """Read a body that may be JSON, at most so many bytes.

    Raises:
        Problem: 413 where it is or claims to be longer, 400 where the length is no number or the client left, 415
            where it is compressed or of another type.
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                raise Problem(400, "content-length is not a number", headers=(CLOSE,))
            if int(value) > limit_bytes:
                raise _too_long(limit_bytes)
        elif name == b"content-type":
            if value not in BODY_TYPES and value.partition(b";")[0].strip().lower() not in BODY_TYPES:
                detail = f"send application/json, not {value.decode('latin-1')!r:.100}"
                raise Problem(415, detail, headers=(CLOSE,))
        elif name == b"content-encoding" and value.strip().lower() != b"identity":
            raise Problem(415, "send the body uncompressed", headers=(CLOSE,))
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(400, "the client left before the end of the body")
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > limit_bytes:
            raise _too_long(limit_bytes)
        if not message.get("more_body"):
            return b"".join([*parts, part]) if parts else part
        parts.append(part)


def _too_long(limit_bytes: int) -> Problem:
    return Problem(413, f"the body may have {limit_bytes:,} bytes at most", headers=(CLOSE,))
