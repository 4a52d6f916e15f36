"""Moving arrays between libraries and devices."""

from importlib.util import find_spec
from typing import Any

import jax
import numpy as np

from philtre.arrays import as_numpy
from philtre.errors import SignatureError

_XLA, _TORCH = "xla", "torch"


def devices() -> list[str]:
    """Where arrays can be: "numpy", "xla:cpu:0", "torch:cpu", ...; torch's if it is installed."""
    found = ["numpy", *(f"{_XLA}:{device.platform}:{device.id}" for device in jax.devices())]
    if jax.default_backend() != "cpu":
        found += [f"{_XLA}:cpu:{device.id}" for device in jax.devices("cpu")]
    if find_spec(_TORCH):
        from philtre.targets.torch import device_names

        found += [f"{_TORCH}:{name}" for name in device_names()]
    return found


def transfer(array: Any, where: str) -> Any:
    """Move an array to a library and a device; without a copy where it is there already.

    Args:
        array: a NumPy, JAX or torch array, or anything with DLPack.
        where: "numpy", "xla", "xla:gpu", "xla:gpu:1", "torch", "torch:cuda", "torch:cuda:1"; see `devices`.

    Returns:
        A NumPy array, a JAX array or a torch tensor, of the same dtype.

    Raises:
        SignatureError: if there is no such library or device.
        MissingPackage: if torch is asked for and not installed.

    Example:
        >>> transfer(transfer(np.float64([1, 2]), "xla"), "numpy")
        array([1., 2.])
    """
    library, _, device = where.partition(":")
    if library == _TORCH:
        from philtre.targets.torch import move

        return move(array, device or "cpu")
    if library == _XLA:
        return _to_xla(array, device)
    if where != "numpy":
        raise _unknown(where)
    return np.asarray(_to_host(array))


def _to_host(array: Any) -> Any:
    if type(array).__module__.partition(".")[0] == _TORCH:
        from philtre.targets.torch import to_array

        return to_array(array)
    return as_numpy(array)


def _to_xla(array: Any, device: str) -> jax.Array:
    name, _, number = device.partition(":")
    try:
        place = jax.devices(name or None)[int(number or 0)]
    except (RuntimeError, ValueError, IndexError):
        raise _unknown(f"{_XLA}:{device}") from None
    with jax.enable_x64(True):
        moved: jax.Array = jax.device_put(array if isinstance(array, jax.Array) else _to_host(array), place)
    return moved


def _unknown(where: str) -> SignatureError:
    return SignatureError("transfer", expected=f"one of {', '.join(devices())}", got=repr(where))
