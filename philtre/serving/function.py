"""A vectorised Python function as an Executable."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from philtre.errors import ServingError, SignatureError
from philtre.executable import Executable
from philtre.fields import AnyField, Array, Tensor
from philtre.signature import Signature


class FunctionExecutable(Executable):
    """Runs a function of arrays whose axis 0 is the batch.

    Args:
        function: arrays by position, in the order of the inputs, to an array, a tuple or a dict of arrays.
        signature: the fields; None takes the parameters' names, and shapes and dtypes from the first call.

    Raises:
        SignatureError: if there is no signature and the function has no positional parameters.
    """

    def __init__(self, function: Callable[..., Any], signature: Signature | None = None) -> None:
        self.function = function
        self.declared = signature
        self.names = tuple(signature.inputs) if signature else _positional(function)

    @property
    def signature(self) -> Signature:  # type: ignore[override]
        """The fields.

        Raises:
            SignatureError: if none were given and nothing was called yet.
        """
        if self.declared is None:
            raise SignatureError(
                "serving",
                expected="a signature",
                got="a function that was never called",
                hint="Serving(function, signature=ph.Signature(...))",
            )
        return self.declared

    def declare(self, arrays: Mapping[str, Any]) -> None:
        """Take the signature from the arrays of a call, where none was given."""
        if self.declared is not None:
            return
        given = {name: np.asarray(array) for name, array in arrays.items()}
        inputs: dict[str, AnyField] = {name: _tensor(array) for name, array in given.items()}
        self.declared = Signature(inputs, {name: _tensor(array) for name, array in self.run(given).items()})

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Call the function.

        Raises:
            ServingError: if what it gives are not the outputs that the signature names.
        """
        result = self.function(*(arrays[name] for name in self.names))
        declared = None if self.declared is None else tuple(self.declared.outputs)
        outputs = _named(result, declared)
        if declared is not None and set(outputs) != set(declared):
            raise ServingError(
                "serving a function",
                expected=f"the outputs {list(declared)}",
                got=f"{list(outputs)}",
                hint="give a dict by output name, or a tuple in their order",
            )
        return outputs


def _named(result: Any, names: tuple[str, ...] | None) -> dict[str, Array]:
    """A dict as it is; an array or a tuple by position: as the signature names them, else "output" or "output_0" ..."""
    if isinstance(result, Mapping):
        return {name: np.asarray(array) for name, array in result.items()}
    parts = result if isinstance(result, tuple) else (result,)
    if names is None or len(names) != len(parts):
        names = ("output",) if len(parts) == 1 else tuple(f"output_{i}" for i in range(len(parts)))
    return {name: np.asarray(part) for name, part in zip(names, parts, strict=True)}


def _positional(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ("x",)
    names = tuple(p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD))
    if not names:
        raise SignatureError("serving", expected="a function of arrays by position", got=f"{function!r:.60}")
    return names


def _tensor(array: Array) -> Tensor:
    free: tuple[None, ...] = (None,) if array.ndim else ()
    return Tensor((*free, *array.shape[1:]), "string" if array.dtype.kind in "OU" else array.dtype.name)
