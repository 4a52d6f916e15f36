"""The numpy target behind the signature: one concrete trace per sizes, the most recent ones kept."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from philtre.executable import Executable, template
from philtre.fields import Array
from philtre.signature import Signature
from philtre.targets.numpy.walk import interpret
from philtre.trace import BATCH, Traced

KEPT = 32


class NumpyExecutable(Executable):
    """Runs in NumPy, equation by equation: slow, readable, the reference of the other targets.

    Args:
        traced_at: sizes of the free axes by name ("batch", "length", ...) to the trace at these sizes.
        signature: the fields at the boundary.
    """

    def __init__(self, traced_at: Callable[[Mapping[str, int]], Traced], signature: Signature) -> None:
        self.signature = signature
        self._traced = lru_cache(maxsize=KEPT)(lambda known: traced_at(dict(known)))

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        known = self.signature.sizes(arrays)
        try:
            traced = self._traced(tuple(known.items()))
        except (ValueError, TypeError, ZeroDivisionError, NotImplementedError):
            if known.get(BATCH) != 0:
                raise
            return template(self.signature)
        core = [field.to_core(arrays[name]) for name, field in self.signature.inputs.items()]
        arguments = [*traced.parameters.values(), *core]
        results = dict(zip(traced.outputs, interpret(traced.jaxpr, arguments, x64=traced.x64), strict=True))
        return {name: field.from_core(results[name]) for name, field in self.signature.outputs.items()}
