"""Protocol buffers, read as untrusted bytes: field by field against a schema, and nothing is copied.

Refused are bytes that a schema does not know, lengths that leave their parent, numbers beyond 64 bits, a second value
for a field that has one (readers differ in which they take), and more fields, messages or levels than the limits.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from philtre.errors import ArtifactError

MAX_DEPTH = 64
MAX_FIELDS = 5_000_000
MAX_TEXTS = 30_000_000
MAX_MESSAGES = 2_000_000

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_WIRES = {"int": VARINT, "fixed32": FIXED32, "fixed64": FIXED64}
_WIDTHS = {FIXED32: 4, FIXED64: 8}
_ELEMENTS = {VARINT: rb"[\x80-\xff]{0,9}[\x00-\x7f]", FIXED32: b".{4}", FIXED64: b".{8}"}
_TOO_LONG = re.compile(rb"[\x80-\xff]{10}")
_PIECE = 1 << 20

Values = dict[str, Any]
Check = Callable[[Values, int, int], None]


class Field(NamedTuple):
    """What a schema says of one tag."""

    name: str
    kind: str
    """``int``, ``fixed32``, ``fixed64``, ``bytes``, ``refused`` or the name of a message."""
    many: bool
    kept: bool
    """Whether the values of a repeated field are listed, rather than counted."""
    packed: bool
    run: re.Pattern[bytes] | None
    """Matches consecutive numbers of a repeated field, each with its tag."""


Schema = dict[str, dict[int, Field]]


def schema(text: str) -> Schema:
    """Read a schema: a line per message, ``Name: number name kind, ...``.

    A kind is ``int`` (every varint), ``fixed32``, ``fixed64``, ``bytes``, ``refused`` or a message. ``kind[]`` is
    repeated and listed; ``kind*`` is repeated, of messages nothing is kept, of other values their number.

    Example:
        >>> sorted(schema("Point: 1 x int, 2 tags bytes*")["Point"])
        [8, 18]
    """
    messages: Schema = {}
    for line in text.strip().splitlines():
        name, _, rest = line.partition(":")
        fields = messages[name.strip()] = {}
        for entry in rest.split(","):
            number, field, kind = entry.split()
            fields |= _tags(int(number), field, kind)
    return messages


def _tags(number: int, name: str, kind: str) -> dict[int, Field]:
    kept, many = kind.endswith("[]"), kind.endswith(("[]", "*"))
    kind = kind.rstrip("[]*")
    wire = _WIRES.get(kind, BYTES)
    tag = number << 3 | wire
    counted = many and not kept and wire != BYTES
    run = re.compile(b"(?:" + re.escape(bytes([tag])) + _ELEMENTS[wire] + b")++", re.DOTALL) if counted else None
    fields = {tag: Field(name, kind, many, kept, False, run)}
    if many and wire != BYTES:
        fields[number << 3 | BYTES] = Field(name, kind, many, kept, True, None)
    return fields


class Reader:
    """Reads the messages of a schema out of bytes.

    Args:
        data: the bytes.
        where: what they are, for errors.
        messages: the schema.
        checks: called with each message of that name: its values, its first byte, the byte after it.
        hints: what to try, by name of a refused field.
    """

    def __init__(
        self,
        data: bytes,
        where: str,
        messages: Schema | None = None,
        checks: Mapping[str, Check] | None = None,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.where = where
        self.messages = messages or {}
        self.checks = checks or {}
        self.hints = hints or {}
        self.fields_left = MAX_FIELDS
        self.texts_left = MAX_TEXTS
        self.messages_left = MAX_MESSAGES

    def read(self, message: str, start: int, stop: int, depth: int = 0) -> Values:
        """Read one message, and all messages in it.

        Returns:
            Values by field name: a number, (start, stop) of bytes, the values of a message; a list or the count of
            repeated ones.

        Raises:
            ArtifactError: if the bytes are not such a message, or a check refuses it.
        """
        self.messages_left -= 1
        if self.messages_left < 0:
            raise self.refuse(f"more than {MAX_MESSAGES:,} messages", start)
        if depth > MAX_DEPTH:
            raise self.refuse(f"more than {MAX_DEPTH} levels of messages", start)
        fields = self.messages[message]
        values: Values = {}
        position = start
        while position < stop:
            tag, value, end = self.field(position, stop)
            field = fields.get(tag)
            if field is None:
                raise self.refuse(f"field {tag >> 3} of wire type {tag & 7} in {message}", position)
            if not field.many:
                if field.name in values:
                    raise self.refuse(f"'{field.name}' of {message} a second time", position)
                values[field.name] = self._value(field, value, end, depth)
            elif field.kept:
                found = self.packed(value, end) if field.packed else [self._value(field, value, end, depth)]
                values.setdefault(field.name, []).extend(found)
            elif field.kind in self.messages:
                self.read(field.kind, value, end, depth + 1)
            else:
                count, end = self._run(field, tag, value, end, stop)
                values[field.name] = values.get(field.name, 0) + count
            position = end
        if message in self.checks:
            self.checks[message](values, start, stop)
        return values

    def field(self, position: int, stop: int) -> tuple[int, int, int]:
        """Read one field: its tag, its number or the first byte of its content, and the byte after it."""
        self.fields_left -= 1
        if self.fields_left < 0:
            raise self.refuse(f"more than {MAX_FIELDS:,} fields", position)
        tag, content = self.varint(position, stop)
        wire = tag & 7
        if wire == BYTES:
            length, content = self.varint(content, stop)
            end = content + length
        elif wire == VARINT:
            return tag, *self.varint(content, stop)
        elif wire in _WIDTHS:
            end = content + _WIDTHS[wire]
        else:
            raise self.refuse(f"wire type {wire}", position)
        if end > stop:
            raise self.refuse(f"a length of {end - content:,} where {stop - content:,} bytes are left", position)
        return tag, content, end

    def fields(self, start: int, stop: int) -> Iterator[tuple[int, int, int, int]]:
        """Read the fields of one message, whatever they are: the first byte of each, then what `field` gives."""
        position = start
        while position < stop:
            tag, value, end = self.field(position, stop)
            yield position, tag, value, end
            position = end

    def packed(self, start: int, stop: int) -> Iterator[int]:
        """Read varints that stand one after the other."""
        self.fields_left -= stop - start
        position = start
        while position < stop and self.fields_left >= 0:
            value, position = self.varint(position, stop)
            yield value

    def varint(self, position: int, stop: int) -> tuple[int, int]:
        """Read a number of 1 to 10 bytes; gives it and the byte after it."""
        data = self.data
        if position < stop and data[position] < 128:
            return data[position], position + 1
        value = 0
        for index, byte in enumerate(data[position : min(position + 10, stop)]):
            value |= (byte & 127) << 7 * index
            if byte < 128 and value < 1 << 64:
                return value, position + index + 1
        raise self.refuse("a number that is cut off or beyond 64 bits", position)

    def text(self, span: tuple[int, int]) -> str:
        """Decode bytes as UTF-8."""
        try:
            return self.data[slice(*span)].decode()
        except UnicodeDecodeError:
            raise self.refuse("a name that is not UTF-8", span[0]) from None

    def refuse(self, got: str, position: int, hint: str = "") -> ArtifactError:
        """Build the error for what was found at a byte."""
        return ArtifactError(self.where, expected="a sound ONNX model", got=f"{got} (byte {position:,})", hint=hint)

    def _value(self, field: Field, value: int, end: int, depth: int) -> Any:
        if field.kind in self.messages:
            return self.read(field.kind, value, end, depth + 1)
        if field.kind == "refused":
            raise self.refuse(f"'{field.name}'", value, self.hints.get(field.name, ""))
        return (value, end) if field.kind == "bytes" else value

    def _run(self, field: Field, tag: int, value: int, end: int, stop: int) -> tuple[int, int]:
        """Count one value of a repeated field and what is like it behind; gives the byte after them, too."""
        if field.packed:
            return self._count(_WIRES[field.kind], value, end), end
        if end == stop or self.data[end] != tag:
            return 1, end
        if field.run is None:
            return self._texts(tag, end, stop)
        match = field.run.match(self.data, end, stop)
        last = match.end() if match else end
        return 1 + self._count(tag & 7, end, last, tagged=True), last

    def _count(self, wire: int, start: int, stop: int, tagged: bool = False) -> int:
        """Count numbers that stand one after the other, packed or each behind a tag of one byte."""
        if wire in _WIDTHS:
            width = _WIDTHS[wire] + tagged
            if (stop - start) % width:
                raise self.refuse(f"{stop - start:,} bytes as numbers of {width} bytes", start)
            return (stop - start) // width
        if not tagged and stop > start and (self.data[stop - 1] > 127 or _TOO_LONG.search(self.data, start, stop)):
            raise self.refuse("a number that is cut off or beyond 64 bits", start)
        last = 0
        for piece in range(start, stop, _PIECE):
            size = min(_PIECE, stop - piece)
            last += int(np.count_nonzero(np.frombuffer(self.data, np.int8, size, piece) >= 0))
        return last // 2 if tagged else last

    def _texts(self, tag: int, position: int, stop: int) -> tuple[int, int]:
        """Count one value and the short ones behind it; a million categories are that."""
        data, count, left = self.data, 1, self.texts_left
        while count <= left and position + 1 < stop and data[position] == tag and data[position + 1] < 128:
            end = position + 2 + data[position + 1]
            if end > stop:
                break
            position = end
            count += 1
        self.texts_left -= count
        if self.texts_left < 0:
            raise self.refuse(f"more than {MAX_TEXTS:,} texts", position)
        return count, position


def encode_bytes(number: int, content: bytes) -> bytes:
    """Write a field of bytes: a text or a message."""
    return encode_head(number, len(content)) + content


def encode_head(number: int, length: int) -> bytes:
    """Write what stands before the content of a field of bytes."""
    return _encode_varint(number << 3 | BYTES) + _encode_varint(length)


def _encode_varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 127:
        encoded.append(value & 127 | 128)
        value >>= 7
    return bytes([*encoded, value])
