"""The frozen list philtre/ops/coverage.txt: one line per primitive or function, with a word per target."""

from collections.abc import Mapping
from pathlib import Path

from tests.conformance.coverage.examples import OUTSIDE
from tests.conformance.coverage.measure import TARGETS

PATH = Path(__file__).resolve().parents[3] / "philtre" / "ops" / "coverage.txt"
HEAD = """\
# What each target makes of JAX: "runs" means that it ran there and agreed with XLA; else it is refused, and why.
# Written by `python -m tests.conformance.coverage`: primitives; the public functions of jax.numpy, jax.lax, jax.nn and
# jax.random that take and return arrays; their gradients and maps; last, what is outside the list, with the reason.
"""
OUTSIDE_MARK = "outside: "


def text(entries: Mapping[str, Mapping[str, str] | str]) -> str:
    """The file's text: entries by name, each a word per target or a reason for all."""
    lines = [
        f"{name} | {entry}" if isinstance(entry, str) else f"{name} | " + " | ".join(f"{t} {entry[t]}" for t in TARGETS)
        for name, entry in entries.items()
    ]
    lines += [f"{name} | {OUTSIDE_MARK}{reason}" for name, reason in OUTSIDE.items()]
    return HEAD + "\n".join(line.replace("\n", " ") for line in lines) + "\n"


def read() -> dict[str, dict[str, str] | str]:
    """The entries of the file by name."""
    entries: dict[str, dict[str, str] | str] = {}
    for line in PATH.read_text().splitlines():
        if not line.startswith("#"):
            name, *parts = line.split(" | ")
            entries[name] = parts[0] if len(parts) == 1 else dict(part.split(" ", 1) for part in parts)
    return entries
