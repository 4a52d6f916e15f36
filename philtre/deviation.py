"""Deviation: how far an answer is from XLA's, and how far it may be."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from philtre.fields import Array

XLA_ERRORS = 8
EPSILONS = 16
UNKNOWN_ERROR = 32
MOST_ERROR = 1000


class Deviation(NamedTuple):
    """The largest errors of an array, each over all its entries."""

    absolute: float
    relative: float
    ulp: float
    """In units of the last place of the wanted entry."""
    place: tuple[int, ...]
    """Where the absolute error is largest."""
    got: Any
    """The entry there; None of an empty array."""
    wanted: Any


def deviation(got: Array, wanted: Array) -> Deviation:
    """Measure an array against another one of its shape and dtype.

    Args:
        got: number or string[...].
        wanted: the same shape and dtype.
    Returns:
        The largest errors: infinite where only one of two entries is NaN, infinite, or a certain string.
    Example:
        >>> measured = deviation(np.float32([1, 2.5]), np.float32([1, 2]))
        >>> measured.absolute, measured.relative, measured.place
        (0.5, 0.25, (1,))
    """
    if not got.size:
        return Deviation(0.0, 0.0, 0.0, (), None, None)
    errors, size = distance(got, wanted), _size(wanted)
    index = tuple(int(place) for place in np.unravel_index(int(np.argmax(errors)), errors.shape))
    relative = errors / np.maximum(size, np.finfo(np.float64).tiny)
    unit = _unit(wanted, size)
    return Deviation(
        float(errors.max()), float(relative.max()), float((errors / unit).max()), index, got[index], wanted[index]
    )


def distance(got: Array, wanted: Array) -> Array:
    """Absolute errors: float64[...], infinite where NaN, an infinity or a string does not meet the same."""
    if wanted.dtype.kind == "O":
        return np.where(got == wanted, 0.0, np.inf)
    if wanted.dtype.kind in "iub":
        return np.asarray(np.abs(got.astype(object) - wanted.astype(object)), np.float64)
    a, b = got.astype(np.float64), wanted.astype(np.float64)
    with np.errstate(invalid="ignore"):
        errors = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0, np.abs(a - b))
    return np.where(np.isnan(errors), np.inf, errors)


def allowed(wanted: Array, truth: Array | None, *, elementwise: bool = False) -> Array:
    """Say how far a target may be from XLA's answer: 8 times XLA's own error, and 16 epsilons.

    Args:
        wanted: XLA's answer.
        truth: the answer in float64; None where nobody knows, and XLA's error counts as 32 epsilons.
        elementwise: whether errors are relative to each entry; else to the largest.
    Returns:
        float64[...], absolute errors; 0 for whole numbers, booleans and strings.
    """
    if wanted.dtype.kind in "iubO":
        return np.zeros(wanted.shape)
    info = _info(wanted)
    finite = np.isfinite(wanted.astype(np.float64))
    size = np.where(finite, _size(wanted), 0)
    scale = np.maximum(size if elementwise else size.max(initial=0), float(info.tiny))
    error = UNKNOWN_ERROR * float(info.eps)
    if truth is not None:
        errors = np.where(finite, distance(wanted, truth) / scale, 0)
        error = float(errors[np.isfinite(errors)].max(initial=0))
    if truth is not None and truth.dtype == wanted.dtype:
        error = min(error, MOST_ERROR * float(info.eps))
    return np.broadcast_to((XLA_ERRORS * error + EPSILONS * float(info.eps)) * scale, wanted.shape)


def _size(array: Array) -> Array:
    return np.ones(array.shape) if array.dtype.kind == "O" else np.abs(array.astype(np.float64))


def _unit(wanted: Array, size: Array) -> Any:
    """The distance from each entry to the next one of its dtype."""
    if wanted.dtype.kind in "iubO":
        return 1.0
    info = _info(wanted)
    finite = np.where(np.isfinite(size), size, 1)
    return 2.0 ** np.floor(np.log2(np.maximum(finite, float(info.tiny)))) * float(info.eps)


def _info(array: Array) -> Any:
    return jnp.finfo(array.dtype)  # type: ignore[no-untyped-call]
