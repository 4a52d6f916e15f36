"""Many compilations of one program are noticed, and the warning says why."""

import warnings

import numpy as np
import pytest

import philtre as ph
from philtre.program import Program
from philtre.targets import storm
from philtre.targets.storm import LIMIT


def test_sizes_that_never_repeat_are_named():
    @ph.program
    def double(x, scale):
        return x * scale

    for n in range(1, LIMIT + 1):
        double(np.ones((n, 2), np.float32), np.float32(2))
    with pytest.warns(
        UserWarning, match=rf"'double' was compiled {LIMIT + 1} times: the size of axis 0 of 'x' took {LIMIT + 1}"
    ):
        double(np.ones((LIMIT + 1, 2), np.float32), np.float32(2))
    double(np.ones((LIMIT + 2, 2), np.float32), np.float32(2))


def test_a_declared_program_is_watched_too():
    program = Program(lambda x: x + 1, inputs={"x": ph.Tensor((None,))})
    for n in range(1, LIMIT + 1):
        program(np.ones(n, np.float32))
    with pytest.warns(UserWarning, match="axis 0 of 'x'"):
        program(np.ones(LIMIT + 1, np.float32))


def test_programs_made_again_and_again_of_one_function_are_named_with_its_line(monkeypatch):
    monkeypatch.setattr(storm, "REMADE", LIMIT)

    def shifted(by):
        return Program(lambda x: x + by)

    x = np.ones(2, np.float32)
    for by in range(LIMIT):
        shifted(by)(x)
    with pytest.warns(UserWarning, match=r"programs were made of '<lambda>' at test_storm.py:\d+"):
        shifted(LIMIT)(x)


def test_calls_that_repeat_their_sizes_are_no_storm():
    program = Program(lambda x: x + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n in list(range(1, LIMIT)) * 3:
            program(np.ones(n, np.float32))
