"""The frozen list names all of JAX's functions, says a word for every target, and a sample of it still holds."""

import pytest

from tests.conformance.coverage.call import Example
from tests.conformance.coverage.examples import MODULES, OUTSIDE, examples, public
from tests.conformance.coverage.frozen import OUTSIDE_MARK, PATH, read, text
from tests.conformance.coverage.measure import RUNS, TARGETS, measure
from tests.conformance.coverage.subjects import gradient, mapped, primitives

EVERY = 45
PRIMITIVES = """jit custom_jvp_call while scan cond custom_linear_solve abs add add_any and ceil clamp
convert_element_type copy div eq erfc exp floor ge gt integer_pow is_finite le le_to log log1p logistic lt max min mul
ne neg not or pow rem rsqrt select_n shift_right_logical sign sqrt square stop_gradient sub tanh bitcast_convert_type
broadcast_in_dim concatenate iota reshape rev slice squeeze stack transpose argmax argmin reduce_max reduce_or
reduce_sum dynamic_slice dynamic_update_slice gather scatter scatter-add sort top_k dot_general cholesky lu
triangular_solve svd conv_general_dilated reduce_window_max select_and_scatter_add random_bits random_split"""
"""What 21 typical programs are made of: networks and their training, k-means, PCA, preprocessing, generation."""


@pytest.fixture(scope="module")
def frozen():
    return read()


def test_every_public_function_of_jax_has_its_line(frozen):
    names = {f"{path}.{name}" for path, (module, _) in MODULES.items() for name in public(module)}
    assert names <= set(frozen)
    assert set(OUTSIDE) <= names


def test_the_primitives_of_typical_programs_have_their_lines(frozen):
    assert {f"primitive {name}" for name in PRIMITIVES.split()} <= set(frozen)


def test_no_line_is_empty_and_none_is_a_wrong_answer(frozen):
    for name, line in frozen.items():
        if isinstance(line, str):
            assert line.startswith((OUTSIDE_MARK, "JAX has no")), name
            continue
        assert set(line) == set(TARGETS), name
        for target, word in line.items():
            assert word == RUNS or word.removeprefix("refused: "), f"{name}: {target}"
            assert word == RUNS or word.startswith("refused: "), f"{name}: {target} {word}"


def test_what_is_outside_says_why(frozen):
    assert {name: f"{OUTSIDE_MARK}{reason}" for name, reason in OUTSIDE.items()}.items() <= frozen.items()


def test_the_file_is_written_as_it_is_read(frozen):
    entries = {name: line for name, line in frozen.items() if name not in OUTSIDE}
    assert text(entries) == PATH.read_text()


@pytest.mark.filterwarnings("ignore")
def test_a_sample_is_what_the_targets_do_today(frozen):
    pytest.importorskip("torch")
    functions = list(examples())
    sample = [*functions[::EVERY], *map(gradient, functions[7 :: 3 * EVERY]), *map(mapped, functions[11 :: 3 * EVERY])]
    sample += primitives()[::EVERY]
    known: list[Example] = [each for each in sample if isinstance(frozen.get(each.name), dict)]
    assert len(known) > 10
    assert dict(measure(known)) == {each.name: frozen[each.name] for each in known}
