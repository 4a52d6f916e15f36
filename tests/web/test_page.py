"""The page shows what to send, and nothing that a file says is more than text."""

import html
import json
import re
import shlex

import pytest

import philtre as ph
from philtre.executable import Executable
from philtre.serving import Serving
from philtre.web.page import example_row, page


class Model(Executable):
    def __init__(self, **inputs):
        self.signature = ph.Signature(inputs, {"y": ph.Number()})

    def run(self, arrays):
        raise AssertionError("a page runs no model")


MODELS = [
    Model(x=ph.Number(), n=ph.Number(integer=True), b=ph.Boolean(), t=ph.Timestamp()),
    Model(c=ph.Category(("it's", "b")), u=ph.Category((), unknown=True)),
    Model(p=ph.Text(("love", "potion"), 3), h=ph.Hashed(8, missing=True)),
    Model(t=ph.Tensor((None, 2, "length")), s=ph.Tensor((None,), "string")),
]


@pytest.mark.parametrize("model", MODELS)
def test_the_example_is_a_row_that_the_model_takes(model):
    model.signature.encode([example_row(Serving(model))])


@pytest.mark.parametrize("model", MODELS)
def test_the_command_can_be_pasted_into_a_shell(model):
    shown = page({"a b's": Serving(model)}, "http://127.0.0.1:8000")
    command = html.unescape(re.search(r"<pre>(.*?)</pre>", shown, re.DOTALL)[1])
    words = shlex.split(command.replace("\\\n", " "))
    assert words[-1] == "http://127.0.0.1:8000/models/a%20b%27s/predict"
    model.signature.encode([json.loads(words[words.index("-d") + 1])])


def test_names_are_text():
    model = Model(**{"<script>alert(1)</script>": ph.Category(("<i>",))})
    shown = page({"</h2><script>": Serving(model)}, 'http://x"><script>')
    assert "<script" not in shown
    assert "<i>" not in shown
