"""Recompilation storms: many compilations of one program are noticed, and the warning names the cause."""

import itertools
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from philtre.trace import is_users_file

LIMIT = 16
"""So many compilations are usual: the batch sizes that `Serving` pads to, and a few more."""
REMADE = 500
"""So many programs of one function are usual: one a fold and candidate, or one a test."""
_PROGRAMS: Counter[Any] = Counter()
Kinds = Mapping[str, tuple[tuple[int, ...], str]]


class Storm:
    """The compilations of one program.

    Args:
        name: of the program.
        function: what the user wrote; programs made of the same one are counted together.
    """

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.code = getattr(function, "__code__", None)
        self.seen: dict[Any, Kinds] = {}

    def watch(self, names: Iterable[str], arrays: Sequence[Any]) -> None:
        """Count a call that has to compile, and warn at the one beyond `LIMIT`.

        Args:
            names: of the inputs.
            arrays: what they are given.
        """
        key = tuple([(array.shape, array.dtype) for array in arrays])  # a list is built faster than a generator runs
        if key not in self.seen:
            self._add(key, {name: (shape, str(dtype)) for name, (shape, dtype) in zip(names, key, strict=True)})

    def _add(self, key: Any, kinds: Kinds) -> None:
        self.seen[key] = kinds
        if len(self.seen) == LIMIT + 1:
            warnings.warn(f"program '{self.name}' was compiled {LIMIT + 1} times: {self._cause()}", stacklevel=6)
        if len(self.seen) == 1:
            self._add_program()

    def _cause(self) -> str:
        """What differs most from compilation to compilation."""
        causes: dict[str, set[Any]] = {}
        for kinds in self.seen.values():
            for name, (shape, dtype) in kinds.items():
                causes.setdefault(f"the dtype of '{name}'", set()).add(dtype)
                for axis, size in enumerate(shape):
                    causes.setdefault(f"the size of axis {axis} of '{name}'", set()).add(size)
        what, found = max(causes.items(), key=lambda item: len(item[1]))
        shown = ", ".join(map(str, itertools.islice(sorted(found), 8)))
        hint = "pad to a few sizes, as Serving does, or compile it for onnx, which takes any size"
        return f"{what} took {len(found)} values ({shown}, ...). Hint: {hint}"

    def _add_program(self) -> None:
        if self.code is None or not is_users_file(self.code.co_filename):
            return
        _PROGRAMS[self.code] += 1
        if _PROGRAMS[self.code] == REMADE + 1:
            place = f"'{self.code.co_name}' at {Path(self.code.co_filename).name}:{self.code.co_firstlineno}"
            warnings.warn(
                f"{REMADE + 1} programs were made of {place}, and each was compiled with what it closes over. "
                "Hint: make the program once; what changes is an input or a parameter",
                stacklevel=7,
            )
