"""The xla target: a function that `jax.jit` compiled, behind the signature."""

from collections.abc import Callable, Mapping
from typing import Any

import jax
import numpy as np

from philtre.executable import Executable, template
from philtre.fields import Array, Tensor
from philtre.signature import Signature
from philtre.targets.storm import Storm
from philtre.trace import is_wide

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class XlaExecutable(Executable):
    """Runs on XLA: CPU, GPU or TPU. Compiles once per shapes, so it states batch sizes for `Serving` to pad to.

    Args:
        function: core arrays by position to arrays by output name, compiled.
        signature: the fields at the boundary.
        x64: whether JAX's 64-bit mode is on while it runs.
        storm: counts the compilations.
    """

    def __init__(
        self, function: Callable[..., dict[str, Any]], signature: Signature, *, x64: bool, storm: Storm
    ) -> None:
        self.signature = signature
        self.storm = storm
        self.x64 = x64
        self.jitted = function
        self._fields = list(signature.inputs.items())
        self._plain = all(
            isinstance(field, Tensor) for field in (*signature.inputs.values(), *signature.outputs.values())
        )
        if any(field.batched for field in signature.inputs.values()):
            self.batch_sizes = BATCH_SIZES

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        if self.batch_sizes and not self.signature.batch(arrays):
            return template(self.signature)
        core = [arrays[name] if self._plain else field.to_core(arrays[name]) for name, field in self._fields]
        self.storm.watch(self.signature.inputs, core)
        outputs = self.jitted(*core) if is_wide() == self.x64 else self._in_mode(core)
        if self._plain:
            return {name: np.asarray(array) for name, array in outputs.items()}
        return {name: field.from_core(np.asarray(outputs[name])) for name, field in self.signature.outputs.items()}

    def _in_mode(self, core: list[Array]) -> Any:
        with jax.enable_x64(self.x64):
            return self.jitted(*core)
