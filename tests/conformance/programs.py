"""All cases: the small programs that every target runs as JAX does, or refuses."""

from tests.conformance import (
    cast,
    contraction,
    control,
    elementwise,
    indexing,
    layout,
    linalg,
    operations,
    order,
    randomness,
    reduction,
    scatter,
    shapes,
    window,
)
from tests.conformance.case import Case

_ROOMS = (
    elementwise,
    cast,
    layout,
    reduction,
    contraction,
    window,
    indexing,
    scatter,
    order,
    control,
    randomness,
    linalg,
    operations,
    shapes,
)

CASES: list[Case] = [case for room in _ROOMS for case in room.CASES]
BY_NAME = {case.name: case for case in CASES}
GROUPS = tuple(dict.fromkeys(case.group for case in CASES))
