"""Bodies are read up to their limit; errors become problem documents that say what the client can do."""

import asyncio
import json

import pytest

from philtre.errors import DataError, Overloaded, ServingError, SignatureError, WorkerDied
from philtre.web.http import Problem, problem_of, read_json


def read(*messages, limit_bytes=10, headers=()):
    waiting = iter(messages)

    async def receive():
        return next(waiting)

    return asyncio.run(read_json({"headers": headers}, receive, limit_bytes))


def part(body, more_body=True):
    return {"type": "http.request", "body": body, "more_body": more_body}


def status(caught):
    return caught.value.response.status


def test_a_body_comes_in_one_piece_or_in_many():
    assert read(part(b"whole", more_body=False)) == b"whole"
    assert read(part(b"in "), part(b"three "), part(b".", more_body=False)) == b"in three ."
    assert read({"type": "http.request"}) == b""


@pytest.mark.parametrize(
    ("messages", "headers", "expected"),
    [
        ([part(b"x" * 11, more_body=False)], [], 413),
        ([part(b"x" * 6), part(b"x" * 6)], [], 413),
        ([], [(b"content-length", b"11")], 413),
        ([], [(b"content-length", b"-1")], 400),
        ([], [(b"content-type", b"image/png")], 415),
        ([], [(b"content-encoding", b"gzip")], 415),
        ([{"type": "http.disconnect"}], [], 400),
        ([part(b"x"), {"type": "http.disconnect"}], [], 400),
    ],
)
def test_what_is_not_read(messages, headers, expected):
    with pytest.raises(Problem) as caught:
        read(*messages, headers=headers)
    assert status(caught) == expected


@pytest.mark.parametrize(
    "kind",
    [b"application/json", b"Application/JSON; charset=utf-8", b"text/plain", b"application/x-www-form-urlencoded"],
)
def test_what_is_read_as_json(kind):
    assert read(part(b"{}", more_body=False), headers=[(b"content-type", kind)]) == b"{}"


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (SignatureError("request body", expected="JSON", got="text"), 400, "Bad Request"),
        (SignatureError("field 'x'", expected="a number", got="null", field="x", row=0), 422, "Unprocessable Entity"),
        (
            SignatureError("model 'm'", expected="inputs that its graph takes", got="others"),
            422,
            "Unprocessable Entity",
        ),
        (Overloaded("serving", expected="a queue with room", got="a full one"), 429, "Too Many Requests"),
        (WorkerDied("serving", expected="the batch to end", got="an interrupt"), 503, "Service Unavailable"),
        (ServingError("model 'm'", expected="a run", got="secret"), 500, "Internal Server Error"),
        (DataError("file", expected="data", got="secret"), 500, "Internal Server Error"),
        (ValueError("secret"), 500, "Internal Server Error"),
    ],
)
def test_problems(error, status, title):
    response = problem_of(error).response
    document = json.loads(response.body)
    assert (response.status, document["status"], document["title"]) == (status, status, title)
    assert (b"content-type", b"application/problem+json") in response.headers
    assert "secret" not in response.body.decode()
    assert document.get("field") == getattr(error, "field", None)
    assert document.get("row") == getattr(error, "row", None)


def test_a_problem_that_quotes_half_a_character_can_be_sent():
    error = SignatureError("field", expected="text", got="'\ud800'", field="\ud800")
    assert json.loads(problem_of(error).response.body)["field"] == "\\ud800"
