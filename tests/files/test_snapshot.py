"""A file is read as it was when it was opened, whatever others do to it."""

import os
import threading
from contextlib import ExitStack, closing

import pytest

from philtre.errors import DataError
from philtre.files.snapshot import Snapshot


@pytest.fixture
def opened():
    """Open files, and close them in the end."""
    with ExitStack() as stack:

        def opened(path, mark=None) -> Snapshot:
            return stack.enter_context(closing(Snapshot(path, mark)))

        yield opened


def content(snapshot: Snapshot) -> bytes:
    return b"".join(snapshot.blocks(4))


def append(path, more: bytes) -> None:
    with path.open("ab") as file:
        file.write(more)


def test_what_is_appended_after_opening_is_not_read(opened, write):
    path = write("a.csv", "a\n1\n")
    snapshot = opened(path)
    append(path, b"2\n")
    assert content(snapshot) == b"a\n1\n"
    assert snapshot.growth == 2


def test_it_can_be_read_twice(opened, write):
    snapshot = opened(write("a.csv", "abcdef"))
    assert content(snapshot) == content(snapshot) == b"abcdef"


def test_a_mark_brings_back_the_same_bytes(opened, write):
    path = write("a.csv", "a\n1\n")
    mark = opened(path).mark
    append(path, b"2\n")
    assert content(opened(path, mark)) == b"a\n1\n"


@pytest.mark.parametrize(("more", "unfinished"), [(b"", False), (b"\n2", False), (b"\r\n2", False), (b"5\n2", True)])
def test_the_last_line_is_unfinished_if_the_file_goes_on_in_it(opened, write, more, unfinished):
    path = write("a.csv", "a\n1")
    snapshot = opened(path)
    append(path, more)
    assert snapshot.unfinished == unfinished


@pytest.mark.parametrize("shorter", [b"", b"a\n"])
def test_a_file_that_is_cut_is_refused(opened, write, shorter):
    path = write("a.csv", "a\n1\n")
    snapshot = opened(path)
    path.write_bytes(shorter)
    with pytest.raises(DataError, match=f"stands still while it is read, got {len(shorter)} bytes instead of 4"):
        content(snapshot)


def test_a_file_that_is_written_anew_is_refused(opened, write):
    path = write("a.csv", "a\n1\n")
    snapshot = opened(path)
    path.write_bytes(b"b\n2\n")
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match="got other content of the same size"):
        content(snapshot)


def test_a_file_that_is_replaced_is_still_the_old_one(opened, write, tmp_path):
    path = write("a.csv", "a\n1\n")
    snapshot = opened(path)
    write("b.csv", "new").replace(path)
    assert content(snapshot) == b"a\n1\n"


def test_a_format_that_cannot_be_cut_refuses_growth(opened, write):
    path = write("a.parquet", "1234")
    snapshot = opened(path)
    snapshot.check_still()
    append(path, b"56")
    with pytest.raises(DataError, match=r"stands still .* got 2 bytes more at its end. Hint: read a copy"):
        snapshot.check_still()


def test_a_pipe_is_read_to_its_end(opened, tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(b"a\n1\n",))
    writer.start()
    assert content(opened(path)) == b"a\n1\n"
    writer.join()
