"""Every request is answered exactly once, with its own rows; only the guilty fail; nobody waits for nothing."""

import asyncio
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import philtre as ph
from philtre.errors import Overloaded, ServingError, SignatureError
from philtre.executable import Executable
from philtre.serving import Serving


class Doubled(Executable):
    """Doubles x; notes the sizes it ran at; fails on 13."""

    def __init__(self, batch_sizes=None, seconds=0.0):
        self.signature = ph.Signature({"x": ph.Number()}, {"y": ph.Number()})
        self.batch_sizes = batch_sizes
        self.seconds = seconds
        self.sizes = []

    def run(self, arrays):
        self.sizes.append(len(arrays["x"]))
        if self.seconds:
            time.sleep(self.seconds)
        if (arrays["x"] == 13).any():
            raise ValueError("thirteen")
        return {"y": 2 * arrays["x"]}


def rows(*values):
    return {"x": np.array(values, np.float32)}


def gather(serving, requests):
    async def run():
        tasks = [serving.submit(request) for request in requests]
        return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(run())


@given(st.lists(st.lists(st.integers(14, 99), max_size=7), max_size=20))
def test_every_request_gets_its_own_rows(requests):
    with Serving(Doubled(), max_batch=8) as serving:
        answers = gather(serving, [rows(*values) for values in requests])
    assert [answer["y"].tolist() for answer in answers] == [[2 * value for value in values] for values in requests]


def test_requests_of_one_turn_share_a_batch():
    model = Doubled()
    with Serving(model, max_batch=32) as serving:
        gather(serving, [rows(i) for i in range(20, 60)])
    assert model.sizes == [32, 8]
    assert (serving.statistics.requests, serving.statistics.rows, serving.statistics.batches) == (40, 40, 2)
    assert serving.queued == 0


def test_requests_of_turns_that_follow_each_other_share_a_batch():
    async def run(serving):
        async def late():
            await asyncio.sleep(0)
            return await serving.submit(rows(30))

        await asyncio.gather(late(), *(serving.submit(rows(i)) for i in range(20, 25)))

    model = Doubled()
    with Serving(model) as serving:
        asyncio.run(run(serving))
    assert model.sizes == [6]


def test_a_lone_request_waits_for_no_turn():
    async def run(serving):
        turns = 0
        task = asyncio.ensure_future(serving.submit(rows(1)))
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    with Serving(Doubled()) as serving:
        serving.warm()
        assert asyncio.run(run(serving)) <= 3


def test_a_lone_request_runs_at_once():
    model = Doubled()
    with Serving(model) as serving:
        assert serving(np.float32([1])).tolist() == [2.0]
        assert serving(x=[2]).tolist() == [4.0]
    assert model.sizes == [1, 1]


@settings(max_examples=20)
@given(st.integers(0, 3), st.integers(1, 6), st.sampled_from([0.0, 0.002]))
def test_threads_and_event_loops_are_answered_together(loops, threads, seconds):
    wrong = []

    def from_thread(start):
        values = range(start, start + 5)
        wrong.extend(value for value in values if serving(np.float32([value])).tolist() != [2.0 * value])

    def from_loop(start):
        answers = gather(serving, [rows(value, value + 1) for value in range(start, start + 5)])
        wrong.extend(i for i, answer in enumerate(answers) if answer["y"][0] != 2 * (start + i))

    with Serving(Doubled(seconds=seconds), max_batch=4) as serving:
        serving.warm()
        workers = [threading.Thread(target=from_thread, args=(100 * (i + 1),)) for i in range(threads)]
        workers += [threading.Thread(target=from_loop, args=(1000 * (i + 1),)) for i in range(loops)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=30)
        assert not any(worker.is_alive() for worker in workers)
    assert wrong == []
    assert serving.statistics.requests == 5 * (threads + loops)


def test_the_guilty_request_fails_alone():
    with Serving(Doubled()) as serving:
        answers = gather(serving, [rows(1), rows(13), rows(2, 3)])
    assert answers[0]["y"].tolist() == [2.0]
    assert isinstance(answers[1], ValueError)
    assert answers[2]["y"].tolist() == [4.0, 6.0]
    assert serving.statistics.failures == 1


def test_what_does_not_fit_is_refused_before_it_joins():
    with Serving(Doubled()) as serving, pytest.raises(SignatureError, match="field 'x'"):
        serving(np.array(["text"]))
    assert serving.statistics.batches == 0


def test_a_full_queue_refuses_at_once():
    with Serving(Doubled(seconds=0.01), max_batch=2, max_queue=4) as serving:
        serving.warm()
        answers = gather(serving, [rows(i) for i in range(20, 30)])
    refused = [answer for answer in answers if isinstance(answer, Overloaded)]
    assert len(refused) == 6
    assert serving.statistics.rejected == 6
    assert [answer["y"].tolist() for answer in answers[:4]] == [[40.0], [42.0], [44.0], [46.0]]


def test_padding_to_stated_sizes_is_invisible():
    model = Doubled(batch_sizes=(1, 4, 8))
    with Serving(model) as serving:
        answers = gather(serving, [rows(1, 2, 3)])
    assert answers[0]["y"].tolist() == [2.0, 4.0, 6.0]
    assert model.sizes == [4]


@given(st.integers(0, 40))
def test_larger_requests_are_split_and_joined_in_order(n):
    model = Doubled(batch_sizes=(1, 2, 8))
    values = np.arange(100, 100 + n, dtype=np.float32)
    with Serving(model, max_batch=64) as serving:
        np.testing.assert_array_equal(serving.run({"x": values})["y"], 2 * values)
    assert set(model.sizes) <= {1, 2, 8}


def test_a_cancelled_request_does_not_run():
    model = Doubled()

    async def run(serving):
        keep, drop = asyncio.ensure_future(serving.submit(rows(1))), asyncio.ensure_future(serving.submit(rows(2)))
        await asyncio.sleep(0)
        drop.cancel()
        return (await keep)["y"].tolist()

    with Serving(model) as serving:
        assert asyncio.run(run(serving)) == [2.0]
    assert model.sizes == [1]
    assert serving.queued == 0


def test_slow_models_run_beside_the_event_loop():
    async def run(serving):
        ticks = 0
        task = asyncio.ensure_future(serving.submit(rows(1)))
        while not task.done():
            await asyncio.sleep(0.005)
            ticks += 1
        return ticks

    with Serving(Doubled(seconds=0.1)) as serving:
        serving.warm()
        assert asyncio.run(run(serving)) > 3


class Linear(Doubled):
    """Takes 20 microseconds a row."""

    def run(self, arrays):
        time.sleep(2e-5 * len(arrays["x"]))
        return super().run(arrays)


@pytest.mark.parametrize(("model", "n"), [(Doubled(seconds=0.1), 1), (Linear(), 5000)], ids=["cold", "large"])
def test_neither_a_cold_model_nor_a_large_request_holds_the_event_loop(model, n):
    async def ticks(serving):
        count = 0
        task = asyncio.ensure_future(serving.submit({"x": np.ones(n, np.float32)}))
        while not task.done():
            await asyncio.sleep(0.005)
            count += 1
        return count

    with Serving(model) as serving:
        if n > 1:
            serving.warm()
        assert asyncio.run(ticks(serving)) > 3


def test_a_loop_that_ends_leaves_nobody_waiting():
    async def leave(serving):
        tasks = [asyncio.ensure_future(serving.submit(rows(i))) for i in range(20, 30)]
        await tasks[0]

    answered = []
    with Serving(Doubled(seconds=0.0005), max_batch=1) as serving:
        serving.warm()

        def ask():
            answered.extend(serving(np.float32([i])).item() for i in range(20, 60))

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            asyncio.run(leave(serving))
        for thread in threads:
            thread.join(timeout=20)
    assert sorted(answered) == sorted([2.0 * i for i in range(20, 60)] * 3)


def test_an_interrupt_ends_its_request_and_the_serving_goes_on():
    class Interrupted(Doubled):
        def run(self, arrays):
            if (arrays["x"] == 7).any():
                raise KeyboardInterrupt
            return super().run(arrays)

    with Serving(Interrupted()) as serving:
        with pytest.raises(KeyboardInterrupt):
            serving([7])
        assert serving([8]).tolist() == [16.0]


def test_a_thread_is_not_kept_by_the_requests_of_others():
    returned = threading.Event()

    async def feed(serving):
        for _ in range(2000):
            if returned.is_set():
                return
            await asyncio.gather(*(serving.submit(rows(i)) for i in range(20, 24)))

    def call(serving):
        serving(np.float32([1]))
        returned.set()

    with Serving(Doubled(seconds=0.002), max_batch=2) as serving:
        serving.warm()
        caller = threading.Timer(0.05, call, [serving])
        caller.start()
        asyncio.run(feed(serving))
        caller.join(timeout=10)
    assert returned.is_set()


def test_after_closing_requests_are_refused():
    serving = Serving(Doubled())
    with serving:
        serving([1])
    with pytest.raises(ServingError, match="closed"):
        serving([1])


def test_sequences_of_unlike_length_do_not_share_a_batch():
    class Summed(Doubled):
        def __init__(self):
            super().__init__()
            self.signature = ph.Signature({"x": ph.Tensor((None, "length"))}, {"y": ph.Tensor((None,))})

        def run(self, arrays):
            self.sizes.append(arrays["x"].shape)
            return {"y": arrays["x"].sum(axis=1)}

    model = Summed()
    with Serving(model) as serving:
        requests = [{"x": np.ones((1, length), np.float32)} for length in (2, 3, 2, 3, 2)]
        answers = gather(serving, requests)
    assert [answer["y"][0] for answer in answers] == [2, 3, 2, 3, 2]
    assert model.sizes == [(3, 2), (2, 3)]


def test_a_model_without_a_batch_axis_runs_request_by_request():
    def total(x):
        return x.sum()

    serving = Serving(total, signature=ph.Signature({"x": ph.Tensor(("n",))}, {"y": ph.Tensor(())}))
    with serving:
        answers = gather(serving, [rows(1, 2), rows(3)])
    assert [float(answer["y"]) for answer in answers] == [3.0, 3.0]


def test_programs_files_and_functions_are_served(tmp_path):
    program = ph.Program(lambda x: 2 * x, inputs={"x": ph.Number()})
    path = program.save(tmp_path / "double.onnx")
    for model in (program, path, str(path), ph.load(path), lambda x: 2 * x):
        with Serving(model) as serving:
            assert serving(np.float32([1, 2])).tolist() == [2.0, 4.0]
    with pytest.raises(ServingError, match="a int"):
        Serving(3)


def test_rows_are_answered_as_arrays_are():
    async def run(serving):
        requests = [serving.signature.read(b'{"x": %d}' % i) for i in (1, 13, 2)]
        answers = [serving.answer(request.rows) for request in requests]
        return await asyncio.gather(*answers, serving.submit(rows(5)), return_exceptions=True)

    with Serving(Doubled()) as serving:
        one, guilty, two, arrays = asyncio.run(run(serving))
    assert (one, two) == ([{"y": 2.0}], [{"y": 4.0}])
    assert isinstance(guilty, ValueError)
    assert arrays["y"].tolist() == [10.0]
