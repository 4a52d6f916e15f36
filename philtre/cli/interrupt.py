"""Ctrl-C at once, even in the middle of a compilation that Python cannot interrupt."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import click

T = TypeVar("T")
TICK = 0.1
"""Seconds after which a signal is seen at the latest: the system may hand it to a thread that is not waiting."""


def interruptible(work: Callable[[], T], tidy: Callable[[], None] = lambda: None) -> T:
    """Do work that writes no files in a thread of its own, so that Ctrl-C ends the process without waiting for it.

    Args:
        work: what to do.
        tidy: is called before the process ends, to leave the terminal as it was.
    """
    outcome: dict[str, Any] = {}

    def run() -> None:
        try:
            outcome["value"] = work()
        except BaseException as error:
            outcome["error"] = error

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(TICK)
    except KeyboardInterrupt:
        tidy()
        click.echo("stopped", err=True)
        sys.stdout.flush()
        os._exit(130)
    if "error" in outcome:
        raise outcome["error"]
    value: T = outcome["value"]
    return value
