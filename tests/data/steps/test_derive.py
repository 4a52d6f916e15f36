import jax.numpy as jnp
import numpy as np

from philtre.data import derive


def family(SibSp, Parch):
    return SibSp + Parch + 1


def test_the_parameters_name_the_columns():
    assert derive(family).parameters == ("SibSp", "Parch")


def test_steps_are_equal_when_their_functions_do_the_same():
    assert derive(lambda a: jnp.log(a)) == derive(lambda a: jnp.log(a))
    assert hash(derive(lambda a: jnp.log(a))) == hash(derive(lambda a: jnp.log(a)))
    assert derive(lambda a: jnp.log(a)) != derive(lambda a: jnp.exp(a))


def test_the_code_names_a_defined_function_and_writes_a_lambda():
    assert derive(family).code == "derive(family)"
    assert derive(lambda a: a  *  2).code == "derive(lambda a: a * 2)"  # fmt: skip


def test_it_shows_as_its_columns():
    assert derive(family).shown == "derive(SibSp, Parch)"


def test_whole_numbers_are_computed_in_64_bits():
    values = derive(lambda a: a * a).evaluate("square", [np.array([2**20, 3])])
    assert values.tolist() == [2.0**40, 9]


def test_a_comparison_gives_zeros_and_ones():
    assert derive(lambda a: a > 2).evaluate("large", [np.float32([1, 3])]).tolist() == [0, 1]
