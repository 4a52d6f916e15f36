"""A function is served under the names of its signature, or under those of its parameters."""

import asyncio

import numpy as np
import pytest

import philtre as ph
from philtre.errors import ServingError, SignatureError
from philtre.serving import FunctionExecutable, Serving

SIGNATURE = ph.Signature({"x": ph.Number()}, {"y": ph.Number()})
X = {"x": np.float32([1, 2])}


def test_outputs_are_named_by_the_signature():
    async def ask(serving):
        request = serving.signature.read(b'[{"x": 1}, {"x": 2}]')
        return await serving.answer(request.rows)

    for function in (lambda x: 2 * x, lambda x: (2 * x,), lambda x: {"y": 2 * x}, lambda x: [2, 4]):
        with Serving(function, signature=SIGNATURE) as serving:
            assert asyncio.run(ask(serving)) == [{"y": 2.0}, {"y": 4.0}]


def test_without_a_signature_the_first_call_makes_one():
    def powers(x, exponent):
        return x, x**exponent

    with Serving(powers) as serving:
        outputs = serving.run({"x": np.float32([2, 3]), "exponent": np.int64([3, 2])})
        assert {name: array.tolist() for name, array in outputs.items()} == {"output_0": [2, 3], "output_1": [8, 9]}
    assert serving.signature.inputs == {"x": ph.Tensor((None,)), "exponent": ph.Tensor((None,), "int64")}


def test_every_way_to_call_makes_the_signature():
    async def ask(serving):
        return await serving.submit(X)

    for call in (
        lambda serving: serving(X["x"]),
        lambda serving: serving.run(X),
        lambda serving: asyncio.run(ask(serving)),
    ):
        with Serving(lambda x: 2 * x) as serving:
            call(serving)
            assert list(serving.signature.outputs) == ["output"]


def test_other_outputs_than_the_signatures_are_refused():
    with (
        Serving(lambda x: {"z": x}, signature=SIGNATURE) as serving,
        pytest.raises(ServingError, match=r"\['y'\].*\['z'\]"),
    ):
        serving.run(X)
    with Serving(lambda x: (x, x), signature=SIGNATURE) as serving, pytest.raises(ServingError, match="output_1"):
        serving.run(X)


def test_a_function_that_was_never_called_has_no_signature():
    with pytest.raises(SignatureError, match="never called"):
        FunctionExecutable(lambda x: x).signature
    with pytest.raises(SignatureError, match="by position"):
        FunctionExecutable(lambda *, x: x)
