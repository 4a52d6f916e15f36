"""Testing: what tests of programs assert."""

from collections.abc import Sequence
from typing import Any

from philtre.program import Program
from philtre.verify import verify


def assert_targets_agree(program: Program, *inputs: Any, targets: Sequence[str] | None = None) -> None:
    """Assert that every target that runs a program answers as XLA does, within the dtypes' tolerance.

    A target may err by 8 times what XLA itself errs against float64, and by 16 epsilons of the dtype; whole numbers,
    booleans, text, NaN and infinities must be equal.

    Args:
        program: the program.
        *inputs: wire arrays by position.
        targets: those to compare; all installed ones that support the program by default.
    Raises:
        AssertionError: if an answer differs; it says the target, the output, the absolute and relative errors, those
            in units of the last place, the worst index, and the user's line where the target parts.
        UnsupportedError: if one of `targets` cannot run the program.
        SignatureError: if the inputs do not fit.
    Example:
        >>> import numpy as np
        >>> assert_targets_agree(Program(lambda x: x / (1 + x * x)), np.float32([0, 1, -3]))
    """
    report = verify(program, inputs, targets=targets, bisect=True)
    if targets is not None and report.refused:
        raise next(iter(report.refused.values()))
    if not report.agrees:
        raise AssertionError(f"targets disagree\n{report}")
