"""The subjects of the coverage list: the public functions of jax.numpy, jax.lax, jax.nn, jax.random, with arguments.

What stands in no table of `functions` is called with the first of the usual arguments that it takes; what is outside
the list is named with the reason.
"""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from tests.conformance.coverage.call import B, Call, Example, M, Q, S, V, W, X, Y, bound
from tests.conformance.coverage.functions import LAX, LAX_LINALG, LINALG, NN, NUMPY, RANDOM

MODULES: dict[str, tuple[ModuleType, Mapping[str, Call]]] = {
    "jax.numpy": (jnp, NUMPY),
    "jax.numpy.linalg": (jnp.linalg, LINALG),
    "jax.numpy.fft": (jnp.fft, {}),
    "jax.lax": (lax, LAX),
    "jax.lax.linalg": (lax.linalg, LAX_LINALG),
    "jax.nn": (jax.nn, NN),
    "jax.random": (jax.random, RANDOM),
}
USUAL = (Call(X), Call(X, Y), Call(M), Call(M, Q), Call(V), Call(V, W), Call(S), Call(B), Call(S, S))

NO_ARRAYS = "takes no arrays, or gives none"
FILES = "reads or writes files or foreign memory"
SHARED = "a collective: needs a named axis of devices"
HARDWARE = "needs hardware that no target but xla has"
INTERNAL = "plumbing of JAX's own types"
DATA_DEPENDENT = "the shape of the result depends on values"
OUTSIDE: dict[str, str] = {
    f"{path}.{name}": reason
    for reason, modules in {
        NO_ARRAYS: {
            "jax.numpy": """array_repr array_str bartlett blackman broadcast_shapes can_cast einsum_path
            get_printoptions
            hamming hanning iscomplexobj isdtype isrealobj isscalar issubdtype iterable ndim
            printoptions promote_types result_type set_printoptions shape size""",
            "jax.numpy.fft": "fftfreq rfftfreq",
            "jax.lax": """broadcast_shapes conv_dimension_numbers conv_general_permutations conv_general_shape_tuple
            conv_shape_tuple conv_transpose_shape_tuple dtype padtype_to_pads reduce_window_shape_tuple""",
            "jax.nn": "get_scaled_dot_general_config",
            "jax.random": "key_dtype key_impl",
        },
        FILES: {"jax.numpy": "from_dlpack frombuffer fromfile fromiter fromstring load save savez"},
        SHARED: {
            "jax.lax": """all_gather all_to_all pbroadcast pcast pmax pmean pmin ppermute precv psend pshuffle psum
            psum_scatter pswapaxes ragged_all_to_all with_sharding_constraint"""
        },
        DATA_DEPENDENT: {"jax.numpy": "trim_zeros"},
        HARDWARE: {"jax.nn": "scaled_dot_general scaled_matmul"},
        INTERNAL: {"jax.lax": "ConvGeneralDilatedDimensionNumbers PrecisionLike after_all create_token"},
    }.items()
    for path, names in modules.items()
    for name in names.split()
}


def examples() -> Iterator[Example]:
    """One for each public function that takes arrays and gives arrays.

    Raises:
        LookupError: if a function takes none of the usual arguments and stands in no table.
    """
    for path, (module, table) in MODULES.items():
        for name in public(module):
            if f"{path}.{name}" not in OUTSIDE:
                function = getattr(module, name)
                yield bound(f"{path}.{name}", function, table.get(name) or _usual(f"{path}.{name}", function))


def public(module: ModuleType) -> list[str]:
    """Names of the functions of a module; dtypes and other classes are none."""
    found = [name for name in dir(module) if not name.startswith("_") and callable(getattr(module, name))]
    return [name for name in found if not isinstance(getattr(module, name), type | type(jnp.float32))]


def _usual(name: str, function: Callable[..., Any]) -> Call:
    for call in USUAL:
        example = bound(name, function, call)
        try:
            if jax.eval_shape(example.function, *example.arrays):
                return call
        except (TypeError, ValueError, IndexError, AttributeError, NotImplementedError, AssertionError):
            continue
    raise LookupError(f"{name} needs example arguments")
