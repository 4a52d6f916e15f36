"""A response's head waits for its body, and never longer than the response."""

import pytest

from philtre.web.protocol import JoiningTransport


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
