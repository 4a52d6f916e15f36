import math

import jax.numpy as jnp
import pytest

from philtre.data.function import check_function, fingerprint, source
from philtre.errors import DataError

LIMIT = 3.5


def logarithm(Fare):
    return jnp.log1p(jnp.minimum(Fare, LIMIT))


def twice(x):
    return 2 * logarithm(x)


def rebuilt(function):
    """Run the source of a function and give back what it defines."""
    found = source(function)
    namespace: dict = {}
    exec("\n".join(found.needs), namespace)
    return eval(found.expression, namespace)


def test_parameters_name_the_columns():
    assert check_function(lambda Age, Fare: Age, "derive") == ("Age", "Fare")


def test_functions_are_equal_when_their_code_is():
    same = [lambda a, b: a + b * 2, lambda a, b: a + b * 2]
    assert fingerprint(same[0]) == fingerprint(same[1])


@pytest.mark.parametrize("other", [lambda a, b: a + b * 3, lambda a, c: a + c * 2, lambda a, b: a - b * 2])
def test_functions_differ_in_constants_names_and_operations(other):
    assert fingerprint(lambda a, b: a + b * 2) != fingerprint(other)


def test_a_whole_constant_is_not_a_floating_one():
    assert fingerprint(lambda a: a * 2) != fingerprint(lambda a: a * 2.0)


@pytest.mark.parametrize(
    "function",
    [
        lambda SibSp, Parch: SibSp + Parch + 1,
        lambda a: jnp.where(a > LIMIT, a, -a),
        lambda a: math.pi * a,
        lambda a: a if a.shape[0] > 5 else jnp.maximum(a, *(a + i for i in (1,))),
        logarithm,
        twice,
    ],
)
def test_the_source_makes_an_equal_function(function):
    again = rebuilt(function)
    assert fingerprint(again) == fingerprint(function)
    arguments = [jnp.float32([1, 4])] * function.__code__.co_argcount
    assert (again(*arguments) == function(*arguments)).all()


def test_lambdas_on_one_line_are_told_apart():
    first, second = lambda a: a + 1, lambda a: a + 2
    assert source(first).expression == "lambda a: a + 1"
    assert source(second).expression == "lambda a: a + 2"


def test_source_brings_what_the_function_uses():
    assert source(logarithm).needs[:2] == ("import jax.numpy as jnp", "LIMIT = 3.5")


@pytest.mark.parametrize(
    ("function", "got"),
    [
        pytest.param(jnp.log1p, "got a", id="no Python function"),
        pytest.param(lambda: 1, "the signature ()", id="no parameters"),
        pytest.param(lambda *columns: columns[0], "the signature (*columns)", id="parameters without names"),
        pytest.param(lambda a, b=1: a + b, "the signature (a, b=1)", id="defaults"),
    ],
)
def test_parameters_must_name_columns(function, got: str):
    with pytest.raises(DataError) as caught:
        check_function(function, "derive 'x'")
    assert got in str(caught.value)


def test_a_function_must_stand_on_its_own():
    factor = 3
    with pytest.raises(DataError, match="one that uses 'factor' of the function around it"):
        check_function(lambda a: factor * a, "derive 'x'")


def test_source_that_is_in_no_file():
    function = eval("lambda a: a + 1")
    with pytest.raises(DataError, match="expects a function whose source is in a file"):
        source(function)


TABLE = {"a": 1}


def test_globals_that_cannot_be_written_down():
    with pytest.raises(DataError, match="got 'TABLE', a dict"):
        source(lambda a: TABLE["a"] * a)
