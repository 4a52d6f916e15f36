"""`use_target` chooses where programs that are called run, in this context and no other."""

import threading

import jax.numpy as jnp
import numpy as np
import pytest

import philtre as ph
from philtre.errors import SignatureError
from philtre.targets.choice import chosen

X = np.float32([[1, 2], [3, 4]])


@ph.program(inputs={"x": ph.Tensor((None, 2))})
def total(x):
    return jnp.sum(x, axis=1)


def test_programs_that_are_called_run_there(target):
    with ph.use_target(target):
        assert chosen() == target
        assert total(X).tolist() == [3, 7]
        assert total(x=X).tolist() == [3, 7]
        assert total.predict({"x": X})["output"].tolist() == [3, 7]
        assert ph.program(lambda x: x * 2)(X).tolist() == (X * 2).tolist()
        assert ph.program(lambda x: x * 2)(jnp.asarray(X)).tolist() == (X * 2).tolist()
    assert chosen() == "xla"


def test_the_choice_nests_and_ends_after_an_error():
    with ph.use_target("numpy"):
        with pytest.raises(SignatureError), ph.use_target("onnx"):
            total(np.ones(2))
        assert chosen() == "numpy"


def test_another_thread_has_its_own_choice():
    seen = []
    with ph.use_target("numpy"):
        thread = threading.Thread(target=lambda: seen.append(chosen()))
        thread.start()
        thread.join()
    assert seen == ["xla"]


def test_an_unknown_target_is_refused_with_the_one_that_is_meant():
    with pytest.raises(SignatureError, match=r"auto, got 'onxx'. Hint: is 'onnx' meant"):
        ph.use_target("onxx")


def test_inside_a_jax_transformation_a_program_stays_a_function():
    import jax

    with ph.use_target("numpy"):
        assert jax.vmap(total)(jnp.asarray(X)[None]).tolist() == [[3, 7]]
