"""A step is a pair: `fit`, whose statistics are expressions over the frame, and a body in jnp."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, ClassVar, NamedTuple, Protocol

import jax
import jax.numpy as jnp
import polars as pl

from philtre.data.steps.statistic import Statistic

NUMERIC = frozenset({"number", "integer", "derived"})
"""The kinds whose values are numbers."""
FEATURES = "features"
"""What a step gives that leaves no column to the next one."""


class Masked(NamedTuple):
    """A column on its way through the steps: values, and which of them are missing."""

    values: jax.Array
    """[n] of any numeric dtype; undefined where missing."""
    missing: jax.Array | None
    """bool[n]; None where no value can be missing."""
    names: tuple[str, ...] | None = None
    """What the codes of a category stand for; None where they are the step's own."""
    fold: jax.Array | None = None
    """int[n], the fold of each row while the rows of the fit are encoded: steps leave out what its rows taught them."""


class Emitted(NamedTuple):
    """What a step's body gives."""

    column: Masked
    """The column for the next step; after the last it is a feature itself, unless a step consumed it."""
    features: jax.Array | None = None
    """float32[n, k], features that are ready: one for each of the step's suffixes."""


class Fitted(Protocol):
    """A step that knows its statistics."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Names of the features that the body emits, less the name of the column."""

    @property
    def consumes(self) -> bool:
        """Whether those features stand for the column, so that it is none itself."""

    def expression(self, column: pl.Expr) -> pl.Expr:
        """The column as the next step's fit sees it."""

    def __call__(self, column: Masked) -> Emitted:
        """The body: what `expression` says, in jnp."""


class Step(ABC):
    """Description of a step: immutable, equal by value. Subclasses are frozen dataclasses.

    Fields compare by value, and `code` writes them; a tuple that is not keyword-only stands for arguments one by one.
    """

    @property
    @abstractmethod
    def kinds(self) -> frozenset[str]:
        """The kinds of column that the step takes."""

    @property
    def fills(self) -> bool:
        """Whether no value is missing after it."""
        return False

    @property
    def gives(self) -> str:
        """The kind that the next step takes; "" where it stays the same."""
        return ""

    @property
    def needs(self) -> tuple[str, ...]:
        """Statements that must run before `code`."""
        return ()

    def statistics(self, column: pl.Expr) -> Mapping[str, Statistic]:
        """What `fit` needs to know, as aggregations of the column; missing values are null in it."""
        return {}

    @abstractmethod
    def fit(self, statistics: Mapping[str, Any]) -> Fitted:
        """Make the body from what the statistics came to."""

    @property
    def name(self) -> str:
        """The name of the function that makes this step."""
        raise NotImplementedError

    @property
    def shown(self) -> str:
        """The step in a line of text."""
        return self.code

    @property
    def code(self) -> str:
        """Python source that makes an equal step."""
        given: list[str] = []
        skipped = False
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, tuple) and not field.kw_only:
                given += map(_literal, value)
            elif field.default is not MISSING and value == field.default:
                skipped = True
            else:
                keyword = f"{field.name}=" if skipped or field.kw_only else ""
                given.append(keyword + _literal(value))
        return f"{self.name}({', '.join(given)})"


class Identity(Step):
    """A step that learns nothing and passes the column on: it is its own fitted form."""

    suffixes: tuple[str, ...] = ()
    consumes: ClassVar[bool] = False

    def fit(self, statistics: Mapping[str, Any]) -> "Identity":
        return self

    def expression(self, column: pl.Expr) -> pl.Expr:
        return column

    def __call__(self, column: Masked) -> Emitted:
        return Emitted(column)


def real(values: jax.Array) -> jax.Array:
    """Whole numbers, which only 64-bit programs have, as float64; floats stay."""
    return values.astype(jnp.float64) if jnp.issubdtype(values.dtype, jnp.integer) else values


def _literal(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
