"""Calling an Executable is the same everywhere: arrays by position or name, values through predict."""

import numpy as np
import polars as pl
import pytest

from philtre.errors import SignatureError
from philtre.executable import Executable, bind, template
from philtre.fields import Category, Number, Tensor
from philtre.signature import Signature


class Doubled(Executable):
    signature = Signature({"x": Number(missing=True)}, {"y": Number(missing=True), "big": Category(("no", "yes"))})

    def run(self, arrays):
        return {"y": 2 * arrays["x"], "big": np.where(arrays["x"] > 10, "yes", "no").astype(object)}


def test_arrays_in_arrays_out():
    outputs = Doubled()(np.array([1, 20]))
    assert outputs["y"].tolist() == [2.0, 40.0]
    assert Doubled()(x=[1])["big"].tolist() == ["no"]


def test_values_in_values_out_in_the_same_form():
    assert Doubled().predict({"x": 20}) == {"y": 40.0, "big": "yes"}
    assert Doubled().predict([{"x": 1}, {"x": 20}])[1]["big"] == "yes"
    assert Doubled().predict([]) == []
    assert Doubled().predict({"x": np.array([1.0])})["y"].tolist() == [2.0]
    frame = Doubled().predict(pl.DataFrame({"x": [1, None]}))
    assert frame.to_dict(as_series=False) == {"y": [2.0, None], "big": ["no", "no"]}


def test_what_cannot_be_answered_is_refused():
    with pytest.raises(SignatureError, match="a data frame"):
        Doubled().predict(3)
    with pytest.raises(SignatureError, match="row 0 expects an object"):
        Doubled().predict([3])
    with pytest.raises(SignatureError, match=r"the inputs \['x'\]"):
        Doubled()(1, 2)


def test_bind_gives_positions_their_names():
    assert bind(("a", "b"), (1,), {"b": 2}) == {"a": 1, "b": 2}
    for args, kwargs in [((1, 2, 3), {}), ((1,), {"a": 1}), ((1,), {}), ((1, 2), {"c": 3})]:
        with pytest.raises(SignatureError):
            bind(("a", "b"), args, kwargs)


def test_no_rows_have_an_answer_where_outputs_have_a_batch():
    empty = template(Signature({}, {"p": Tensor((None, 3)), "label": Category(("a",))}))
    assert empty["p"].shape == (0, 3)
    assert empty["label"].dtype == object
    with pytest.raises(SignatureError, match="at least 1"):
        template(Signature({}, {"p": Tensor((3,))}))
