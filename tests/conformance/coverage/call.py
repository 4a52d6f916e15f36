"""A call of a public function: which of its arguments are arrays, and so inputs of a program."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

X = np.float32([[0.5, -1.25, 2], [3, 0.75, -0.5]])
Y = np.float32([[1.5, 0.25, -1], [0.5, 2, 1]])
P = np.float32([[0.2, 0.7, 0.4], [0.9, 0.35, 0.6]])
V, W = np.float32([0.5, -1.25, 2, 3]), np.float32([1, 0.25, -2, 0.5])
S = np.float32([[4, 1, 0.5], [1, 3, 0.25], [0.5, 0.25, 2]])
M, Q = np.int32([[3, -7, 5], [0, 2, 9]]), np.int32([[2, 3, 1], [4, 1, 5]])
N = np.int32([0, 2, 1])
B = X > 0
C = (X + 1j * Y).astype(np.complex64)
K = np.uint32([7, 42])
"""The words of a random key."""
IMAGE = np.linspace(-1, 1, 32, dtype=np.float32).reshape(1, 2, 4, 4)
KERNEL = np.linspace(-1, 1, 24, dtype=np.float32).reshape(3, 2, 2, 2)
RISING = np.float32([-2, 0, 1, 4])
ONE, TWO = np.float32(1), np.int32(2)


class Call:
    """Arguments, by position and by name; NumPy arrays among them are inputs, `K` is a random key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs


class Through(Call):
    """A function of arrays that calls the one in question, where the arguments alone do not say how."""

    def __init__(self, function: Callable[..., Any], *args: Any) -> None:
        super().__init__(*args)
        self.function = function


@dataclass(frozen=True)
class Example:
    """A function of arrays and arrays that it takes."""

    name: str
    function: Callable[..., Any]
    arrays: tuple[Any, ...]


def bound(name: str, function: Callable[..., Any], call: Call) -> Example:
    """Leave the arrays of a call open; results that are no arrays are left out, keys are their words."""
    called = call.function if isinstance(call, Through) else function
    leaves, tree = jax.tree.flatten((call.args, call.kwargs), is_leaf=lambda leaf: leaf is None)
    places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, np.ndarray | np.generic)]

    def opened(*arrays: Any) -> list[Any]:
        filled = list(leaves)
        for place, array in zip(places, arrays, strict=True):
            filled[place] = jax.random.wrap_key_data(array) if leaves[place] is K else array
        args, kwargs = jax.tree.unflatten(tree, filled)
        return [plain(leaf) for leaf in jax.tree.leaves(called(*args, **kwargs)) if hasattr(leaf, "dtype")]

    return Example(name, opened, tuple(np.asarray(leaves[place]) for place in places))


def plain(leaf: Any) -> Any:
    """An array; of random keys their words."""
    return jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf
