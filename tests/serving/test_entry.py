"""An answer finds its way to a thread, to a loop, and gets lost without harm where nobody waits any more."""

import asyncio
import threading

import pytest

from philtre.serving.entry import TaskEntry, ThreadEntry


def test_a_thread_gets_the_answer_or_the_error():
    waiter = ThreadEntry(None, 1, None)
    threading.Timer(0.01, waiter.answer, ["answer"]).start()
    assert waiter.future.result(timeout=5) == "answer"
    waiter = ThreadEntry(None, 1, None)
    waiter.fail(ValueError("no"))
    with pytest.raises(ValueError, match="no"):
        waiter.future.result(timeout=5)


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_task_is_answered_from_its_own_thread_and_from_others(elsewhere):
    async def wait(deliver):
        waiter = TaskEntry(None, 1, None, asyncio.get_running_loop())
        if elsewhere:
            await asyncio.to_thread(deliver, waiter)
        else:
            deliver(waiter)
        return await waiter.future

    assert asyncio.run(wait(lambda waiter: waiter.answer(1))) == 1
    with pytest.raises(ValueError, match="no"):
        asyncio.run(wait(lambda waiter: waiter.fail(ValueError("no"))))


def test_a_task_that_has_left_is_not_answered():
    async def leave():
        waiter = TaskEntry(None, 1, None, asyncio.get_running_loop())
        waiter.future.cancel()
        waiter.answer(1)
        waiter.fail(ValueError("no"))
        return waiter

    assert asyncio.run(leave()).cancelled()


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_answer_for_a_loop_that_is_closed_is_dropped(elsewhere):
    loop = asyncio.new_event_loop()
    waiter = TaskEntry(None, 1, None, loop)
    waiter.future.add_done_callback(print)
    loop.close()
    if elsewhere:
        thread = threading.Thread(target=waiter.answer, args=(1,))
        thread.start()
        thread.join()
    else:
        waiter.answer(1)
    assert not waiter.future.done()
