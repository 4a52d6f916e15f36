"""A serving joins requests into batches: whoever finds the runner free runs everything that is queued."""

from philtre.serving.function import FunctionExecutable
from philtre.serving.serving import Serving
from philtre.serving.statistics import Statistics

__all__ = ["FunctionExecutable", "Serving", "Statistics"]
