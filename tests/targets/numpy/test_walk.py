"""The walk refuses by name and line what it cannot run, and checks what rules make."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import ops
from philtre.errors import UnsupportedError
from philtre.targets.numpy import interpret, supports, table
from philtre.trace import Spec, trace

VECTOR = {"x": Spec((3,), np.dtype("float32"))}
X = np.float32([1, 2, 3])


def called_back(x):
    return {"y": jax.pure_callback(np.sin, jax.ShapeDtypeStruct((3,), jnp.float32), x)}


def printed(x):
    jax.debug.callback(lambda value: None, x)
    return {"y": x}


@pytest.mark.parametrize(("function", "name"), [(called_back, "pure_callback"), (printed, "debug_callback")])
def test_what_leaves_the_program_is_refused_by_name_and_line(function, name):
    traced = trace(function, VECTOR, x64=False)
    assert supports(traced) == [name]
    with pytest.raises(UnsupportedError, match=rf"'{name}' at test_walk.py:\d+ \({function.__name__}\)"):
        interpret(traced.jaxpr, [X], x64=False)


def test_gaps_inside_loops_are_found_without_running():
    def looped(x):
        return {"y": jax.lax.fori_loop(0, 2, lambda _, total: total + called_back(x.reshape(-1)[:3])["y"].sum(), 0.0)}

    assert supports(trace(looped, VECTOR, x64=False)) == ["pure_callback"]
    assert supports(trace(looped, {"x": Spec((None, 3), np.dtype("float32"))}, x64=False)) == ["pure_callback"]


def test_operations_run_by_their_body(agree):
    functions = {"softmax": ops.softmax, "gelu": ops.gelu, "both": lambda x: ops.softmax(ops.gelu(x))}
    agree(functions, X)
    agree(functions, X.astype(np.float64))


def test_a_rule_that_makes_another_dtype_is_caught(monkeypatch):
    monkeypatch.setitem(table.RULES, "sin", lambda equation, x: np.sin(x.astype(np.float64)))
    with pytest.raises(AssertionError, match=r"the rule of sin made float64\[3\]"):
        interpret(trace(lambda x: {"y": jnp.sin(x)}, VECTOR, x64=False).jaxpr, [X], x64=False)


def test_a_trace_with_wide_inputs_is_the_same_program_more_precisely():
    def mean(x):
        return {"y": jnp.mean(jnp.exp(x)) * 2}

    wide = {"x": Spec((3,), np.dtype("float64"))}
    (exact,) = interpret(trace(mean, wide, x64=True).jaxpr, [X.astype(np.float64)], x64=True)
    assert exact.dtype == np.float64
    assert abs(exact - 2 * np.exp([1.0, 2.0, 3.0]).mean()) < 1e-14
