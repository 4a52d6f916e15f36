"""The boundary of the graph: wire arrays, strings included, to the numeric core and back."""

from typing import Any

import numpy as np
from onnx import ValueInfoProto, helper

from philtre.errors import SignatureError
from philtre.fields import Category, Field, Hashed
from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.value import Value
from philtre.trace import is_symbolic

_ML = "ai.onnx.ml"


def declare(value: Value) -> ValueInfoProto:
    """Describe an input or output of the graph; symbolic sizes keep their names."""
    sizes = [str(size) if is_symbolic(size) else int(size) for size in value.shape]
    return helper.make_tensor_value_info(value.name, helper.np_dtype_to_tensor_dtype(value.dtype), sizes)


def receive(g: Graph, wire: Value, field: Field, dtype: np.dtype[Any]) -> Value:
    """Turn an input of the graph into what the core takes: names into codes, numbers into `dtype`.

    Raises:
        SignatureError: if that could lose something.
    """
    g.bind_symbols(wire)
    if isinstance(field, Category):
        wire = _encoded(g, wire, field)
    elif isinstance(field, Hashed):
        known = g.compare("Less", g.number(-1, wire), wire)
        wire = g.where(known, wire, g.number(field.buckets + 1, wire))
    elif not np.can_cast(wire.dtype, dtype):
        raise SignatureError(
            f"input '{wire.name}'", expected=f"an array that fits into {dtype.name}", got=_kind(wire), field=wire.name
        )
    return g.cast(wire, dtype)


def emit(g: Graph, name: str, value: Value, field: Field) -> Value:
    """Turn a result of the core into its wire form: codes into names, numbers into the field's dtype.

    Raises:
        SignatureError: if that could lose something.
    """
    if isinstance(field, Category) and value.dtype.kind in "iu":
        return _decoded(g, value, field)
    if isinstance(field, Hashed):
        value = g.where(g.compare("Less", value, g.number(field.buckets, value)), value, g.number(-1, value))
    wire = field.wire_dtype
    if wire.kind == "O" or not (np.can_cast(value.dtype, wire) or (value.dtype == np.bool_ and wire.kind in "iu")):
        wanted = "integer codes" if wire.kind == "O" else f"an array that fits into {wire.name}"
        raise SignatureError(f"output '{name}'", expected=wanted, got=_kind(value), field=name)
    return g.cast(value, wire)


def _kind(value: Value) -> str:
    return "text" if value.dtype.kind == "O" else value.dtype.name


def _encoded(g: Graph, wire: Value, field: Category) -> Value:
    known = len(field.values)
    return g.node(
        "LabelEncoder", [wire], wire.shape, np.int64, domain=_ML,
        keys_strings=[*field.values, ""], values_int64s=[*range(known), known + 1], default_int64=known,
    )  # fmt: skip


def _decoded(g: Graph, value: Value, field: Category) -> Value:
    return g.node(
        "LabelEncoder", [g.cast(value, np.int64)], value.shape, object, domain=_ML,
        keys_int64s=list(range(len(field.values))), values_strings=list(field.values), default_string="",
    )  # fmt: skip
