"""The table of kernels claims no kernel that onnxruntime does not register."""

import numpy as np
import pytest
from onnxruntime.capi import onnxruntime_pybind11_state as registry

from philtre.targets.onnx.kernels import ANY, KERNELS, compute_dtype

NAMES = {"float32": "float", "float64": "double"}


def registered():
    """Dtypes by operator, from the CPU kernels of the operator sets that the target uses."""
    kernels = {}
    for kernel in registry.get_all_opkernel_def():
        if kernel.provider == "CPUExecutionProvider" and kernel.version_range[1] >= 18:
            dtypes = kernels.setdefault(kernel.op_name, set())
            dtypes.update(*kernel.type_constraints.values())
    return kernels


@pytest.mark.parametrize("operator", sorted(name for name, dtypes in KERNELS.items() if dtypes is not ANY))
def test_claimed_kernels_exist(operator):
    claimed = {f"tensor({NAMES.get(dtype, dtype)})" for dtype in KERNELS[operator] - {"float16"}}
    assert claimed <= registered()[operator]


def test_where_a_kernel_is_missing_a_wider_dtype_computes():
    assert compute_dtype("Add", np.dtype("int8")) == np.int32
    assert compute_dtype("Add", np.dtype("uint32")) == np.int32
    assert compute_dtype("Less", np.dtype("uint32")) == np.int64
    assert compute_dtype("Add", np.dtype("uint64")) == np.int64
    assert compute_dtype("Less", np.dtype("uint64")) == np.uint64
    assert compute_dtype("ReduceMax", np.dtype("uint64")) is None
    assert compute_dtype("Erf", np.dtype("float64")) is None
