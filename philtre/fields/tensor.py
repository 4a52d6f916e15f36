"""Tensors: arrays that are the same on the wire and inside."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from philtre.errors import SignatureError
from philtre.fields.field import DATATYPES, Array, Field, check_shape, is_unicode


class Tensor(Field, frozen=True, tag="tensor"):
    """An array. The same on the wire and inside.

    Args:
        shape: sizes of the axes; None is the batch (axis 0 only), a string is a named symbol.
        dtype: NumPy name of the dtype, or "string".
        names: labels of the last axis; answers are then dicts from label to value.

    Example:
        >>> Tensor((None, 2), names=("no", "yes")).decode(np.array([[0.25, 0.75]]))
        [{'no': 0.25, 'yes': 0.75}]
    """

    shape: tuple[int | str | None, ...] = (None,)
    dtype: str = "float32"
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if None in self.shape[1:]:
            raise SignatureError(
                "Tensor",
                expected="None (the batch) on axis 0 only",
                got=f"shape {self.shape}",
                hint='name other free axes: ("length",)',
            )
        if self.dtype != "string" and self.dtype not in DATATYPES:
            raise SignatureError("Tensor", expected=f"a dtype of {sorted(DATATYPES)}", got=repr(self.dtype))
        if self.names and (not self.shape or self.shape[-1] != len(self.names)):
            raise SignatureError(
                "Tensor",
                expected=f"a last axis of {len(self.names)}, one per name",
                got=f"shape {self.shape}",
            )

    @property
    def advice(self) -> str:  # type: ignore[override]
        return f"nested lists of {self.dtype} values" if len(self.shape) > 1 else f"a {self.dtype} value"

    @property
    def asks(self) -> str:  # type: ignore[override]
        return f"{self.dtype}{list(self.shape)}".replace("None", "n").replace("'", "")

    @property
    def typed(self) -> bool:
        return False

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(object if self.dtype == "string" else self.dtype)

    @property
    def wire_shape(self) -> tuple[int | str | None, ...]:
        return self.shape

    @property
    def json_type(self) -> Any:
        plain: Any = {"b": bool, "O": str, "f": float}.get(self.wire_dtype.kind, int)
        for _ in self.shape[1:]:
            plain = list[plain]
        return plain

    def validate(self, value: object, name: str, row: int) -> Any:
        try:
            array = np.asarray(value)
        except ValueError:
            raise self.refuse(value, name, row, hint="nested lists must have equal lengths") from None
        kinds = {"b": "b", "O": "UO"}.get(self.wire_dtype.kind, "iu" if self.wire_dtype.kind in "iu" else "iuf")
        if array.size and array.dtype.kind not in kinds and array.dtype != self.wire_dtype:
            raise self.refuse(value, name, row)
        return value

    def parse(self, text: str, name: str, row: int) -> Any:
        if len(self.shape) != 1:
            raise self.refuse(text, name, row, expected=f"{self.asks}, which no cell of text holds")
        if self.wire_dtype.kind == "O":
            return text
        try:
            return float(text) if self.wire_dtype.kind == "f" else int(text)
        except ValueError:
            raise self.refuse(text, name, row) from None

    def pack(self, values: Sequence[Any], name: str) -> Array:
        if not self.batched:
            raise SignatureError(
                f"field '{name}'",
                expected=f"arrays, since {self.asks} has no batch axis",
                got="rows",
                field=name,
            )
        if not values:
            fixed = [size if isinstance(size, int) else 0 for size in self.shape[1:]]
            return np.empty((0, *fixed), self.wire_dtype)
        try:
            with np.errstate(over="ignore"):
                wire = np.array(values, self.wire_dtype)
            check_shape(wire.shape, self.shape, name)
        except (ValueError, OverflowError, TypeError):
            raise self._misfit(values, name) from None
        if wire.dtype.kind == "f" and not np.isfinite(wire).all():
            row = int(np.argmin(np.isfinite(wire).reshape(len(wire), -1).all(1)))
            raise self.refuse(values[row], name, row, expected=f"finite {self.dtype} numbers")
        return wire

    def _misfit(self, values: Sequence[Any], name: str) -> SignatureError:
        for row, value in enumerate(values):
            try:
                shape = np.array(value, self.wire_dtype).shape
                check_shape((1, *shape), self.shape, name)
            except (ValueError, OverflowError, TypeError) as error:
                got = error.got if isinstance(error, SignatureError) else "values that do not fit"
                return SignatureError(
                    f"field '{name}'",
                    expected=self.asks,
                    got=f"{got} in row {row}",
                    hint=self.advice,
                    field=name,
                    row=row,
                )
        return SignatureError(
            f"field '{name}'", expected=self.asks, got="rows of unequal shape", hint=self.advice, field=name
        )

    def encode_column(self, column: Array, name: str) -> Array:
        return self.check(column, name)

    def decode(self, wire: Array) -> list[Any]:
        if not self.names:
            return wire.tolist()  # type: ignore[no-any-return]
        if wire.ndim == 2:
            return [dict(zip(self.names, row, strict=True)) for row in wire.tolist()]
        return [self.decode(part) for part in wire]

    def refused(self, wire: Array) -> Array:
        if wire.dtype.kind != "O":
            return np.zeros(1, bool)
        return np.array([not (isinstance(text, str) and is_unicode(text)) for text in wire.ravel().tolist()], bool)

    def schema(self) -> dict[str, Any]:
        kind = {"b": "boolean", "O": "string", "f": "number"}.get(self.wire_dtype.kind, "integer")
        if self.names and len(self.shape) == 2:
            return {"type": "object", "properties": {name: {"type": kind} for name in self.names}}
        schema: dict[str, Any] = {"type": kind}
        for size in reversed(self.shape[1:] if self.batched else self.shape):
            fixed = {"minItems": size, "maxItems": size} if isinstance(size, int) else {}
            schema = {"type": "array", "items": schema} | fixed
        return schema
