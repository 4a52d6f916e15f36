"""Carriers: the torch dtype that holds a JAX dtype between the inputs and the outputs of a module.

Torch has few kernels for uint16, uint32 and uint64. A wider signed integer holds the first two, and arithmetic is
followed by a mask; the 64 bits of an int64 hold the third, whose order needs the highest bit flipped. A random key,
two uint32, is one int64.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
import torch

NATIVE = {
    "bool": torch.bool,
    "int8": torch.int8,
    "int16": torch.int16,
    "int32": torch.int32,
    "int64": torch.int64,
    "uint8": torch.uint8,
    "uint16": torch.uint16,
    "uint32": torch.uint32,
    "uint64": torch.uint64,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
    "complex64": torch.complex64,
    "complex128": torch.complex128,
}
CARRIERS = NATIVE | {"uint16": torch.int32, "uint32": torch.int64, "uint64": torch.int64, "key<fry>": torch.int64}
MASKS = {"uint16": 0xFFFF, "uint32": 0xFFFF_FFFF}
LOWEST = -(2**63)
"""The highest bit of an int64: flipped, the signed order of the carriers is the order of uint64."""
_BFLOAT16 = np.dtype(jnp.bfloat16)


def to_tensor(array: Any) -> torch.Tensor:
    """Make a tensor in the carrier of an array's dtype; shares memory where it can."""
    array = np.asarray(array)
    if not array.flags.writeable or any(stride < 0 for stride in array.strides):
        array = array.copy()
    if array.dtype == _BFLOAT16:
        return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
    if array.dtype == np.uint64:
        return torch.from_numpy(array.view(np.int64))
    if array.dtype.name in MASKS:
        return torch.from_numpy(array).to(CARRIERS[array.dtype.name])
    return torch.from_numpy(array)


def to_native(array: Any) -> torch.Tensor:
    """Make a tensor of an array's own dtype; shares memory where it can."""
    array = np.asarray(array)
    if array.dtype == _BFLOAT16 or not array.flags.writeable or any(stride < 0 for stride in array.strides):
        return enter_back(to_tensor(array), array.dtype.name)
    return torch.from_numpy(array)


def to_array(tensor: torch.Tensor) -> Any:
    """Make an array of a tensor of a native dtype; shares memory where it can."""
    tensor = tensor.detach().cpu()
    if tensor.dtype == torch.bfloat16:
        return tensor.contiguous().view(torch.int16).numpy().view(_BFLOAT16)
    return tensor.resolve_conj().resolve_neg().numpy()


def enter(x: Any, dtype: str) -> Any:
    """Bring a tensor of a native dtype into its carrier."""
    if dtype == "uint64":
        return x.view(torch.int64)
    return x.to(CARRIERS[dtype]) if dtype in MASKS else x


def enter_back(x: Any, dtype: str) -> Any:
    """Bring a tensor from its carrier into its native dtype."""
    if dtype == "uint64":
        return x.view(torch.uint64)
    return x.to(NATIVE[dtype]) if dtype in MASKS else x
