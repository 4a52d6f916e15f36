"""Log1p: the logarithm of a number's size, with its sign."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import polars as pl

from philtre.data.steps.step import NUMERIC, Emitted, Identity, Masked, real


def log1p() -> "Log1p":
    """Take the logarithm: ``sign(x) * log(1 + |x|)``. It is ``log(1 + x)`` of what is not negative.

    Use it for amounts that spread over orders of magnitude. Unlike the plain logarithm it takes any number: 0 stays 0,
    and a loss is as far from 0 as a gain of its size. Missing values stay missing.

    Example:
        >>> log1p().inverse(jnp.log1p(jnp.float32([0, 9]))).round(5).tolist()
        [0.0, 9.0]

    Reference: Webber, "A bi-symmetric log transformation for wide-range data", 2013; numpy.log1p.
    """
    return Log1p()


@dataclass(frozen=True)
class Log1p(Identity):
    """Description made by `log1p`; it learns nothing."""

    name = "log1p"
    kinds = NUMERIC

    def expression(self, column: pl.Expr) -> pl.Expr:
        number = column.cast(pl.Float64)
        return number.sign() * number.abs().log1p()

    def __call__(self, column: Masked) -> Emitted:
        values = real(column.values)
        logarithms = jnp.sign(values) * jnp.log1p(jnp.abs(values))
        return Emitted(Masked(logarithms.astype(jnp.float32), column.missing))

    def inverse(self, values: jax.Array) -> jax.Array:
        """The numbers whose logarithms these are."""
        return jnp.sign(values) * jnp.expm1(jnp.abs(values))
