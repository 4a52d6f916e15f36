"""A plan is a random program: steps that each apply an operator to values made before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from hypothesis import strategies as st

from tests.conformance.agreement import is_wide
from tests.conformance.case import Array
from tests.conformance.fuzz.operators import OPERATORS, Operator, Rounding

SHAPES = ((2, 3), (3,), (3, 3), (), (0, 3))
MOST_STEPS, MOST_ENTRIES = 10, 200
NUMBERS = [0, 1, 2, 3, -1, -2, 5, 7]
FLOATS = [*NUMBERS, 0.5, -0.5, -1.5, 2.5, -0.0, np.inf, -np.inf, np.nan]
Step = tuple[Operator, tuple[int, ...]]
Change = Callable[[Operator, Any, list[Any]], Any]


@dataclass(frozen=True)
class Plan:
    """Inputs, and steps that name the operator and the places of its arguments among all values so far."""

    inputs: tuple[Array, ...]
    steps: tuple[Step, ...]

    def run(self, arrays: Any, change: Change = lambda operator, result, arguments: result) -> list[Any]:
        """Apply the steps; gives what no other step takes. `change` sees each result."""
        values = list(arrays)
        for operator, places in self.steps:
            arguments = [values[place] for place in places]
            values.append(change(operator, operator.function(*arguments), arguments))
        taken = {place for _, places in self.steps for place in places}
        return [value for place, value in enumerate(values) if place >= len(self.inputs) and place not in taken]

    @property
    def jaxpr(self) -> Any:
        with jax.enable_x64(is_wide(self.inputs)):
            return jax.make_jaxpr(lambda *arrays: self.run(arrays))(*self.inputs)

    def __repr__(self) -> str:
        """The equations and the inputs, to read and to run again."""
        inputs = "\n".join(f"  {array!r}" for array in self.inputs)
        return f"\n{self.jaxpr}\ninputs\n{inputs}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis shows an example by this."""
        printer.text(repr(self))


@st.composite
def plans(draw: Any, operator: Operator | None = None, dtype: str | None = None) -> Plan:
    """Draw a program of at most ten steps.

    Args:
        operator: the first step's; any by default.
        dtype: of the inputs; any that the first operator takes by default.
    """
    first = operator or draw(st.sampled_from(OPERATORS))
    kind = np.dtype(jax.numpy.dtype(dtype or draw(st.sampled_from(first.dtypes))))
    shape = draw(st.sampled_from([each for each in SHAPES if first.takes(kind.name, each, True)]))
    inputs = tuple(draw(_arrays(kind, shape)) for _ in range(2))
    steps: list[Step] = [(first, tuple(range(first.arity)))]
    known = _known(inputs, steps)
    for _ in range(draw(st.integers(0, MOST_STEPS - 1))):
        place = len(known) - 1 - draw(st.integers(0, len(known) - 1))
        fitting = [each for each in OPERATORS if each.takes(*known[place])]
        if not fitting:
            continue
        chosen = draw(st.sampled_from(fitting))
        alike = [
            other for other, value in enumerate(known) if value[:2] == known[place][:2] and value[2] >= known[place][2]
        ]
        steps.append((chosen, (place, *(draw(st.sampled_from(alike)) for _ in range(chosen.arity - 1)))))
        known = _known(inputs, steps)
    return Plan(inputs, tuple(steps))


def _arrays(kind: Any, shape: tuple[int, ...]) -> st.SearchStrategy[Array]:
    """Numbers that every dtype holds exactly, infinities and NaN."""
    numbers = {"b": [False, True], "u": [0, 1, 2, 3, 7, 200], "i": [*NUMBERS, 100, -128]}.get(kind.kind, FLOATS)
    count = int(np.prod(shape))
    entries = st.lists(st.sampled_from(numbers), min_size=count, max_size=count)
    return entries.map(lambda values: np.array(values, np.float64).reshape(shape).astype(kind))


def _known(inputs: tuple[Array, ...], steps: list[Step]) -> list[tuple[str, tuple[int, ...], bool]]:
    """Dtype, shape and exactness of every value; values that have grown too large are not to be used."""
    known = [(array.dtype.name, array.shape, True) for array in inputs]
    with jax.enable_x64(is_wide(inputs)):
        for operator, places in steps:
            arguments = [jax.ShapeDtypeStruct(known[place][1], known[place][0]) for place in places]
            result = jax.eval_shape(operator.function, *arguments)
            exact = all(known[place][2] for place in places) and operator.rounding is not Rounding.ROUNDS
            whole = result.dtype.kind in "iub"
            known.append((result.dtype.name, result.shape, exact or whole))
    return known
