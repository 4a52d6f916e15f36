"""What no rule can say in ONNX, with the kernel or the specification that is missing."""

from functools import partial

from philtre.targets.onnx.graph import Graph
from philtre.targets.onnx.table import RULES
from philtre.targets.onnx.value import Value
from philtre.trace import Equation

REASONS = {
    "ONNX has no matrix decomposition, only Det": "cholesky cholesky_update eig eigh geqp3 geqrf hessenberg "
    "householder_product lu lu_pivots_to_permutation ormqr qr schur svd symmetric_product triangular_solve tridiagonal "
    "tridiagonal_solve",
    "onnxruntime has no kernel for complex numbers": "complex conj fft imag real",
    "ONNX has no communication between devices": "after_all all_gather all_gather_invariant all_to_all axis_index "
    "create_token pbroadcast pmax pmin ppermute precv psend psum psum_invariant ragged_all_to_all reduce_scatter "
    "shard_map",
    "an ONNX file cannot call Python": "debug_callback debug_print io_callback pure_callback",
    "an ONNX file cannot call other libraries": "call_exported ffi_call infeed outfeed",
    "ONNX's RandomNormal and RandomUniform make other numbers than JAX": "random_gamma rng_bit_generator rng_uniform",
    "ONNX has no scatter of chosen entries by a function": "select_and_scatter",
    "ONNX has no product of ragged rows": "ragged_dot_general",
    "ONNX has no product of block-scaled numbers": "scaled_dot scaled_matmul_wrapper",
}
"""Names of primitives by what is missing."""


def _refused(reason: str, g: Graph, equation: Equation, *values: Value) -> Value:
    raise g.refuse(reason)


RULES |= {name: partial(_refused, reason) for reason, names in REASONS.items() for name in names.split()}
