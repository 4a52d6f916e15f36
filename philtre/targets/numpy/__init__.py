"""The numpy target says in a few lines of NumPy each what an equation means; all other targets must say the same."""

from philtre.targets.numpy import (  # noqa: F401  (each enters its rules in the tables)
    contraction,
    control,
    conversion,
    convolution,
    elementwise,
    elimination,
    fft,
    indexing,
    integer,
    layout,
    linalg,
    order,
    random,
    reduction,
    scatter,
    special,
    window,
)
from philtre.targets.numpy.executable import NumpyExecutable as NumpyExecutable
from philtre.targets.numpy.step import Step as Step
from philtre.targets.numpy.step import steps as steps
from philtre.targets.numpy.support import supports as supports
from philtre.targets.numpy.walk import interpret as interpret
