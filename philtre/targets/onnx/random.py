"""Random keys and numbers, bit for bit JAX's: keys are carried as arrays of their words, and counters are hashed.

An array of keys of shape [...] becomes uint32[..., 2]. What only moves keys moves their words.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from philtre.targets.onnx.table import formula
from philtre.trace import Equation, template

Words = Callable[..., Any]

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)


def carried(variable: Any) -> jax.ShapeDtypeStruct:
    """Shape and dtype of the tensor of an argument or result: that of its words, if it holds keys."""
    own = template(variable)
    if not _holds_keys(variable):
        return own
    return jax.ShapeDtypeStruct((*own.shape, *_scheme(variable).key_shape), np.uint32)


def has_keys(equation: Equation) -> bool:
    """Whether an equation takes or gives random keys."""
    return any(map(_holds_keys, (*equation.invars, *equation.outvars)))


def words_of(content: Any) -> Any:
    """The words of an array, if it holds keys; else the array itself."""
    is_keys = jnp.issubdtype(content.dtype, jax.dtypes.prng_key)
    return np.asarray(jax.random.key_data(content) if is_keys else content)


def on_words(equation: Equation) -> Words:
    """Write an equation that takes or gives keys as a jnp function of their words."""
    name, parameters = equation.primitive.name, equation.params
    if name in ("random_wrap", "random_unwrap"):
        return lambda words: words
    if name not in ("random_seed", "random_split", "random_bits", "random_fold_in"):
        return _moved(equation)
    first = equation.invars[0]
    axes = len(template(first).shape)
    if name == "random_seed":
        return _each(parameters["impl"].seed, axes)
    scheme = _scheme(first)
    if name == "random_split":
        return _each(lambda key: scheme.split(key, parameters["shape"]), axes)
    if name == "random_bits":
        width, shape = parameters["bit_width"], parameters["shape"]
        return _each(lambda key: scheme.random_bits(key, width, shape), axes)
    return lambda keys, numbers: _fold_in(scheme, keys, numbers)


def _moved(equation: Equation) -> Words:
    """Do with every word what is done with the key."""
    axes = tuple(-1 if _holds_keys(variable) else None for variable in equation.invars)

    def move(*arrays: Any) -> Any:
        return equation.primitive.bind(*arrays, **equation.params)

    return jax.vmap(move, in_axes=axes, out_axes=-1)


def _fold_in(scheme: Any, keys: Any, numbers: Any) -> Any:
    shape = jnp.broadcast_shapes(keys.shape[:-1], numbers.shape)
    keys, numbers = jnp.broadcast_to(keys, (*shape, keys.shape[-1])), jnp.broadcast_to(numbers, shape)
    return _each(scheme.fold_in, len(shape))(keys, numbers)


def _each(function: Words, axes: int) -> Words:
    for _ in range(axes):
        function = jax.vmap(function)
    return function


def _holds_keys(variable: Any) -> bool:
    return bool(jnp.issubdtype(variable.aval.dtype, jax.dtypes.prng_key))


def _scheme(variable: Any) -> Any:
    return variable.aval.dtype._impl


@formula("threefry2x32")
def threefry2x32(key: Any, other_key: Any, x: Any, y: Any, **_: Any) -> Any:
    """Hash pairs of words: rounds of adding, rotating and mixing, with a key word added after each four.

    Reference: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.
    """
    keys = (key, other_key, key ^ other_key ^ _PARITY)
    x, y = x + keys[0], y + keys[1]
    for group in range(5):
        for distance in _ROTATIONS[group % 2]:
            x = x + y
            y = x ^ _rotated(y, distance)
        x = x + keys[(group + 1) % 3]
        y = y + keys[(group + 2) % 3] + np.uint32(group + 1)
    return x, y


def _rotated(words: Any, distance: int) -> Any:
    return lax.shift_left(words, np.uint32(distance)) | lax.shift_right_logical(words, np.uint32(32 - distance))


@formula("iota_2x32_shape")
def iota_2x32_shape(*, shape: tuple[Any, ...]) -> Any:
    """Number the entries, as upper and lower words; arrays that fit into memory here need no upper one."""
    stride, numbers = 1, jnp.zeros(shape, np.uint32)
    for axis in reversed(range(len(shape))):
        step = jnp.asarray(stride, np.int32 if isinstance(stride, int) else None).astype(np.uint32)
        numbers = numbers + lax.broadcasted_iota(np.uint32, shape, axis) * step
        stride = stride * shape[axis]
    return jnp.zeros(shape, np.uint32), numbers
