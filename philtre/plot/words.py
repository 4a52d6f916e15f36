"""Numbers and names as readers like them."""

import math
import unicodedata
from collections.abc import Sequence
from typing import Any

LENGTH = 60
"""A longer name is cut in the middle."""


def shown(value: Any, length: int = LENGTH) -> str:
    """A value of the data in one line of text: control characters made visible, long texts cut in the middle.

    Example:
        >>> shown("two\\nlines"), shown("x" * 100, 9), shown(None), shown(12345.678)
        ('two⏎lines', 'xxxx…xxxx', 'missing', '12,346')
    """
    if value is None or value != value:
        return "missing"
    if isinstance(value, float):
        return number(value)
    text = str(value)
    line = "".join(map(_visible, text if len(text) <= length else text[:length] + text[-length:]))
    if len(text) <= length:
        return line or "(empty)"
    return f"{line[: length // 2]}…{line[-((length - 1) // 2) :]}"


def number(value: float) -> str:
    """A number with the digits that matter: four or so, thousands apart in large ones.

    Example:
        >>> [number(x) for x in (0, 0.123456, 32.20421, 891, 206855.8, 1.5e9, 1e-7, float("nan"))]
        ['0', '0.1235', '32.2', '891', '206,856', '1.5e+09', '1e-07', '–']
    """
    if not math.isfinite(value):
        return "–"
    value += 0.0  # so that there is no -0
    size = abs(value)
    if size >= 1e9 or 0 < size < 1e-4:
        return f"{value:.3g}"
    if size >= 10_000:
        return f"{value:,.0f}"
    if size >= 1000 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.4g}"


class Share(float):
    """A share, 0 to 1, that pages write in percent."""

    __slots__ = ()


def percent(share: float) -> str:
    """A share in percent; small ones with a digit more.

    Example:
        >>> [percent(x) for x in (0, 1e-9, 0.0004, 0.012, 0.1987, 1)]
        ['0 %', '< 0.01 %', '0.04 %', '1.2 %', '19.9 %', '100 %']
    """
    if not math.isfinite(share):
        return "–"
    figure = 100 * share
    if 0 < figure < 0.01:
        return "< 0.01 %"
    return f"{figure:.2g} %" if 0 < abs(figure) < 1 else f"{figure:.1f} %".replace(".0 %", " %")


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Mark labels that occur again: values that were cut, or are called like the others."""
    taken: dict[str, None] = {}
    for label in labels:
        while label in taken:
            label += "'"
        taken[label] = None
    return tuple(taken)


def _visible(character: str) -> str:
    if character in "\n\r":
        return "⏎"
    return (
        "·"
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and character != "\u200d"
        else character
    )
