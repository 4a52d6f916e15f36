"""The contract of a field, and what the fields share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from philtre.errors import SignatureError

Array = npt.NDArray[Any]

DATATYPES = {
    "bool": "BOOL",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
    "uint8": "UINT8",
    "uint16": "UINT16",
    "uint32": "UINT32",
    "uint64": "UINT64",
    "float16": "FP16",
    "float32": "FP32",
    "float64": "FP64",
}


class Field(msgspec.Struct, frozen=True, dict=True, tag_field="kind"):
    """Base of the fields: equal by value, hashable, and JSON through the signature.

    Subclasses state the wire and core dtypes and how one Python value is validated and packed; everything else
    follows from those.
    """

    asks: ClassVar[str] = "a value"
    advice: ClassVar[str] = ""
    """Hint of an error that has none of its own."""

    @property
    def typed(self) -> bool:
        """Whether `json_type` says all there is to check; else `pack` refuses what does not fit."""
        return True

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        """Dtype of the wire array; object stands for strings."""
        raise NotImplementedError

    @property
    def wire_shape(self) -> tuple[int | str | None, ...]:
        """Shape of the wire array; None is the batch, a string a named symbol."""
        return (None,)

    @property
    def wire_asks(self) -> str:
        """What an array that claims to be the wire form holds, in words."""
        return self.asks

    def wire_name(self, name: str) -> str:
        """Name of the wire array outside, as an input of a saved graph: that of the field, where this is no code."""
        return name

    @property
    def batched(self) -> bool:
        """Whether axis 0 is the batch."""
        return bool(self.wire_shape) and self.wire_shape[0] is None

    @property
    def core_dtype(self) -> np.dtype[Any]:
        """Dtype of the array that the numeric function sees."""
        return self.wire_dtype

    @property
    def datatype(self) -> str:
        """Open Inference Protocol name of the wire dtype, such as ``"FP32"`` or ``"BYTES"``."""
        return DATATYPES.get(self.wire_dtype.name, "BYTES")

    @property
    def json_type(self) -> Any:
        """Type that a msgspec decoder checks in one pass; it accepts only what `validate` accepts."""
        raise NotImplementedError

    def validate(self, value: object, name: str, row: int) -> Any:
        """Check one Python value; returns it in the form that `pack` takes, None for missing."""
        raise NotImplementedError

    def pack(self, values: Sequence[Any], name: str) -> Array:
        """Turn values that `validate` or the type `json_type` accepted into a wire array.

        Raises:
            SignatureError: if the field is not `typed` and a value does not fit.
        """
        raise NotImplementedError

    def parse(self, text: str, name: str, row: int) -> Any:
        """Read one cell of a text file; the empty cell is missing."""
        raise NotImplementedError

    def encode(self, values: Sequence[object], name: str) -> Array:
        """Validate Python values and turn them into a wire array.

        Raises:
            SignatureError: naming the field and the row of the first value that does not fit.
        """
        return self.pack([self.validate(value, name, row) for row, value in enumerate(values)], name)

    def encode_column(self, column: Array, name: str) -> Array:
        """Turn a NumPy column (floats with NaN, integers, objects with None, datetime64) into a wire array."""
        return self.encode(column.tolist(), name)

    def decode(self, wire: Array) -> list[Any]:
        """Turn a wire array into Python values, None where missing."""
        return wire.tolist()  # type: ignore[no-any-return]

    def check(self, array: Any, name: str) -> Array:
        """Accept an array that claims to be the wire form: cast where no value changes, else refuse.

        Raises:
            SignatureError: if the shape, the dtype or a value does not fit.
        """
        wire = cast(np.asarray(array), self.wire_dtype, name)
        check_shape(wire.shape, self.wire_shape, name)
        bad = self.refused(wire)
        if bad.any():
            first = int(np.argmax(bad))
            row = first // (wire.size // len(wire)) if wire.ndim else 0
            got = wire.flat[first : first + 1].tolist()[0]
            raise self.refuse(got, name, row, expected=self.wire_asks)
        return wire

    def refused(self, wire: Array) -> Array:
        """bool[n]: the wire values that this field does not allow."""
        raise NotImplementedError

    def to_core(self, wire: Array) -> Array:
        """Turn a wire array into the numbers that the traced function sees."""
        return wire

    def from_core(self, core: Array) -> Array:
        """Turn the numbers that a traced function gave into a wire array."""
        return core

    def schema(self) -> dict[str, Any]:
        """JSON schema of one Python value."""
        raise NotImplementedError

    def refuse(self, value: object, name: str, row: int, hint: str = "", expected: str = "") -> SignatureError:
        """Build the error for one value: what was asked, what was got, where, a hint."""
        shown = repr(value) if not isinstance(value, str | bytes) or len(value) <= 60 else f"{value[:60]!r}..."
        if len(shown) > 90:
            shown = f"{shown[:90]}..."
        if isinstance(value, list | dict):
            shown = f"a {type(value).__name__}"
        return SignatureError(
            f"field '{name}'",
            expected=expected or self.asks,
            got=f"{'null' if value is None else shown} in row {row}",
            hint=hint or self.advice,
            field=name,
            row=row,
        )


def by_wire(fields: Mapping[str, Field]) -> dict[str, str]:
    """Names of fields by the names of their arrays outside.

    Raises:
        SignatureError: if two arrays would have one name.
    """
    names: dict[str, str] = {}
    for name, field in fields.items():
        other = names.setdefault(field.wire_name(name), name)
        if other != name:
            got = f"'{field.wire_name(name)}' of both '{other}' and '{name}'"
            raise SignatureError("signature", expected="arrays of different names", got=got, hint="rename a column")
    return names


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def cast(array: Array, dtype: np.dtype[Any], name: str) -> Array:
    """Cast to a dtype of the same or a wider kind, refusing integers that would wrap.

    Raises:
        SignatureError: if the kinds differ (text for numbers, fractions for integers) or a value does not fit.
    """
    if array.dtype == dtype:
        return array
    expected = "text" if dtype.kind == "O" else dtype.name
    if dtype.kind == "O" and array.dtype.kind in "US":
        return array.astype(str).astype(object)
    if dtype.kind == "O" or array.dtype.kind in "OUSM" or not np.can_cast(array.dtype, dtype, "same_kind"):
        wrong = array.size > 0
    elif dtype.kind in "iu" and array.size:
        limits = np.iinfo(dtype)
        wrong = bool(array.min() < limits.min or array.max() > limits.max)
        expected = f"{dtype.name}, {limits.min} to {limits.max}"
    elif dtype.kind == "f":
        with np.errstate(over="ignore"):
            wrong = bool((np.isinf(array.astype(dtype)) & np.isfinite(array)).any())
        expected = f"numbers within {dtype.name}"
    else:
        wrong = False
    if wrong:
        raise SignatureError(f"field '{name}'", expected=expected, got=f"{array.dtype.name} values", field=name)
    return array.astype(dtype)


def check_shape(shape: tuple[int, ...], asked: tuple[int | str | None, ...], name: str) -> None:
    """Refuse a shape whose rank or fixed sizes differ from what was asked.

    Raises:
        SignatureError: naming the field, both shapes.
    """
    fits = len(shape) == len(asked) and all(
        not isinstance(size, int) or size == got for size, got in zip(asked, shape, strict=True)
    )
    if not fits:
        wanted = f"shape {list(asked)}".replace("None", "n").replace("'", "")
        raise SignatureError(f"field '{name}'", expected=wanted, got=f"shape {list(shape)}", field=name)


def sizes(asked: tuple[int | str | None, ...], shape: tuple[int, ...]) -> Iterator[tuple[str, int]]:
    """Pairs of symbol ("batch" for None) and the size that a shape gives it."""
    for symbol, size in zip(asked, shape, strict=True):
        if not isinstance(symbol, int):
            yield "batch" if symbol is None else symbol, size
