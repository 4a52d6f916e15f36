"""What a trace prints is noticed, and still printed."""

import sys
import threading

from philtre.pure import watched


def line(frame):
    return f"line {frame.f_lineno}"


def test_only_the_thread_that_watches_is_watched(capsys):
    with watched(line) as places:
        thread = threading.Thread(target=print, args=["elsewhere"])
        thread.start()
        thread.join()
        assert places == []
        print("here")
    assert places
    assert places[0].startswith("line ")
    assert capsys.readouterr().out == "elsewhere\nhere\n"


def test_standard_output_is_put_back_even_after_an_error():
    before = sys.stdout
    try:
        with watched(line):
            assert sys.stdout.encoding == before.encoding
            raise ValueError
    except ValueError:
        assert sys.stdout is before
