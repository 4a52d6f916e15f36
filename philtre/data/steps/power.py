"""Power: the function of Yeo and Johnson, of one power."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import polars as pl

from philtre.data.steps.step import Emitted, Masked, real

LARGEST = 80.0
"""Exponents are held below it, so that results are finite in float32."""


@dataclass(frozen=True)
class Power:
    """The power of `yeo_johnson`."""

    power: float

    suffixes = ()
    consumes = False

    def expression(self, column: pl.Expr) -> pl.Expr:
        number = column.cast(pl.Float64)
        size = number.abs().log1p()

        def raised(p: float) -> pl.Expr:
            return ((size * p).clip(upper_bound=LARGEST).exp() - 1) / p if p else size

        return pl.when(number >= 0).then(raised(self.power)).otherwise(-raised(2 - self.power))

    def __call__(self, column: Masked) -> Emitted:
        values = real(column.values)
        size = jnp.log1p(jnp.abs(values))
        above, below = _raised(size, self.power), -_raised(size, 2 - self.power)
        return Emitted(Masked(jnp.where(values >= 0, above, below).astype(jnp.float32), column.missing))

    def inverse(self, values: jax.Array) -> jax.Array:
        """The numbers that were raised."""
        size = jnp.abs(values)
        above, below = _root(size, self.power), -_root(size, 2 - self.power)
        return jnp.where(values >= 0, above, below)


def _raised(size: jax.Array, p: float) -> jax.Array:
    return jnp.expm1(jnp.minimum(size * p, LARGEST)) / p if p else size


def _root(size: jax.Array, p: float) -> jax.Array:
    return jnp.expm1(jnp.log1p(jnp.maximum(size * p, -1 + 1e-7)) / p if p else size)
