"""Casts between dtypes with JAX's meaning: a float saturates and NaN is 0, where C leaves both undefined."""

from typing import Any

import numpy as np

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import dtype_of, rule
from philtre.targets.onnx.value import Value
from philtre.trace import Equation


@rule("convert_element_type")
def _convert(g: Graph, equation: Equation, x: Value) -> Value:
    return convert(g, x, dtype_of(equation))


def convert(g: Graph, x: Value, dtype: Any) -> Value:
    """Cast as `jax.lax.convert_element_type` does; the bounds are powers of two, exact in every float dtype."""
    dtype = np.dtype(dtype)
    if x.dtype.kind in "iub" or dtype.kind not in "iu":
        return g.cast(x, dtype)
    if x.dtype.name in ("float16", "bfloat16"):
        x = g.cast(x, np.float32)
    low, above = float(np.iinfo(dtype).min), float(np.iinfo(dtype).max) + 1
    inside = g.where(g.compare("Less", x, g.number(above, x)), x, g.number(0, x))
    whole = g.cast(g.apply("Max", inside, g.number(low, x)), dtype)
    top = g.constant(np.iinfo(dtype).max, dtype)
    return g.where(g.compare("GreaterOrEqual", x, g.number(above, x)), top, whole)
