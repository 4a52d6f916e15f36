"""A trace: shapes by name, 64 bits by choice, symbolic sizes readable, the user's line in every refusal."""

import threading
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from philtre import trace as module
from philtre.errors import SignatureError, UnsupportedError
from philtre.trace import Spec, check_pure, inner, is_symbolic, is_users, source_line, terms, trace

FLOAT = np.dtype(np.float32)
ROWS = {"x": Spec((None, 4), FLOAT)}


def test_inputs_and_outputs_keep_names_order_and_symbols():
    inputs = {"tokens": Spec((None, "length"), np.dtype(np.int32)), "scale": Spec((), FLOAT)}

    def function(tokens, scale):
        return {"z": tokens * scale, "a": tokens.reshape(-1), "turned": tokens.T, "size": jnp.float32(1)}

    traced = trace(function, inputs, x64=False)
    assert traced.inputs == inputs
    assert list(traced.outputs) == ["z", "a", "turned", "size"]
    assert traced.outputs["z"] == Spec((None, "length"), FLOAT)
    assert traced.outputs["a"].shape == ("batch*length",)
    assert traced.outputs["turned"].shape == ("length", "batch")
    assert traced.outputs["size"].shape == ()


def test_equal_symbols_are_equal_sizes():
    pair = {"a": Spec((None, "d"), FLOAT), "b": Spec((None, "d"), FLOAT)}
    assert trace(lambda a, b: {"y": a + b}, pair, x64=False).outputs["y"].shape == (None, "d")
    with pytest.raises(TypeError, match="incompatible shapes"):
        trace(lambda a, b: {"y": a + b.T}, pair, x64=False)


def test_64_bits_are_kept_or_refused_never_narrowed():
    wide = {"n": Spec((None,), np.dtype(np.int64))}
    assert trace(lambda n: {"y": n + 2**40}, wide, x64=True).outputs["y"].dtype == np.int64
    assert trace(lambda x: {"y": jnp.mean(x)}, ROWS, x64=True).outputs["y"].dtype == np.float32
    with pytest.raises(SignatureError, match=r"input 'n' expects a dtype of at most 32 bits.* got int64"):
        trace(lambda n: {"y": n}, wide, x64=False)


@pytest.mark.parametrize("name", ["a b", "", "3d", "max", "for", "größe"])
def test_a_symbol_is_a_plain_identifier(name):
    with pytest.raises(SignatureError, match="symbolic axis"):
        trace(lambda x: {"y": x}, {"x": Spec((name or " ",), FLOAT)}, x64=False)


@pytest.mark.parametrize(
    ("function", "asked", "hint"),
    [
        (lambda x: x if x.sum() > 0 else -x, "trace", "jnp.where"),
        (lambda x: x[x > 0], "trace", "size=10"),
        (lambda x: jnp.nonzero(x)[0], "trace", "size=10"),
        (lambda x: x.__setitem__(0, 1), "trace", "x.at[index]"),
        (lambda x: print(x), "trace", "pure function"),
        (lambda x: np.zeros(3)[x[0, 0].astype(int)], "trace", "jax.numpy in place of numpy"),
        (lambda x: float(x[0, 0]), "trace", "jnp.where"),
        (lambda x: np.sin(x), "trace", "jax.numpy in place of numpy"),
        (lambda x: x if x.shape[0] > 3 else -x, "symbolic sizes", "symbolic axis"),
        (lambda x: jnp.zeros(int(x.shape[0])), "symbolic sizes", "symbolic axis"),
        (lambda x: sum(x[i] for i in range(x.shape[0])), "symbolic sizes", "symbolic axis"),
        (lambda x: x.reshape(x.shape[0] // 2, -1), "symbolic sizes", "symbolic axis"),
    ],
)
def test_python_code_that_a_trace_cannot_follow_is_named_with_its_line(function, asked, hint):
    with pytest.raises(UnsupportedError) as caught:
        trace(lambda x: {"y": function(x)}, ROWS, x64=False)
    assert caught.value.target == asked
    line = function.__code__.co_firstlineno
    assert caught.value.source == f"test_trace.py:{line} (<lambda>)"
    assert hint in caught.value.hint


def test_the_users_own_errors_pass_through():
    def function(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        trace(function, ROWS, x64=False)


def test_source_line_is_the_users_even_where_a_library_computes():
    def helper(x):
        return jnp.clip(x, 0, 1)

    (equation,) = trace(lambda x: {"y": helper(x)}, ROWS, x64=False).jaxpr.jaxpr.eqns
    line = helper.__code__.co_firstlineno + 1
    assert source_line(equation) == f"test_trace.py:{line} (helper)"


def test_calls_open_and_tell_whose_they_are():
    def mine(x):
        return jnp.clip(x, 0, 1) + jax.checkpoint(jnp.sin)(x) + jax.nn.relu(x)

    (call,) = trace(lambda x: {"y": jax.jit(mine)(x)}, ROWS, x64=False).jaxpr.jaxpr.eqns
    assert is_users(inner(call))
    calls = [inner(equation) for equation in inner(call).jaxpr.eqns]
    assert [body is not None for body in calls] == [True, True, False, True, False]
    assert not is_users(calls[0])


def test_symbolic_sizes_are_read_as_sums_of_products():
    batch, length = jax.export.symbolic_shape("batch, length")
    assert is_symbolic(batch)
    assert not is_symbolic(3)
    (power, plain, one) = sorted(terms(3 * batch * batch * length - length + 2), key=lambda term: -len(term.factors))
    assert (power.coefficient, {(f.symbol, f.power) for f in power.factors}) == (3, {("batch", 2), ("length", 1)})
    assert (plain.coefficient, plain.factors[0].symbol) == (-1, "length")
    assert (one.coefficient, one.factors) == (2, ())
    for size, operation in [(batch // 2, "floordiv"), (batch % 3, "mod"), (jax.core.max_dim(batch, length), "max")]:
        ((factor,),) = [term.factors for term in terms(size)]
        assert (factor.symbol, factor.operation, factor.operands[0]) == (None, operation, batch)


def test_only_trace_touches_the_internals_of_jax():
    house = Path(module.__file__).parent
    touching = [
        path.name
        for path in house.rglob("*.py")
        if any(part in path.read_text() for part in ("jax._src", "jax.extend", "jax.interpreters"))
    ]
    assert touching == ["trace.py"]


def test_an_array_that_an_earlier_trace_left_behind_is_refused():
    kept = []

    def keeping(x):
        kept.append(x)
        return {"y": x + kept[0]}

    fixed = {"x": Spec((2, 4), FLOAT)}
    trace(keeping, fixed, x64=False)
    with pytest.raises(UnsupportedError, match="left behind"):
        trace(keeping, fixed, x64=False)


def test_what_a_thread_prints_meanwhile_passes_and_is_nobody_elses_fault(capsys):
    def function(x):
        other = threading.Thread(target=print, args=["from another thread"])
        other.start()
        other.join()
        return {"y": x}

    trace(function, ROWS, x64=False)
    assert capsys.readouterr().out == "from another thread\n"


def test_a_function_that_differs_from_trace_to_trace_is_refused_with_its_line():
    random = np.random.default_rng(0)

    def noisy(x):
        still = x * 2
        return {"y": still + random.normal()}

    first, second = (trace(noisy, ROWS, x64=False) for _ in range(2))
    with pytest.raises(UnsupportedError, match=r"differs from one trace to the next' at test_trace.py:\d+ \(noisy\)"):
        check_pure(first, second)
    check_pure(first, first)
    check_pure(*(trace(lambda x: {"y": jnp.sort(x) + np.float32([1, np.nan, 2, 3])}, ROWS, x64=False) for _ in "ab"))


def test_constants_that_differ_are_found_too():
    random = np.random.default_rng(0)
    first, second = (trace(lambda x: {"y": x + random.normal(size=4)}, ROWS, x64=False) for _ in range(2))
    with pytest.raises(UnsupportedError, match="differs from one trace to the next"):
        check_pure(first, second)
