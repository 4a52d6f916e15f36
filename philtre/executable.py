"""Anything that takes encoded inputs and gives encoded outputs is an Executable; calling it is the same everywhere.

`executable(...)` takes and returns arrays, `executable.predict(...)` takes and returns values.
"""

import importlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from philtre.errors import SignatureError
from philtre.fields import Array
from philtre.signature import Signature


class Converter(NamedTuple):
    """How one kind of data frame becomes columns, and answers become such a frame again."""

    matches: Callable[[object], bool]
    to_columns: Callable[[Any, Signature], dict[str, Array]]
    from_columns: Callable[[dict[str, list[Any]], Any], Any]


_CONVERTERS: list[Converter] = []
_FRAME_LIBRARIES = {
    "polars",
    "pandas",
    "pyarrow",
    "duckdb",
    "_duckdb",
    "modin",
    "cudf",
    "pyspark",
    "narwhals",
    "ibis",
}
_FRAME_MODULE = "philtre.data.frames"


def register_converter(
    matches: Callable[[object], bool],
    to_columns: Callable[[Any, Signature], dict[str, Array]],
    from_columns: Callable[[dict[str, list[Any]], Any], Any],
) -> None:
    """Teach `predict` a kind of data frame.

    Args:
        matches: whether an object is of that kind.
        to_columns: (frame, signature) to NumPy columns by name.
        from_columns: (answers by column name, the frame that was asked) to a frame of the same kind.
    """
    _CONVERTERS.append(Converter(matches, to_columns, from_columns))


class Executable(ABC):
    """A program made ready for one runtime.

    Attributes:
        signature: the fields at its boundary.
        batch_sizes: the batch sizes it can run, ascending; None for any. `Serving` pads to the next.
    """

    signature: Signature
    batch_sizes: tuple[int, ...] | None = None

    @abstractmethod
    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Run on wire arrays that `signature` has encoded or checked; gives the wire arrays of the outputs."""

    def __executable__(self) -> "Executable":
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run on arrays in wire form, by position or by name.

        Returns:
            The array of the one output, or a dict of arrays by name where there are several.

        Raises:
            SignatureError: if the arrays do not fit the signature.
        """
        arrays = None if kwargs else self.signature.exact(args)
        if arrays is None:
            arrays = self.signature.check(bind(tuple(self.signature.inputs), args, kwargs))
        outputs = self.run(arrays)
        return next(iter(outputs.values())) if len(outputs) == 1 else outputs

    def predict(self, data: Any) -> Any:
        """Answer values with values.

        Args:
            data: one row (a dict by field name), a list of rows, columns (a dict of NumPy arrays), or a data
                frame (Polars, pandas, PyArrow, ... with the extra ``[train]``).

        Returns:
            The answers in the same form: a dict, a list of dicts, columns, or a frame.

        Raises:
            SignatureError: if a value does not fit its field.
        """
        return predict(self, data)


def bind(names: Sequence[str], args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Give positional arguments their names.

    Raises:
        SignatureError: on too many arguments, a name given twice, unknown or absent.
    """
    named = dict(zip(names, args, strict=False))
    twice = [name for name in kwargs if name in named]
    bound = named | dict(kwargs)
    if len(args) > len(names) or twice or set(bound) != set(names):
        got = f"{len(args)} by position" + (f" and {list(kwargs)} by name" if kwargs else "")
        raise SignatureError("call", expected=f"the inputs {list(names)}", got=got)
    return bound


def predict(executable: Executable, data: Any) -> Any:
    """Encode data, run, decode; see `Executable.predict`."""
    signature = executable.signature
    if isinstance(data, Mapping) and data and all(isinstance(value, np.ndarray) for value in data.values()):
        return executable.run(signature.encode_columns(data))
    if isinstance(data, Mapping):
        return signature.decode(executable.run(signature.encode([data])))[0]
    if isinstance(data, list | tuple):
        return signature.decode(executable.run(signature.encode(data)))
    answers = signature.decode(executable.run(encode_frame(data, signature)))
    return _converter(data).from_columns({name: [row[name] for row in answers] for name in signature.outputs}, data)


def encode_frame(data: Any, signature: Signature) -> dict[str, Array]:
    """Turn columns (a dict of NumPy arrays) or a data frame into wire arrays.

    Raises:
        SignatureError: if a column is absent, a value does not fit, or this kind of frame is not known.
    """
    if isinstance(data, Mapping):
        return signature.encode_columns(data)
    return signature.encode_columns(_converter(data).to_columns(data, signature))


def template(signature: Signature) -> dict[str, Array]:
    """Empty outputs: the answer to a batch of no rows.

    Raises:
        SignatureError: if an output has no batch axis.
    """
    for name, field in signature.outputs.items():
        if not field.batched:
            raise SignatureError(f"output '{name}'", expected="a batch of at least 1", got="0 rows", field=name)
    return {
        name: np.empty([size if isinstance(size, int) else 0 for size in field.wire_shape], field.wire_dtype)
        for name, field in signature.outputs.items()
    }


def _converter(data: object) -> Converter:
    if type(data).__module__.partition(".")[0] in _FRAME_LIBRARIES:
        importlib.import_module(_FRAME_MODULE)
    for converter in _CONVERTERS:
        if converter.matches(data):
            return converter
    raise SignatureError(
        "predict",
        expected="a row, a list of rows, columns as NumPy arrays, or a data frame",
        got=f"a {type(data).__name__}",
    )
