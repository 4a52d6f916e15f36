"""Figures in words that a reader takes in at a glance."""

UNKNOWN = "loops of unknown length are counted once"


def short(number: float, unit: str = "") -> str:
    """Write a number in three digits, such as "1.23 M"; below a thousand as it is."""
    for power, letter in ((12, "T"), (9, "G"), (6, "M"), (3, "k")):
        if number >= 0.9995 * 10**power:
            return f"{number / 10**power:#.3g}".rstrip(".") + f" {letter}{unit}"
    return f"{number:.3g} {unit}".rstrip()
