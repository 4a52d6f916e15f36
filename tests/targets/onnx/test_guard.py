"""Pooling is fast where all numbers are finite and right where they are not."""

import jax
import numpy as np
import pytest

from philtre import ops


@pytest.fixture
def images(random):
    return random.normal(size=(2, 8, 8, 3)).astype(np.float32)


@pytest.fixture
def kernel(random):
    return random.normal(size=(3, 3, 3, 3), scale=0.3).astype(np.float32)


def network(kernel):
    def run(x):
        y = ops.max_pool(jax.nn.relu(ops.conv(x, kernel, padding="same")), window=2)
        y = ops.max_pool(ops.conv(y * 2 + 1, kernel, padding="same"), window=2)
        return y.reshape(y.shape[0], 12)

    return run


def test_the_check_is_one_sum_of_the_inputs(agree, images, kernel):
    built = agree(network(kernel), images)
    assert built.operators.count("MaxPool") == 2
    assert [name for name in built.operators if name.startswith("Reduce")] == ["ReduceL1"]
    assert built.operators.count("If") == 1


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 3e38, -3e38])
def test_what_is_not_finite_goes_the_exact_way(agree, images, kernel, odd):
    images[1, 2, 3, 1] = odd
    agree(network(kernel), images)
    agree(lambda x: ops.max_pool(x, window=3, strides=1), images)
    images[:] = odd
    agree(lambda x: ops.max_pool(x, window=3, strides=1), images)


def test_whole_numbers_need_no_check(agree, images):
    codes = (images * 10).astype(np.int32)
    assert "If" not in agree(lambda x: ops.max_pool(x.astype("float32"), window=2), codes).operators


def test_weights_that_are_not_finite_presume_nothing(agree, images, kernel):
    kernel[0, 0, 0, 0] = np.nan
    assert "MaxPool" not in agree(network(kernel), images).operators


def test_what_is_made_in_other_ways_is_checked_itself(agree, images):
    built = agree(lambda x: ops.max_pool(jax.numpy.log(x), window=2), images)
    assert built.operators.count("If") == 1


def test_several_inputs_and_outputs(agree, images, kernel):
    functions = {
        "pool": lambda x, y: ops.max_pool(x + y, window=2),
        "sum": lambda x, y: x + y,
    }
    built = agree(functions, images, images[::-1])
    assert built.operators.count("ReduceL1") == 2
    images[0, 0, 0, 0] = np.nan
    agree(functions, images, images[::-1])


def test_a_pool_inside_a_loop_checks_what_it_takes(agree, images, kernel):
    def program(x):
        return jax.lax.fori_loop(0, 2, lambda _, s: ops.max_pool(s, window=3, strides=1, padding="same"), x)

    agree(program, images)
    images[0, 4, 4, 0] = np.nan
    agree(program, images)
