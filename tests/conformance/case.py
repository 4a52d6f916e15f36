"""A case is a small pure function, the dtypes it takes, and inputs that visit its edges."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np

Array = np.ndarray[Any, Any]
Inputs = Callable[[np.dtype[Any]], tuple[Array, ...]]

FLOATS = ("float16", "bfloat16", "float32", "float64")
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
INTEGERS = SIGNED + UNSIGNED
NUMBERS = FLOATS + INTEGERS
ANY = (*NUMBERS, "bool")
COMPLEX = ("complex64", "complex128")
SINGLE = ("float32",)
WIDE = ("float32", "float64")
FEW = ("float32", "float64", "int32")
POSITIONS = ("int8", "uint8", "int32", "int64")


@dataclass(frozen=True)
class Case:
    """A function of arrays that every target runs alike, or refuses.

    Args:
        name: group and name, ``"scatter.add"``.
        function: takes and returns arrays; the dtype of its first input is the case's.
        inputs: dtype to arrays.
        dtypes: names of the dtypes to try.
        exact: whether results are compared bit for bit; whole numbers and booleans always are.
        elementwise: whether each result is compared at its own scale; else at the scale of the largest one.
        signed: whether zeros are compared by their sign, where exact or elementwise; the larger of two zeros, and the
            smaller, are left open.
        axes: declared shapes of the inputs, with None (the batch) and symbols; fixed sizes where left out.
    """

    name: str
    function: Callable[..., Any]
    inputs: Inputs
    dtypes: tuple[str, ...] = FLOATS
    exact: bool = False
    elementwise: bool = False
    signed: bool = True
    axes: tuple[tuple[int | str | None, ...], ...] | None = None

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]


def cases(group: str, functions: Mapping[str, Callable[..., Any]], inputs: Inputs, **options: Any) -> list[Case]:
    """Make one case of each function, all on the same inputs."""
    return [Case(f"{group}.{name}", function, inputs, **options) for name, function in functions.items()]


def fixed(*arrays: Any) -> Inputs:
    """Inputs whose first array takes the dtype and whose others stay as they are."""
    return lambda dtype: (np.asarray(arrays[0]).astype(dtype), *map(np.asarray, arrays[1:]))


def alike(*arrays: Any) -> Inputs:
    """Inputs that all take the dtype."""
    return lambda dtype: tuple(np.asarray(array).astype(dtype) for array in arrays)


def edges(dtype: np.dtype[Any]) -> Array:
    """Numbers where arithmetic goes wrong: limits, zeros of both signs, halves, infinities, NaN."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    if dtype.kind in "iu":
        return np.array(_whole_edges(dtype), dtype)
    if dtype.kind == "c":
        return (edges(np.dtype("float32"))[:, None] + 1j * np.float32([0, 1, -2.5])).ravel().astype(dtype)
    halves = [0.5, 1, 1.5, 2, 2.5, 3, 10, 100, 300, 1e-3, 0.1]
    return np.array([np.nan, np.inf, -np.inf, 0, -0.0, *halves, *(-half for half in halves)]).astype(dtype)


def _whole_edges(dtype: np.dtype[Any]) -> list[int]:
    limits = np.iinfo(dtype)
    values = [0, 1, 2, 3, 7, 100, limits.max, limits.max - 1, limits.min, limits.max // 2, 2**32 - 1, 2**31, 46341]
    values += [-value for value in (1, 2, 3, 7, 100)]
    return [value for value in values if limits.min <= value <= limits.max]


def edge(dtype: np.dtype[Any]) -> tuple[Array, ...]:
    return (edges(dtype),)


def edge_pairs(dtype: np.dtype[Any]) -> tuple[Array, ...]:
    """Every edge with every edge."""
    a, b = np.meshgrid(edges(dtype), edges(dtype))
    return a.ravel(), b.ravel()


def moderate(*shape: int) -> Inputs:
    """Numbers of size about 1 without order or ties; small whole numbers; both booleans."""
    return lambda dtype: (numbers(dtype, *shape),)


def moderates(*shapes: tuple[int, ...]) -> Inputs:
    return lambda dtype: tuple(numbers(dtype, *shape, seed=seed) for seed, shape in enumerate(shapes))


def numbers(dtype: Any, *shape: int, seed: int = 0) -> Array:
    dtype, random = np.dtype(dtype), np.random.default_rng(seed)
    if dtype.kind == "b":
        return random.integers(0, 2, shape).astype(bool)
    if dtype.kind in "iu":
        return random.integers(0 if dtype.kind == "u" else -9, 10, shape).astype(dtype)
    values = random.normal(size=shape)
    if dtype.kind == "c":
        return (values + 1j * random.normal(size=shape)).astype(dtype)
    return values.astype(dtype)


def counted(*shape: int) -> Inputs:
    """Whole numbers 0, 1, 2, ... that every dtype holds exactly."""
    return lambda dtype: (np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(dtype),)


def bfloat16(values: Any) -> Array:
    return np.asarray(values).astype(jnp.bfloat16)
