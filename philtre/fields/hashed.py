"""Hashed categories: names at the boundary, numbers of buckets on the wire; no name is stored."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np

from philtre.errors import SignatureError
from philtre.fields.category import Category
from philtre.fields.field import Array, Field
from philtre.fields.spelling import PLAIN, Spelling


class Hashed(Field, frozen=True, tag="hashed"):
    """A name out of any number of names. On the wire ``<name>.bucket``, int64: CRC-32 of its UTF-8 modulo `buckets`.

    A missing name is -1. Inside int32, the bucket, ``buckets + 1`` where missing, as the codes of a `Category`. What a
    `Category` takes is taken here: whole numbers and booleans by their text.

    Args:
        buckets: number of buckets (>= 1).
        missing: whether the value may be unknown (null).
        spelling: which texts state a missing value, and whether case and blanks count.

    Example:
        >>> Hashed(64, missing=True).encode(["Oslo", "Lima", None], "x")
        array([28, 18, -1])

    Reference: RFC 1952, section 8 (CRC-32); Weinberger et al., "Feature hashing for large scale multitask learning",
    2009.
    """

    buckets: int
    missing: bool = False
    spelling: Spelling = PLAIN

    def __post_init__(self) -> None:
        if self.buckets < 1:
            raise SignatureError("Hashed", expected="at least 1 bucket", got=f"{self.buckets}")

    @cached_property
    def names(self) -> Category:
        """The names before they are hashed."""
        return Category((), self.missing, unknown=True, spelling=self.spelling)

    @property
    def asks(self) -> str:  # type: ignore[override]
        return self.names.asks

    @property
    def advice(self) -> str:  # type: ignore[override]
        return self.names.advice

    @property
    def typed(self) -> bool:
        return self.names.typed

    @property
    def wire_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int64)

    @property
    def core_dtype(self) -> np.dtype[Any]:
        return np.dtype(np.int32)

    def wire_name(self, name: str) -> str:
        return f"{name}.bucket"

    @property
    def wire_asks(self) -> str:
        return f"a bucket from 0 to {self.buckets - 1}" + (" or -1" if self.missing else "")

    @property
    def json_type(self) -> Any:
        return self.names.json_type

    def validate(self, value: object, name: str, row: int) -> str | None:
        return self.names.validate(value, name, row)

    def pack(self, values: Sequence[Any], name: str) -> Array:
        texts = self.names.pack(values, name).tolist()
        return np.array([crc32(text.encode()) % self.buckets if text else -1 for text in texts], np.int64)

    def parse(self, text: str, name: str, row: int) -> str | None:
        return self.names.parse(text, name, row)

    def decode(self, wire: Array) -> list[Any]:
        """The bucket of each name."""
        return [None if bucket < 0 else bucket for bucket in wire.tolist()]

    def refused(self, wire: Array) -> Array:
        return (wire >= self.buckets) | (wire < (-1 if self.missing else 0))

    def to_core(self, wire: Array) -> Array:
        return np.where(wire < 0, self.buckets + 1, wire).astype(np.int32)

    def from_core(self, core: Array) -> Array:
        return np.where(core < self.buckets, core, -1).astype(np.int64)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"] if self.missing else "string"}
