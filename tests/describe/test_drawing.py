"""The drawing of a program as text: one line per equation, blocks indented."""

import re

import jax.numpy as jnp
import pytest

from philtre import ops
from philtre.errors import SignatureError
from philtre.fields import Tensor
from philtre.program import program


def lines(text):
    """Leave the numbers of lines out, which change with every edit."""
    return re.sub(r"\.py:\d+", ".py", text).splitlines()


def test_a_network_word_for_word(mlp):
    assert lines(mlp.graph()) == [
        "input pixels  float32[batch, 784]",
        "parameter hidden.bias  float32[512]",
        "parameter hidden.kernel  float32[784, 512]",
        "parameter last.bias  float32[10]",
        "parameter last.kernel  float32[512, 10]",
        "%0 = dot_general(pixels, hidden.kernel)  float32[batch, 512]  conftest.py (classify)",
        "%1 = broadcast_in_dim(hidden.bias)  float32[1, 512]  conftest.py (classify)",
        "%2 = add(%0, %1)  float32[batch, 512]  conftest.py (classify)",
        "%3 = max(%2, 0.)  float32[batch, 512]  conftest.py (classify)",
        "%4 = dot_general(%3, last.kernel)  float32[batch, 10]  conftest.py (classify)",
        "%5 = broadcast_in_dim(last.bias)  float32[1, 10]  conftest.py (classify)",
        "%6 = add(%4, %5)  float32[batch, 10]  conftest.py (classify)",
        "%7 = softmax(%6)  float32[batch, 10]  conftest.py (classify)",
        "output output = %7  float32[batch, 10]",
    ]


def test_loops_and_branches_word_for_word(loops):
    assert lines(loops.graph()) == [
        "input x  float32[batch, 8]",
        "%0 = broadcast_in_dim(1.)  float32[5, 8]  conftest.py (run)",
        "%1 = scan(x, %0, length=5)  float32[batch, 8]  conftest.py (run)",
        "    body(%2 = x, %3 in %0):",
        "        %4 = sin(%3)  float32[8]  conftest.py (<lambda>)",
        "        %5 = broadcast_in_dim(%4)  float32[1, 8]  conftest.py (<lambda>)",
        "        %6 = add(%2, %5)  float32[batch, 8]  conftest.py (<lambda>)",
        "        return %6",
        "%7 = while(%1)  float32[batch, 8]  conftest.py (run)",
        "    condition(%8 = %1):",
        "        %9 = reduce_sum(%8, axes=(0, 1))  float32[]  conftest.py (<lambda>)",
        "        %10 = lt(%9, 3.)  bool[]  conftest.py (<lambda>)",
        "        return %10",
        "    body(%8 = %1):",
        "        %11 = mul(%8, 2.)  float32[batch, 8]  conftest.py (<lambda>)",
        "        return %11",
        "%12 = reduce_sum(%7, axes=(0, 1))  float32[]  conftest.py (run)",
        "%13 = gt(%12, 0.)  bool[]  conftest.py (run)",
        "%14 = convert_element_type(%13)  int32[]  conftest.py (run)",
        "%15 = cond(%14, %7)  float32[batch, 8]  conftest.py (run)",
        "    branch 0():",
        "        %16 = exp(%7)  float32[batch, 8]  conftest.py (<lambda>)",
        "        %17 = mul(%16, 2.)  float32[batch, 8]  conftest.py (<lambda>)",
        "        return %17",
        "    branch 1():",
        "        %18 = add(%7, 1.)  float32[batch, 8]  conftest.py (<lambda>)",
        "        return %18",
        "output output = %15  float32[batch, 8]",
    ]


def test_sizes_may_be_given(mlp):
    assert "float32[32, 512]" in mlp.graph(batch=32)
    assert "batch" not in mlp.graph(batch=32)


def test_a_size_that_is_a_value_is_named():
    @program(inputs={"x": Tensor((None, "length"))})
    def mean(x):
        return x.sum(axis=1) / x.shape[1]

    assert lines(mean.graph())[1:3] == [
        "%0 = reduce_sum(x, axes=(1,))  float32[batch]  test_drawing.py (mean)",
        "%1 = dim_as_value(dim=length)  int32[]  test_drawing.py (mean)",
    ]


def test_several_outputs_are_named():
    @program(inputs={"x": Tensor((None, 4))})
    def two(x):
        return {"scores": ops.softmax(x), "best": jnp.argmax(x, axis=-1)}

    assert lines(two.graph())[-2:] == [
        "output scores = %0  float32[batch, 4]",
        "output best = %1  int32[batch]",
    ]


def test_an_unknown_format_is_refused(mlp):
    with pytest.raises(SignatureError, match=r'graph expects the format "text" or "mermaid", got \'svg\''):
        mlp.graph("svg")
