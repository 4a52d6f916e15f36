"""Which dtypes onnxruntime's CPU kernels take, and the wider dtype that stands in where one has no kernel.

Kernels hidden behind automatic casts count: onnxruntime runs float16 in float32 where it has no float16 kernel.
The rows are a cautious subset of what the oldest supported release registers. Where arithmetic wraps (`MODULAR`),
unsigned integers may be computed as signed ones of their width, since the bits are the same. Kernels that are wrong
do not count: in onnxruntime 1.31, Max, Min, Clip, ReduceMax, ReduceMin and of int64 misjudge numbers such as
2**32 - 1, and ReduceSum, ReduceProd and Pow of integers go through float64.
"""

from typing import Any

import ml_dtypes
import numpy as np

FLOATS = frozenset({"float16", "float32", "float64"})
SINGLE = frozenset({"float16", "float32"})
NUMBERS = FLOATS | {"int32", "int64"}
INTEGERS = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"})
LOGICAL = frozenset({"bool"})
ANY = NUMBERS | INTEGERS | LOGICAL | {"object"}

MODULAR = frozenset({"Add", "Sub", "Mul", "Neg", "MatMul", "CumSum", "Pad", "ScatterElements", "Where"})

_ROWS = {
    NUMBERS: "Abs Add ArgMax ArgMin CumSum MatMul Mod Mul Neg Range Sub TopK Where",
    NUMBERS | {"uint64"}: "Div Greater GreaterOrEqual Less LessOrEqual",
    NUMBERS - {"float16"}: "ScatterElements",
    FLOATS | {"int32"}: "Clip Max Min ReduceMax ReduceMin ReduceSum",
    NUMBERS | {"uint64", "bool"}: "Equal",
    NUMBERS | {"bool"}: "Pad",
    FLOATS: "Ceil Cos Exp Floor IsNaN LayerNormalization Log LogSoftmax Pow Reciprocal ReduceProd Relu Round Sigmoid "
    "Sin Softmax Sqrt Sum Tanh",
    SINGLE: "Acos Acosh Asin Asinh Atan Atanh Attention AveragePool Conv ConvTranspose Cosh Erf Gelu MaxPool "
    "ReduceL1 ReduceLogSumExp RMSNormalization Sinh Tan",
    frozenset({"float32"}): "GRU LSTM TreeEnsembleRegressor",
    LOGICAL: "And Not Or Xor",
    INTEGERS: "BitwiseAnd BitwiseNot BitwiseOr BitwiseXor",
    FLOATS | INTEGERS | {"bfloat16"}: "BitCast",
    frozenset({"uint8", "uint32", "uint64"}): "BitShift",
    ANY: "Concat Expand Gather GatherElements GatherND LabelEncoder Reshape Shape Slice Split Tile Transpose",
}
KERNELS = {name: dtypes for dtypes, names in _ROWS.items() for name in names.split()}

_SIGNED = {"uint32": "int32", "uint64": "int64"}
_WIDER = {
    "bool": "int32",
    "int8": "int32",
    "int16": "int32",
    "uint8": "int32",
    "uint16": "int32",
    "uint32": "int64",
    "bfloat16": "float32",
    "float16": "float32",
}


def compute_dtype(operator: str, dtype: np.dtype[Any]) -> np.dtype[Any] | None:
    """Pick the dtype in which an ONNX operator computes `dtype`: itself, a wider one, or None if there is none."""
    kernels = KERNELS[operator]
    if dtype.name in kernels or (dtype == ml_dtypes.bfloat16 and kernels is ANY):
        return dtype
    if operator in MODULAR and (signed := _SIGNED.get(dtype.name)) in kernels:
        return np.dtype(signed)
    wider = _WIDER.get(dtype.name)
    return np.dtype(wider) if wider in kernels else None
