"""Running arrays of any number of rows on a model that takes certain numbers of rows."""

import bisect
from collections.abc import Mapping, Sequence

import numpy as np

from philtre.errors import ServingError
from philtre.executable import Executable, template
from philtre.fields import Array, Category, Tensor
from philtre.signature import Signature

Arrays = dict[str, Array]


class BatchRunner:
    """Pads to the sizes that an executable states, splits what is larger, and joins the answers in order.

    Args:
        executable: the model.
        max_batch: most rows of one run; the largest size that the executable states, if that is smaller.
    """

    def __init__(self, executable: Executable, max_batch: int) -> None:
        signature = executable.signature
        self.executable = executable
        self.sizes = executable.batch_sizes
        self.limit = min(max_batch, self.sizes[-1]) if self.sizes else max_batch
        self.batched = all(field.batched for field in (*signature.inputs.values(), *signature.outputs.values()))
        self.free = [n for n, field in signature.inputs.items() if any(isinstance(s, str) for s in field.wire_shape)]

    def key(self, arrays: Mapping[str, Array]) -> object:
        """What two requests must have in common to share a batch: the sizes of free axes other than the batch."""
        if not self.batched:
            return object()
        return tuple(arrays[name].shape[1:] for name in self.free) if self.free else None

    def run(self, arrays: Mapping[str, Array], rows: int) -> Arrays:
        """Run any number of rows.

        Raises:
            ServingError: if the model does not give one answer per row.
        """
        if not self.batched:
            return self.executable.run(arrays)
        if rows == 0:
            return template(self.executable.signature)
        if rows <= self.limit:
            return self._run_padded(arrays, rows)
        parts = [
            self._run_padded({name: array[start : start + self.limit] for name, array in arrays.items()}, size)
            for start in range(0, rows, self.limit)
            if (size := min(self.limit, rows - start))
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _run_padded(self, arrays: Mapping[str, Array], rows: int) -> Arrays:
        size = rows
        if self.sizes and rows not in self.sizes:
            size = self.sizes[bisect.bisect_left(self.sizes, rows)]
            arrays = {n: np.concatenate([a, np.repeat(a[-1:], size - rows, axis=0)]) for n, a in arrays.items()}
        outputs = self.executable.run(arrays)
        for name, output in outputs.items():
            if len(output) != size:
                raise ServingError(f"output '{name}'", expected=f"{size} rows, one per row asked", got=f"{len(output)}")
        return outputs if size == rows else {name: output[:rows] for name, output in outputs.items()}


def join(parts: Sequence[Mapping[str, Array]]) -> Arrays:
    """Concatenate the inputs of several requests along the batch."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def cut(outputs: Mapping[str, Array], rows: Sequence[int]) -> list[Arrays]:
    """Cut the outputs of a batch into those of its requests."""
    answers = []
    start = 0
    for count in rows:
        answers.append({name: output[start : start + count] for name, output in outputs.items()})
        start += count
    return answers


def example(signature: Signature, rows: int) -> Arrays:
    """Made-up valid inputs: zeros, and the first value of each category; free axes other than the batch have size 1."""
    arrays: Arrays = {}
    for name, field in signature.inputs.items():
        shape = [size if isinstance(size, int) else rows if size is None else 1 for size in field.wire_shape]
        if isinstance(field, Category):
            arrays[name] = np.full(shape, field.values[0] if field.values else "-", object)
        elif isinstance(field, Tensor) and field.dtype == "string":
            arrays[name] = np.full(shape, "", object)
        else:
            arrays[name] = np.zeros(shape, field.wire_dtype)
    return arrays
