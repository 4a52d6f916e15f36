"""A listing: library calls inlined, values by name, loops and branches as blocks."""

import jax
import jax.numpy as jnp
import numpy as np

from philtre.describe.listing import listing
from philtre.fields import Tensor
from philtre.program import program
from philtre.trace import Spec, trace

ROWS = {"x": Spec((None, 4), np.dtype(np.float32))}


def listed(function, inputs=ROWS, **options):
    return listing(trace(lambda *arrays: {"y": function(*arrays)}, inputs, x64=False, **options))


def test_calls_of_libraries_are_inlined_and_have_the_users_line():
    steps = listed(lambda x: jax.nn.relu(x) + jax.nn.relu(-x)).steps
    assert [step.name for step in steps] == ["max", "neg", "max", "add"]
    assert all(step.source.startswith("test_listing.py:") for step in steps)


def test_a_function_of_the_user_under_jit_keeps_its_own_lines():
    @jax.jit
    def inside(x):
        return x + 1

    (step,) = listed(lambda x: inside(x)).steps
    assert "(inside)" in step.source


def test_the_second_call_of_a_library_function_is_not_said_to_be_the_first():
    first, second = listed(
        lambda x: (
            jnp.sort(x)
            + jnp.sort(-x)
        )
    ).steps[0::2][:2]  # fmt: skip
    assert first.name == second.name == "sort"
    assert first.source != second.source


def test_values_are_inputs_parameters_constants_and_numbered_results(mlp):
    found = listing(mlp.traced())
    assert [value.name for value in found.parameters] == ["hidden.bias", "hidden.kernel", "last.bias", "last.kernel"]
    assert [str(value) for value in found.steps[0].arguments] == ["pixels", "hidden.kernel"]
    assert [str(value) for value in found.steps[3].arguments] == ["%2", "0."]
    assert found.outputs["output"] is found.steps[-1].results[0]


def test_small_constants_are_written_out_large_ones_by_their_type():
    small, large = np.float32([[1, 2.5]]), np.ones((1, 6), np.float32)
    steps = listed(lambda x: (jnp.sum(x) + small, jnp.sum(x) * large)[0] + jnp.sum(large + jnp.sum(x))).steps
    words = [str(value) for step in steps for value in step.arguments]
    assert "[[1. , 2.5]]" in words
    assert "float32[1, 6]" in words


def test_loops_and_branches_are_blocks_that_see_the_values_around_them(loops):
    scan, loop, branch = (step for step in listing(loops.traced()).steps if step.blocks)
    (body,) = scan.blocks
    assert [(str(inside), str(first)) for inside, first in body.carried] == [("%2", "x")]
    assert [str(array) for _, array in body.each] == ["%0"]
    assert [block.name for block in loop.blocks] == ["condition", "body"]
    assert loop.blocks[0].carried == loop.blocks[1].carried
    assert [block.name for block in branch.blocks] == ["branch 0", "branch 1"]
    assert branch.blocks[0].steps[0].arguments[0] is loop.results[0]


def test_the_steps_behind_an_operation_are_its_body(mlp):
    softmax = listing(mlp.traced()).steps[-1]
    assert softmax.name == "softmax"
    assert "exp" in [step.name for step in softmax.body.steps]


def test_a_random_key_that_is_a_constant_has_a_type():
    key = jax.random.key(0)
    words = [
        str(value) for step in listed(lambda x: x + jax.random.uniform(key, (4,))).steps for value in step.arguments
    ]
    assert "key<fry>[]" in words


def test_an_output_may_be_an_input_or_a_constant():
    @program(inputs={"x": Tensor((None,))})
    def both(x):
        return x, jnp.float32(3)

    outputs = listing(both.traced()).outputs
    assert [value.kind for value in outputs.values()] == ["input", "constant"]


def test_a_constant_may_be_a_bool_of_python():
    flags = listed(lambda x: jax.lax.select(jnp.logical_and(x > 0, True), x, -x)).steps
    assert "True" in " ".join(str(value) for step in flags for value in step.arguments)
