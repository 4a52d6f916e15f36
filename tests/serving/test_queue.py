"""Who waits is taken in order, in batches of like requests; no lane starves another; what does not fit is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from philtre.errors import Overloaded
from philtre.serving.entry import ThreadEntry
from philtre.serving.queue import Queue
from philtre.serving.statistics import Statistics


class Left(ThreadEntry):
    def cancelled(self):
        return True


def entry(content, rows=1, key=None, kind=ThreadEntry):
    return kind(content, rows, key)


def queue(*entries, max_rows=1000):
    waiting = Queue(max_rows, Statistics())
    for one in entries:
        waiting.put(one)
    return waiting


def contents(entries):
    return [one.content for one in entries]


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from("abc"))), st.integers(1, 12))
def test_everything_is_taken_once_in_the_order_of_its_lane(requests, limit):
    waiting = queue(*(entry((i, key), rows, key) for i, (rows, key) in enumerate(requests)))
    batches = []
    while waiting:
        batches.append(waiting.take(limit))
    for batch in batches:
        assert len({one.key for one in batch}) == 1
        assert len(batch) == 1 or sum(one.rows for one in batch) <= limit
    for key in "abc":
        taken = [i for batch in batches for i, lane in contents(batch) if lane == key]
        assert taken == [i for i, (_, lane) in enumerate(requests) if lane == key]
    assert waiting.rows == 0


def test_lanes_take_turns():
    waiting = queue(*(entry(i, key="long") for i in range(4)), entry("other", key="short"))
    assert [contents(waiting.take(2)) for _ in range(3)] == [[0, 1], ["other"], [2, 3]]


def test_a_request_larger_than_a_batch_runs_alone():
    waiting = queue(entry("large", rows=9), entry("small"))
    assert [contents(waiting.take(4)) for _ in range(2)] == [["large"], ["small"]]


def test_who_has_left_is_not_taken():
    waiting = queue(entry("left", kind=Left), entry("right"), entry("left", key=1, kind=Left))
    assert contents(waiting.take(8)) == ["right"]
    assert waiting.take(8) == []
    assert (bool(waiting), waiting.rows) == (False, 0)


def test_a_full_queue_refuses_and_says_how_full_it_is():
    statistics = Statistics()
    waiting = Queue(4, statistics)
    waiting.put(entry("larger than the queue, and nobody waits", rows=5))
    with pytest.raises(Overloaded, match="at most 4 rows that wait, got 1 more while 5 wait"):
        waiting.put(entry("next"))
    assert statistics.rejected == 1
    waiting.take(64)
    waiting.put(entry("again"))
