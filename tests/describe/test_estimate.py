"""Estimates at rates that are easy to count with."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre.describe.estimate import Estimate, estimate
from philtre.describe.measure import Rates
from philtre.errors import SignatureError
from philtre.fields import Tensor
from philtre.program import program

TINY = 1e-30
POINTS = ("argument", "traffic", "product")
NOTHING = {name: ((1.0, TINY),) if name in POINTS else TINY for name in Rates.__struct_fields__}


def seconds(program, batch=1, **rates):
    return estimate(program.traced({"batch": batch}), Rates(**{**NOTHING, **rates})).seconds


def of(function, *shape):
    return program(inputs={"x": Tensor((None, *shape))})(function)


def test_a_call_and_the_bytes_of_its_inputs():
    double = of(lambda x: x * 2, 8)
    assert seconds(double, call=3.0) == pytest.approx(3)
    assert seconds(double, batch=2, argument=((1.0, 0.5),)) == pytest.approx(2 * 8 * 4 * 0.5)


def test_a_kernel_takes_its_arithmetic_or_its_traffic_whichever_is_longer():
    bend = of(lambda x: jnp.tanh(x * 2 + 1) * x, 8)
    assert seconds(bend, kernel=1.0) == pytest.approx(1)
    assert seconds(bend, flop=1.0, transcendental=10.0) == pytest.approx(3 * 8 + 8 * 10)
    assert seconds(bend, traffic=((1.0, 1.0),)) == pytest.approx(2 * 32)
    assert seconds(bend, flop=1.0, transcendental=10.0, traffic=((1.0, 1.0),)) == pytest.approx(104)


def test_a_rate_is_read_between_the_points_where_it_was_measured():
    bend = of(lambda x: x * 2, 8)
    points = ((32.0, 1.0), (128.0, 4.0))
    assert seconds(bend, traffic=points) == pytest.approx(64 * 2)
    assert seconds(bend, batch=100, traffic=points) == pytest.approx(6400 * 4)


def test_products_go_by_the_size_of_each_matrix_or_by_reading_them():
    w = np.ones((5, 8, 6), np.float32)
    multiply = of(lambda x: jnp.einsum("nbd,bdk->nbk", x, w), 5, 8)
    assert seconds(multiply, product=((2 * 8 * 6, 1.0), (1e9, 2.0))) == pytest.approx(5 * 2 * 8 * 6)
    assert seconds(multiply, stream=1.0) == pytest.approx(4 * (40 + 240 + 30))


def test_sorts_windows_and_rows_have_rates_of_their_own():
    assert seconds(of(lambda x: jnp.sort(x, axis=1), 16), comparison=1.0) == pytest.approx(16 * 4)
    pool = of(lambda x: jax.lax.reduce_window(x, -np.inf, jax.lax.max, (1, 4), (1, 4), "VALID"), 16)
    assert seconds(pool, window=1.0) == pytest.approx(16)
    assert seconds(of(lambda x: x.sum(axis=1), 16), reduction=1.0) == pytest.approx(16)
    assert seconds(of(lambda x: x.sum(axis=0), 16), batch=2, flop=1.0) == pytest.approx(32)


def test_functions_without_a_vector_form_and_what_is_put_elsewhere_have_rates_of_their_own():
    assert seconds(of(jnp.sin, 16), library=1.0, transcendental=100.0) == pytest.approx(16)
    assert seconds(of(lambda x: jnp.argmax(x, axis=1), 16), search=1.0) == pytest.approx(16)
    assert seconds(of(lambda x: jnp.concatenate([x, x]), 16), place=1.0) == pytest.approx(32)
    lookup = of(lambda x: x.at[:, np.arange(3)].get(mode="promise_in_bounds"), 16)
    assert seconds(lookup, place=1.0, update=10.0) == pytest.approx(3 + 30)


def test_a_loop_takes_its_turns_and_a_branch_its_longest(loops):
    assert seconds(loops, transcendental=1.0, library=10.0) == pytest.approx(5 * 8 * 10 + 8)
    assert seconds(loops, turn=1.0) == pytest.approx(5 + 1 + 1)
    assert estimate(loops.traced({"batch": 1}), Rates(**NOTHING)).unknown


def test_memory_is_inputs_parameters_and_what_is_live(mlp):
    found = estimate(mlp.traced({"batch": 32}), Rates(**NOTHING))
    weights = 784 * 512 + 512 + 512 * 10 + 10
    assert found.bytes == 4 * (32 * 784 + weights + 32 * 512 + 32 * 10)
    assert not found.unknown


def test_an_estimate_reads_well():
    assert str(Estimate(0.00123, 3_400_000, False)) == "1.23 ms, 3.40 MB"
    assert str(Estimate(12.3, 340, True)) == "12.3 s, 340 B; loops of unknown length are counted once"
    assert str(Estimate(0.000045, 3400, False)) == "45 us, 3.40 kB"


def test_free_sizes_are_refused():
    free = of(lambda x: x, 8)
    with pytest.raises(SignatureError, match="a trace of known sizes, got free"):
        estimate(free.traced(), Rates(**NOTHING))
