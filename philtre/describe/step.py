"""What a listing is made of: values, steps, and the blocks of loops and branches."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from philtre.fields import Array
from philtre.trace import Equation

SMALL = 4
SHOWN = ("axes", "axis", "dim", "dimension", "length", "permutation")


@dataclass(frozen=True, eq=False)
class Value:
    """An array of a listing; two are the same only if they are one object.

    Args:
        kind: "input", "parameter", "constant", "argument" (of a block) or "result" (of a step).
        name: an input's name, a parameter's path, "%3" for the fourth value that is made, "" for a constant.
        shape: sizes, symbolic ones too.
        dtype: dtype, or JAX's type of random keys.
        array: of a constant.
    """

    kind: str
    name: str
    shape: tuple[Any, ...]
    dtype: Any
    array: Array | None = None

    @property
    def size(self) -> int:
        """Number of entries, where no size is a symbol."""
        return math.prod(self.shape)

    @property
    def type(self) -> str:
        """Such as ``"float32[batch, 4]"``."""
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    def __str__(self) -> str:
        """Its name; a constant is written out if it is small."""
        if self.array is None or self.array.size > SMALL:
            return self.name or self.type
        return " ".join(np.array2string(self.array, separator=", ").split())


@dataclass(frozen=True, eq=False)
class Block:
    """Steps that a loop or a branch runs; values of the surrounding steps are seen inside.

    Args:
        name: "condition", "body", "branch 0", ...
        carried: what each turn hands to the next, each with its first value.
        each: entries of arrays, one per turn, each with its array.
        steps: in order.
        results: what the block gives.
    """

    name: str
    carried: tuple[tuple[Value, Value], ...]
    each: tuple[tuple[Value, Value], ...]
    steps: tuple["Step", ...]
    results: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One equation.

    Args:
        name: the operation's name, or the primitive's.
        equation: what JAX traced.
        arguments: what it reads.
        results: what it makes.
        blocks: what it runs, if it is a loop or a branch.
        body: the steps behind an operation's name.
        source: the user's line, "" when nothing is known.
    """

    name: str
    equation: Equation
    arguments: tuple[Value, ...]
    results: tuple[Value, ...]
    blocks: tuple[Block, ...]
    body: Block | None
    source: str

    @property
    def options(self) -> tuple[str, ...]:
        """What a reader needs beside the shapes, such as ``"axes=(1,)"``."""
        known = self.equation.params
        return tuple(f"{name}={known[name]}" for name in SHOWN if name in known)


@dataclass(frozen=True, eq=False)
class Listing:
    """The steps of a program, and what they start from and give.

    Args:
        inputs: in order.
        parameters: in order.
        steps: in order.
        outputs: by name.
    """

    inputs: tuple[Value, ...]
    parameters: tuple[Value, ...]
    steps: tuple[Step, ...]
    outputs: dict[str, Value]
