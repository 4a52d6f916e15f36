"""Heads of requests have a limit; a response's head waits for its body, and never longer than the response."""

import json
import socket
import time

import pytest

from philtre.web.protocol import MAX_HEAD_BYTES, JoiningTransport

LIVE = b"GET /v2/health/live HTTP/1.1\r\nhost: x\r\n"
CHUNKED = b"POST /models/titanic/predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
BODY = b'{"Age": 22, "Pclass": 3, "Sex": "male", "Alone": null}'


@pytest.fixture
def connection(address):
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        yield connection


def head(size):
    """A request without a body, of so many bytes."""
    return LIVE + b"cookie: " + b"c" * (size - len(LIVE) - len(b"cookie: \r\n\r\n")) + b"\r\n\r\n"


def send_much(connection, piece):
    """Send the same piece for 4 MiB, or until the server closes."""
    try:
        for _ in range(2**22 // len(piece)):
            connection.sendall(piece)
    except OSError:
        pass


def everything(connection):
    """What the server sends until it closes."""
    received = b""
    try:
        while data := connection.recv(2**16):
            received += data
    except ConnectionResetError:
        pass
    return received


def answer(connection):
    """One answer with a body: its status and the body."""
    file = connection.makefile("rb")
    status = int(file.readline().split()[1])
    headers = dict(line.lower().split(b": ") for line in iter(file.readline, b"\r\n"))
    return status, file.read(int(headers[b"content-length"]))


def is_refusal(received):
    start, _, body = received.partition(b"\r\n\r\n")
    assert start.startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")
    assert b"connection: close" in start
    problem = json.loads(body)
    return problem["status"] == 431 and f"{MAX_HEAD_BYTES:,} bytes" in problem["detail"]


@pytest.mark.parametrize("start", [b"GET /", LIVE + b"cookie: ", LIVE + b"c"], ids=["url", "header", "name"])
@pytest.mark.parametrize("size", [1000, 2**17])
def test_a_head_without_end_is_refused(connection, start, size):
    connection.sendall(start)
    send_much(connection, b"a" * size)
    assert is_refusal(everything(connection))


def test_ten_thousand_small_headers_are_refused(connection):
    connection.sendall(LIVE + b"".join(b"a%d: b\r\n" % i for i in range(10_000)) + b"\r\n")
    assert is_refusal(everything(connection))


def test_the_limit_is_exact_for_each_request_of_a_connection(connection):
    for _ in range(3):
        connection.sendall(head(MAX_HEAD_BYTES))
        assert answer(connection)[0] == 200
    connection.sendall(head(MAX_HEAD_BYTES + 1))
    assert is_refusal(everything(connection))


def test_a_slow_head_in_pieces(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    whole = head(2000)
    for i in range(0, 2000, 100):
        connection.sendall(whole[i : i + 100])
        time.sleep(0.001)
    assert answer(connection)[0] == 200
    connection.sendall(whole[:100])
    for _ in range(70):
        connection.sendall(b"c" * 1000)
        time.sleep(0.001)
    assert is_refusal(everything(connection))


def test_cookies_of_32_kib_pass(client):
    assert client.get("/v2/health/live", headers={"cookie": "c" * 2**15}).status_code == 200


def test_a_body_that_follows_the_longest_head_is_read(connection):
    start = CHUNKED.removesuffix(b"\r\n") + b"cookie: "
    connection.sendall(start + b"c" * (MAX_HEAD_BYTES - len(start) - 4) + b"\r\n\r\n")
    for _ in range(90):
        connection.sendall(b"3e8\r\n" + b" " * 1000 + b"\r\n")
    connection.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY))
    assert answer(connection)[0] == 200


def test_pipelined_requests_are_all_answered_in_order(connection):
    one = b"POST /models/titanic/predict HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n%b" % (len(BODY), BODY)
    connection.sendall((one + LIVE + b"\r\n") * 1000 + LIVE + b"connection: close\r\n\r\n")
    received = everything(connection)
    assert received.count(b"HTTP/1.1 200 OK") == 2001
    kinds = [b"label" in part for part in received.split(b"HTTP/1.1 200 OK")[1:]]
    assert kinds == [True, False] * 1000 + [False]


def test_a_head_without_end_behind_a_request_that_is_answered(connection):
    connection.sendall(LIVE + b"\r\n")
    assert answer(connection)[0] == 200
    connection.sendall(LIVE + b"cookie: ")
    send_much(connection, b"c" * 1000)
    assert is_refusal(everything(connection))


def test_no_refusal_stands_in_for_the_answer_to_an_earlier_request(connection):
    connection.sendall(CHUNKED + b"0\r\n\r\n" + LIVE + b"cookie: " + b"c" * 2**17)
    assert not everything(connection).startswith(b"HTTP/1.1 431")


def test_trailers_without_end_are_refused(connection):
    connection.sendall(CHUNKED + b"%x\r\n%b\r\n0\r\n" % (len(BODY), BODY))
    send_much(connection, b"trailer: value\r\n" * 100)
    assert is_refusal(everything(connection))


def test_trailers_without_end_behind_an_answer_close_the_connection(connection):
    connection.sendall(CHUNKED.replace(b"titanic", b"unknown") + b"0\r\n")
    assert answer(connection)[0] == 404
    send_much(connection, b"trailer: value\r\n" * 100)
    assert everything(connection) == b""


def test_neighbours_are_served_meanwhile(connection, client):
    connection.sendall(b"GET /")
    for _ in range(60):
        connection.sendall(b"a" * 1000)
        assert client.get("/v2/health/live").status_code == 200
    send_much(connection, b"a" * 2**16)
    assert client.get("/v2/health/live").status_code == 200
    assert is_refusal(everything(connection))


class Transport:
    def __init__(self):
        self.written = []
        self.closed = False

    def write(self, data):
        self.written.append(data)

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed


@pytest.fixture
def inner():
    return Transport()


def test_head_and_body_are_one_write(inner):
    transport = JoiningTransport(inner)
    transport.write(b"HTTP/1.1 200 OK\r\n\r\n")
    assert inner.written == []
    transport.write(b"body")
    transport.write(b"more")
    assert inner.written == [b"HTTP/1.1 200 OK\r\n\r\nbody", b"more"]


def test_a_head_without_a_body_goes_out_at_the_end(inner):
    transport = JoiningTransport(inner)
    transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")
    transport.flush()
    transport.flush()
    assert inner.written == [b"HTTP/1.1 204 No Content\r\n\r\n"]


def test_closing_sends_what_is_held(inner):
    transport = JoiningTransport(inner)
    transport.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    transport.close()
    assert inner.written
    assert transport.is_closing()


def test_continue_is_not_held(inner):
    JoiningTransport(inner).write(b"HTTP/1.1 100 Continue\r\n\r\n")
    assert inner.written == [b"HTTP/1.1 100 Continue\r\n\r\n"]


def test_everything_else_is_the_transports(inner):
    assert JoiningTransport(inner).is_closing() is False
    with pytest.raises(AttributeError):
        JoiningTransport(inner).nonsense
