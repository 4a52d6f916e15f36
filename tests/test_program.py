"""Programs: called, joined, compiled for every target, saved and loaded, with one meaning."""

import jax
import jax.numpy as jnp
import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

import philtre as ph
from philtre.errors import SignatureError, UnsupportedError
from philtre.program import Program
from philtre.targets.buckets import BucketExecutable


@ph.program
def multiply_and_add(a, b, c):
    return a * b + c


THREE = (np.array([1, 2, 3]), np.array([4, 5, 6]), np.array([7, 8, 9]))


def test_multiply_and_add(target):
    assert multiply_and_add(*THREE).tolist() == [11, 18, 27]
    run = multiply_and_add.compile(target, *THREE)
    assert run(*THREE).tolist() == [11, 18, 27]
    assert run(a=THREE[0], b=THREE[1], c=THREE[2]).tolist() == [11, 18, 27]


def test_a_saved_program_opens_in_any_onnx_runtime(tmp_path):
    path = multiply_and_add.save(tmp_path / "maa.onnx", *THREE, batch_axis=0)
    onnx.checker.check_model(onnx.load(path), full_check=True)
    assert ph.load(path)(a=THREE[0], b=THREE[1], c=THREE[2]).tolist() == [11, 18, 27]
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    one = {name: array[:1] for name, array in zip("abc", THREE, strict=True)}
    assert session.run(None, one)[0].tolist() == [11]


def test_the_integer_logistic_map(target):
    @ph.program
    def ten_times(x):
        for _ in range(10):
            x = 22 * x * (x + 1) % 61
        return x

    run = ten_times.compile(target, np.array([1, 2, 3]))
    assert run(np.array([1, 2, 3])).tolist() == [28, 25, 37]
    assert run(np.array([1, 2, 3])).dtype == np.int64


def test_one_64_bit_input_switches_64_bits_on(target):
    big = np.array([2**40])
    assert (multiply_and_add.compile(target, big, big, big))(big, np.array([1]), big).tolist() == [2**41]
    assert multiply_and_add(np.float32([1]), np.float32([1]), np.float32([1])).dtype == np.float32


def test_x64_false_narrows_after_a_range_check(target):
    narrow = Program(lambda x: x + 1, x64=False)
    assert narrow(np.array([1])).dtype == np.int32
    assert narrow.compile(target, np.array([1]))(np.array([1])).dtype == np.int32
    with pytest.raises(SignatureError, match="int32"):
        narrow(np.array([2**40]))
    with pytest.raises(SignatureError, match="at most 32 bits"):
        Program(lambda x: x, inputs={"x": ph.Number(integer=True)}, x64=False)


def test_inside_a_jax_transformation_it_is_a_function():
    square = Program(lambda x: x**2)
    assert jax.grad(square)(3.0) == 6.0
    assert jax.vmap(square)(jnp.arange(3.0)).tolist() == [0.0, 1.0, 4.0]
    assert jax.jit(lambda x: square(x) + 1)(2.0) == 5.0


def test_a_64_bit_input_narrowed_by_an_outer_trace_is_refused():
    wide = Program(lambda x: x + 1, inputs={"x": ph.Tensor((None,), "int64")})
    with pytest.raises(SignatureError, match="narrowed by the outer trace"):
        jax.jit(wide)(np.array([2**40]))
    with jax.enable_x64(True):
        assert jax.jit(wide)(np.array([2**40])).tolist() == [2**40 + 1]


def test_jax_arrays_in_jax_arrays_out():
    assert isinstance(multiply_and_add(jnp.ones(2), jnp.ones(2), jnp.ones(2)), jax.Array)
    declared = Program(lambda x: x + 1, inputs={"x": ph.Tensor((None,))})
    assert isinstance(declared(jnp.ones(2)), jax.Array)
    assert isinstance(declared(np.ones(2, np.float32)), np.ndarray)


PIXELS = {"pixels": ph.Tensor((None, 4))}


def test_declared_inputs_need_no_examples(target):
    mean = Program(lambda pixels: pixels.mean(axis=1), inputs=PIXELS)
    run = mean.compile(target)
    for n in (0, 1, 5):
        assert run(np.ones((n, 4), np.float32)).shape == (n,)
    assert mean.signature.outputs == {"output": ph.Tensor((None,))}


def test_values_in_values_out(target):
    def survive(age, sex):
        return {"label": (sex == 1).astype(jnp.int32), "years": jnp.nan_to_num(age)}

    program = Program(
        survive,
        inputs={"age": ph.Number(missing=True), "sex": ph.Category(("male", "female"))},
        outputs={"label": ph.Category(("no", "yes"))},
    )
    run = program.compile(target)
    assert run.predict({"age": None, "sex": "female"}) == {"label": "yes", "years": 0.0}
    assert program.predict([{"age": 2, "sex": "male"}]) == [{"label": "no", "years": 2.0}]
    columns = {"age": np.array([1.0]), "sex": np.array(["male"], object)}
    assert run.predict(columns)["label"].tolist() == ["no"]
    with pytest.raises(SignatureError, match="field 'sex' expects one of 'male', 'female'"):
        run.predict({"age": 1, "sex": "other"})


double = Program(lambda x: 2 * x, name="double")
increment = Program(lambda x: x + 1, name="increment")
square = Program(lambda x: x * x, name="square")


@given(st.lists(st.sampled_from([double, increment, square]), min_size=3, max_size=3))
def test_joining_is_associative(programs):
    a, b, c = programs
    x = np.arange(4, dtype=np.float32)
    np.testing.assert_array_equal(((a | b) | c)(x), (a | (b | c))(x))
    np.testing.assert_array_equal((a | b)(x), b(a(x)))


def test_functions_may_stand_on_either_side_and_arrays_may_not():
    x = np.float32([1.0])
    np.testing.assert_allclose((double | jnp.tanh)(x), np.tanh(2 * x), rtol=1e-6)
    assert (jnp.negative | double)(x).tolist() == [-2.0]
    with pytest.raises(TypeError):
        x | double
    with pytest.raises(TypeError):
        double | x


def test_several_outputs_join_by_name_and_inputs_left_over_stay():
    first = Program(lambda x: {"low": x - 1, "high": x + 1, "unused": x}, inputs={"x": ph.Number()}, name="first")
    second = Program(
        lambda low, high, scale: (high - low) * scale,
        inputs={"low": ph.Number(), "high": ph.Number(), "scale": ph.Number()},
        name="second",
    )
    joined = first | second
    assert joined.names == ("x", "scale")
    assert joined(x=np.float32([5]), scale=np.float32([3])).tolist() == [6.0]


def test_what_does_not_join_is_refused_by_name():
    first = Program(lambda x: {"low": x, "high": x}, inputs={"x": ph.Number()}, name="first")
    clash = Program(lambda low, x: low + x, inputs={"low": ph.Number(), "x": ph.Number()}, name="second")
    with pytest.raises(SignatureError, match="the input 'x' of both 'first' and 'second'"):
        first | clash
    with pytest.raises(SignatureError, match="no name in common"):
        first | Program(lambda a, b: a + b, inputs={"a": ph.Number(), "b": ph.Number()})
    with pytest.raises(SignatureError, match="input 'pixels' of 'wide'"):
        Program(lambda x: x, inputs={"x": ph.Tensor((None, 3))}) | Program(
            lambda pixels: pixels, inputs=PIXELS, name="wide"
        )
    with pytest.raises(SignatureError, match="declared inputs"):
        double | multiply_and_add
    with pytest.raises(SignatureError, match="an output 'z'"):
        (Program(lambda x: {"a": x, "b": x}) | Program(lambda z: z))(np.float32([1]))


def test_a_branch_on_the_batch_size_becomes_buckets(tmp_path):
    program = Program(lambda x: x * 10 if x.shape[0] == 1 else x, inputs={"x": ph.Tensor((None,))}, name="branchy")
    with pytest.warns(UserWarning, match="one graph per batch size"):
        run = program.compile("onnx")
    assert isinstance(run, BucketExecutable)
    assert run(np.float32([1])).tolist() == [10.0]
    assert run(np.float32([1, 2, 3])).tolist() == [1.0, 2.0, 3.0]
    assert run(np.empty(0, np.float32)).shape == (0,)
    with pytest.raises(UnsupportedError, match="one file holds one graph"):
        program.save(tmp_path / "branchy.onnx")
    assert list(tmp_path.iterdir()) == []


def test_an_operation_that_a_target_lacks_is_named_with_its_line():
    program = Program(lambda x: jnp.linalg.cholesky(x), inputs={"x": ph.Tensor((2, 2))})
    with pytest.raises(UnsupportedError) as caught:
        program.compile("onnx")
    assert caught.value.operation.startswith("cholesky (ONNX has no")
    assert "test_program.py" in caught.value.source
    assert caught.value.supported == ("xla", "torch", "numpy")
    assert program.supports("onnx") == [caught.value.operation]
    assert program.supports("numpy") == program.supports("xla") == []


def test_the_call_says_what_it_expects():
    with pytest.raises(SignatureError, match=r"the inputs \['a', 'b', 'c'\]"):
        multiply_and_add(1, 2)
    with pytest.raises(SignatureError, match=r"one of xla, onnx, torch, numpy, auto"):
        multiply_and_add.compile("tpu", *THREE)
    with pytest.raises(SignatureError, match="examples of the inputs"):
        multiply_and_add.compile("onnx")
    with pytest.raises(SignatureError, match="declared inputs"):
        multiply_and_add.predict([{"a": 1}])
    with pytest.raises(SignatureError, match="output 'label'"):
        Program(lambda x: x, inputs={"x": ph.Number()}, outputs={"label": ph.Number()}).signature


def test_named_symbols_are_free_axes(target):
    program = Program(lambda x: x.sum(axis=1), inputs={"x": ph.Tensor((None, "length"))})
    run = program.compile(target)
    assert run(np.ones((2, 3), np.float32)).tolist() == [3.0, 3.0]
    assert run(np.ones((1, 7), np.float32)).tolist() == [7.0]


def test_profiles_of_inputs_and_outputs_are_in_the_file(tmp_path):
    program = Program(lambda age: 2 * age, inputs={"age": ph.Number(missing=True)}, outputs={"output": ph.Number()})
    program.save(tmp_path / "m.onnx", sample={"age": np.array([1.0, 2.0, 3.0])}, metrics={"r2": 0.5}, recipe="code")
    metadata = ph.load(tmp_path / "m.onnx").metadata
    assert metadata.profiles["inputs"]["age"].mean == 2.0
    assert metadata.profiles["outputs"]["output"].maximum == 6.0
    assert metadata.metrics == {"r2": 0.5}
    assert metadata.recipe == "code"


def test_the_same_program_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        Program(lambda x: jnp.tanh(x) @ np.ones((4, 2), np.float32), inputs=PIXELS_AS_X).save(
            tmp_path / name / "m.onnx"
        )
    assert (tmp_path / "a" / "m.onnx").read_bytes() == (tmp_path / "b" / "m.onnx").read_bytes()


PIXELS_AS_X = {"x": ph.Tensor((None, 4))}


def test_a_program_that_depends_on_the_moment_of_its_trace_is_not_saved(tmp_path):
    random = np.random.default_rng(0)
    noisy = Program(lambda x: x + random.normal(), inputs={"x": ph.Tensor((None,))})
    with pytest.raises(UnsupportedError, match=r"got 'a function that differs .* give it times, random keys"):
        noisy.save(tmp_path / "model.onnx")
    assert not (tmp_path / "model.onnx").exists()
