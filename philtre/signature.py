"""A signature names the fields that go in and come out: the one source of truth for the boundary.

Validation, encoding, JSON schema, protocol metadata and the wire form all follow from it, and from nothing else.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec
import numpy as np

from philtre.errors import SignatureError, meant
from philtre.fields import AnyField, Array, Tensor, sizes

Row = Mapping[str, object]


class Request(NamedTuple):
    """A request body, read and validated."""

    rows: "Rows"
    """The rows, still to be packed."""
    single: bool
    """Whether the body was one row rather than a list of rows."""
    ignored: tuple[str, ...]
    """Keys that the signature does not know."""

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.rows.n

    @property
    def arrays(self) -> dict[str, Array]:
        """Wire arrays by input name."""
        return self.rows.pack()


class Rows:
    """Validated rows that become wire arrays when they are needed: many requests' rows are packed at once.

    Args:
        signature: the fields.
        typed: what the compiled decoder gave; or
        arrays: the wire arrays, where there are some already.
    """

    __slots__ = ("arrays", "n", "signature", "typed")

    def __init__(
        self, signature: "Signature", n: int, typed: list[Any] | None, arrays: dict[str, Array] | None
    ) -> None:
        self.signature = signature
        self.n = n
        self.typed = typed
        self.arrays = arrays

    def pack(self) -> dict[str, Array]:
        """The wire arrays."""
        if self.arrays is None:
            self.arrays = self.signature.pack(self.typed or [])
        return self.arrays


class Signature(msgspec.Struct, frozen=True, dict=True):
    """Named input and output fields, in order.

    Args:
        inputs: fields by name; the names are those of the saved graph's inputs.
        outputs: fields by name.

    Example:
        >>> from philtre.fields import Category, Number
        >>> signature = Signature({"age": Number(missing=True)}, {"label": Category(("no", "yes"))})
        >>> signature.encode([{"age": 22}, {"age": None}])
        {'age': array([22., nan], dtype=float32)}
        >>> signature.encode([{"age": "old"}])
        Traceback (most recent call last):
        ...
        philtre.errors.SignatureError: field 'age' expects a finite number or null, got 'old' in row 0. Hint: ...
        >>> Signature.from_json(signature.to_json()) == signature
        True
    """

    inputs: dict[str, AnyField]
    outputs: dict[str, AnyField]

    def to_json(self) -> bytes:
        """Write the signature as JSON; the order of the fields is kept."""
        return msgspec.json.encode(self)

    @classmethod
    def from_json(cls, text: bytes | str) -> "Signature":
        """Read what `to_json` wrote.

        Raises:
            SignatureError: if the text is not the JSON of a signature.
        """
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.MsgspecError as error:
            raise SignatureError("signature", expected="the JSON of a signature", got=str(error)) from None

    def encode(self, rows: Sequence[Row]) -> dict[str, Array]:
        """Validate rows and turn them into wire arrays.

        Args:
            rows: one mapping per row from input name to Python value. A missing value is stated by None; keys
                that the signature does not know are ignored.

        Raises:
            SignatureError: naming the field and row of the first value that does not fit, or a key that is absent.
        """
        for row, values in enumerate(rows):
            if not isinstance(values, Mapping):
                raise SignatureError(
                    f"row {row}",
                    expected="an object with one value per field",
                    hint='for example {"Age": 22}',
                    got=f"{values!r:.60}",
                    row=row,
                )
            for name in self.inputs:
                if name not in values:
                    raise self.absent(name, list(values), row)
        return {name: field.encode([row[name] for row in rows], name) for name, field in self.inputs.items()}

    def encode_columns(self, columns: Mapping[str, Array]) -> dict[str, Array]:
        """Validate columns and turn them into wire arrays; columns that the signature does not know are ignored.

        Raises:
            SignatureError: if a column is absent, a value does not fit, or lengths differ.
        """
        for name in self.inputs:
            if name not in columns:
                raise self.absent(name, list(columns))
        arrays = {name: field.encode_column(columns[name], name) for name, field in self.inputs.items()}
        self._check_sizes(arrays)
        return arrays

    def check(self, arrays: Mapping[str, Any]) -> dict[str, Array]:
        """Accept arrays that claim to be in wire form already.

        Raises:
            SignatureError: if names, dtypes, shapes or values do not fit, or batch sizes differ.
        """
        unknown = [name for name in arrays if name not in self.inputs]
        absent = [name for name in self.inputs if name not in arrays]
        if unknown or absent:
            raise SignatureError(
                "call",
                expected=f"the inputs {list(self.inputs)}",
                got=f"{list(arrays)}",
                field=(absent or unknown)[0],
            )
        checked = {name: field.check(arrays[name], name) for name, field in self.inputs.items()}
        self._check_sizes(checked)
        return checked

    def exact(self, arrays: Sequence[Any]) -> dict[str, Array] | None:
        """Take arrays by position that are in wire form to the letter, in a microsecond; None sends them to `check`."""
        if self._exact is None or len(arrays) != len(self._exact):
            return None
        taken = {}
        n = None
        for array, (name, dtype, fixed, batched) in zip(arrays, self._exact, strict=True):
            if type(array) is not np.ndarray or array.dtype != dtype:
                return None
            shape = array.shape
            if batched:
                if shape[1:] != fixed or not shape or shape[0] != (shape[0] if n is None else n):
                    return None
                n = shape[0]
            elif shape != fixed:
                return None
            taken[name] = array
        return taken

    @cached_property
    def _exact(self) -> list[tuple[str, np.dtype[Any], tuple[Any, ...], bool]] | None:
        """Name, dtype, sizes of the axes but the batch, and whether there is one; None where values matter too."""
        found = []
        for name, field in self.inputs.items():
            fixed = field.wire_shape[field.batched :]
            if not isinstance(field, Tensor) or field.dtype == "string" or not all(type(n) is int for n in fixed):
                return None
            found.append((name, field.wire_dtype, fixed, field.batched))
        return found

    def batch(self, arrays: Mapping[str, Array]) -> int:
        """Number of rows in encoded inputs; 1 where no input has a batch axis."""
        for name, field in self.inputs.items():
            if field.batched:
                return len(arrays[name])
        return 1

    def sizes(self, arrays: Mapping[str, Array]) -> dict[str, int]:
        """Size of each symbol of the inputs' shapes, "batch" included, in wire arrays that `check` accepted."""
        return {
            symbol: size
            for name, field in self.inputs.items()
            for symbol, size in sizes(field.wire_shape, arrays[name].shape)
        }

    def decode(self, arrays: Mapping[str, Array]) -> list[dict[str, Any]]:
        """Turn the wire arrays of the outputs into answers, one dict a row.

        Raises:
            SignatureError: if an output has no batch axis, so that it cannot be told apart by row.
        """
        for name, field in self.outputs.items():
            if not field.batched:
                raise SignatureError(
                    f"output '{name}'",
                    expected="a batch axis",
                    got=f"shape {list(field.wire_shape)}",
                    field=name,
                    hint="call with arrays instead of rows",
                )
        columns = [field.decode(arrays[name]) for name, field in self.outputs.items()]
        names = tuple(self.outputs)
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def read(self, body: bytes, strict: bool = False) -> Request:
        """Read a JSON request body: one row as an object, or a list of rows.

        Args:
            body: JSON text in UTF-8.
            strict: refuse keys that the signature does not know, instead of reporting them as ignored.

        Raises:
            SignatureError: if the body is not JSON (then `field` and `row` are None), or a value does not fit.
        """
        if self._decoder is None:
            return self._read_slowly(body, strict)
        try:
            decoded = self._decoder.decode(body)
        except (msgspec.MsgspecError, RecursionError):
            return self._read_slowly(body, strict)
        single = not isinstance(decoded, list)
        typed = [decoded] if single else decoded
        arrays = None if self._row_by_row else self.pack(typed)
        return Request(Rows(self, len(typed), typed, arrays), single, ())

    def pack(self, typed: Sequence[Any]) -> dict[str, Array]:
        """Turn rows that the compiled decoder accepted into wire arrays."""
        return {
            name: field.pack([get(row) for row in typed], name)
            for (name, field), get in zip(self.inputs.items(), self._getters, strict=True)
        }

    @cached_property
    def _row_by_row(self) -> bool:
        """Whether the decoder's types say all there is to check."""
        return all(field.typed for field in self.inputs.values())

    @cached_property
    def _getters(self) -> list[Callable[[Any], Any]]:
        return [attrgetter(f"f{i}") for i in range(len(self.inputs))]

    @cached_property
    def _decoder(self) -> Any:
        """A JSON decoder compiled from the fields: it accepts nothing that `encode` would refuse.

        None where msgspec cannot compile it: names with quotes, backslashes or control characters.
        """
        types = [(f"f{i}", field.json_type) for i, field in enumerate(self.inputs.values())]
        names = {f"f{i}": name for i, name in enumerate(self.inputs)}
        try:
            row = msgspec.defstruct("Row", types, rename=names, forbid_unknown_fields=True, gc=False)
        except ValueError:
            return None
        return msgspec.json.Decoder(row | list[row])  # type: ignore[valid-type]

    def _read_slowly(self, body: bytes, strict: bool) -> Request:
        """Read what the compiled decoder did not take: to say precisely what is wrong, or that all is well."""
        try:
            decoded = json.loads(body, parse_constant=_NotJson)
        except RecursionError:
            raise _bad_body("more than a thousand levels of nesting") from None
        except UnicodeDecodeError:
            raise _bad_body("bytes that are not UTF-8") from None
        except ValueError as error:
            raise _bad_body(str(error)) from None
        single = isinstance(decoded, dict)
        if not single and not isinstance(decoded, list):
            raise _bad_body(f"a {type(decoded).__name__}")
        rows = [decoded] if single else decoded
        arrays = self.encode(rows)
        ignored = tuple(dict.fromkeys(str(key) for row in rows for key in row if key not in self.inputs))
        if ignored and strict:
            raise SignatureError(
                f"field '{ignored[0]}'",
                expected=f"one of the fields {list(self.inputs)}",
                got="an unknown field",
                hint=meant(ignored[0], list(self.inputs)) or "leave it out, or ask without strict",
                field=ignored[0],
            )
        return Request(Rows(self, len(rows), None, arrays), single, ignored)

    def input_schema(self) -> dict[str, Any]:
        """JSON schema of one row."""
        return _object_schema(self.inputs)

    def output_schema(self) -> dict[str, Any]:
        """JSON schema of one answer."""
        return _object_schema(self.outputs)

    def metadata(
        self, name: str, platform: str = "onnxruntime_onnx", versions: Sequence[str] = ("1",)
    ) -> dict[str, Any]:
        """Model metadata of the Open Inference Protocol, version 2; a free axis is -1."""
        return {
            "name": name,
            "versions": list(versions),
            "platform": platform,
            "inputs": _tensors(self.inputs),
            "outputs": _tensors(self.outputs),
        }

    def absent(self, name: str, got: Sequence[str], row: int | None = None) -> SignatureError:
        """Build the error for a key or column that is not there."""
        field = self.inputs[name]
        hint = meant(name, [key for key in got if key not in self.inputs])
        hint = hint or "a row has every field; null states a missing value, where one is allowed"
        where = "" if row is None else f" in row {row}"
        shown = ", ".join(map(repr, got[:20])) or "nothing"
        return SignatureError(
            f"field '{name}'",
            expected=field.asks,
            got=f"no such key{where} (there are: {shown})",
            hint=hint,
            field=name,
            row=row,
        )

    def _check_sizes(self, arrays: Mapping[str, Array]) -> None:
        first: dict[str, tuple[str, int]] = {}
        for name, array in arrays.items():
            for symbol, size in sizes(self.inputs[name].wire_shape, array.shape):
                other, known = first.setdefault(symbol, (name, size))
                if known != size:
                    raise SignatureError(
                        f"field '{name}'",
                        expected=f"{symbol} {known}, as in '{other}'",
                        got=f"{size}",
                        field=name,
                    )


class _NotJson:
    """NaN or Infinity in a JSON text: Python's reader takes them, JSON and the fields do not."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _bad_body(got: str) -> SignatureError:
    return SignatureError(
        "request body",
        expected="JSON: one row as an object, or a list of rows",
        got=f"text that is not: {got}",
        hint='for example {"Age": 22} or [{"Age": 22}, {"Age": null}]',
    )


def _object_schema(fields: Mapping[str, AnyField]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: field.schema() for name, field in fields.items()},
        "required": list(fields),
    }


def _tensors(fields: Mapping[str, AnyField]) -> list[dict[str, Any]]:
    return [
        {
            "name": field.wire_name(name),
            "datatype": field.datatype,
            "shape": [size if isinstance(size, int) else -1 for size in field.wire_shape],
        }
        for name, field in fields.items()
    ]
