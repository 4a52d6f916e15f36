"""The boundary of the graph: wire arrays, strings included, to the numeric core and back."""

from collections.abc import Mapping

import numpy as np
from onnx import ValueInfoProto, helper

from philtre.errors import SignatureError
from philtre.fields import Category, Field
from philtre.targets.onnx.graph import Graph, Value
from philtre.trace import BATCH, Spec, is_symbolic

_ML = "ai.onnx.ml"


def declare(name: str, field: Field) -> ValueInfoProto:
    """Describe an input or output of the graph."""
    return helper.make_tensor_value_info(
        name,
        helper.np_dtype_to_tensor_dtype(field.wire_dtype),
        [BATCH if size is None else size for size in field.wire_shape],
    )
