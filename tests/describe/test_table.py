"""The table of a program: a row per equation, aligned for reading."""

import numpy as np
import pytest

from philtre.errors import SignatureError
from philtre.fields import Tensor
from philtre.program import Program, program


def test_the_batch_is_one_unless_said_otherwise(mlp):
    assert mlp.table() == mlp.table(batch=1)
    assert mlp.table(batch=2).total.flops == 2 * mlp.table().total.flops


def test_a_table_to_read(mlp):
    head, first, *_, last = str(mlp.table(batch=32)).splitlines()
    assert head == "operation         output            parameters   bytes   flops  transcendental  line"
    assert first.startswith("dot_general       float32[32, 512]     401,408  1.77 M  25.7 M               0  conftest")
    assert last == "total                                  407,050  2.13 M  26.1 M             320"


def test_a_weight_that_is_read_twice_counts_once():
    @program(parameters={"w": np.ones((4, 4), np.float32)}, inputs={"x": Tensor((None, 4))})
    def twice(weights, x):
        return x @ weights["w"] @ weights["w"]

    assert [row.cost.parameters for row in twice.table().rows] == [16, 0]


def test_a_table_says_what_it_does_not_know(loops):
    assert str(loops.table()).endswith("loops of unknown length are counted once")


def test_costs_of_free_sizes_are_refused():
    @program(inputs={"x": Tensor((None, "length"))})
    def total(x):
        return x.sum()

    assert total.table(length=7).total.flops == 7
    with pytest.raises(SignatureError, match=r"one number of at least 1 for each of \['batch', 'length'\]"):
        total.table()
    with pytest.raises(SignatureError, match="inputs"):
        Program(lambda x: x).table()
