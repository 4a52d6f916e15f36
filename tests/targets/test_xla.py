"""The xla target: jax.jit behind the signature, in the mode that the fields ask for."""

import numpy as np

import philtre as ph
from philtre.program import Program


def test_categories_go_in_and_come_out_as_text():
    color = ph.Category(("red", "green"), unknown=True, missing=True)
    program = Program(lambda c: {"same": c}, inputs={"c": color}, outputs={"same": color})
    answers = program.compile("xla").run({"c": np.array(["green", "blue", ""], object)})
    assert answers["same"].tolist() == ["green", "", ""]


def test_64_bits_are_on_only_where_a_field_has_them():
    wide = Program(lambda x: x + 1, inputs={"x": ph.Number(integer=True)})
    assert wide.compile("xla").predict([{"x": 2**40}]) == [{"output": 2**40 + 1}]
    assert Program(lambda x: x + 1, inputs={"x": ph.Number()}).compile("xla")([1]).dtype == np.float32


def test_batch_sizes_are_stated_since_xla_compiles_per_size():
    assert Program(lambda x: x, inputs={"x": ph.Number()}).compile("xla").batch_sizes[0] == 1
    assert Program(lambda x: x, inputs={"x": ph.Tensor((2,))}).compile("xla").batch_sizes is None
