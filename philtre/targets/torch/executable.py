"""A module behind the signature: wire arrays in, wire arrays out, one module for all sizes or one per batch size."""

from collections.abc import Mapping
from typing import Any

import torch

from philtre.executable import Executable, template
from philtre.fields import Array
from philtre.signature import Signature
from philtre.targets.torch.build import Device, build
from philtre.targets.torch.carrier import to_array, to_native
from philtre.targets.torch.device import place
from philtre.trace import Traced


class TorchExecutable(Executable):
    """Runs a module made by `build`, without gradients.

    Args:
        module: takes core tensors by position, returns a dict of tensors by output name.
        signature: the fields at the boundary.
        traced: the trace that the module was made of, which says whether the batch is free.
        device: where the module is.
    """

    def __init__(
        self, module: torch.nn.Module, signature: Signature, traced: Traced, *, device: Device = "cpu"
    ) -> None:
        self.signature = signature
        self.module = module
        self.traced = traced
        self.device = place(device)
        self._rows = _fixed_rows(traced, signature)
        self.batch_sizes = None if self._rows is None else (self._rows,)

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        if self._rows and not self.signature.batch(arrays):
            return template(self.signature)
        core = [to_native(field.to_core(arrays[name])) for name, field in self.signature.inputs.items()]
        with torch.inference_mode():
            outputs: dict[str, Any] = self.module(*(tensor.to(self.device) for tensor in core))
        return {name: field.from_core(to_array(outputs[name])) for name, field in self.signature.outputs.items()}


def compile_torch(traced: Traced, signature: Signature, *, device: Device = "cpu") -> TorchExecutable:
    """Make a trace ready for torch.

    Args:
        traced: the numeric function, with a free batch or for one batch size.
        signature: the fields at the boundary.
        device: "cpu", "cuda", ...
    Raises:
        UnsupportedError: if torch lacks an operation; it names the user's line.
    """
    return TorchExecutable(build(traced, device=place(device)), signature, traced, device=device)


def _fixed_rows(traced: Traced, signature: Signature) -> int | None:
    """The one batch size of a trace whose inputs have a batch; None if it is free."""
    for name, field in signature.inputs.items():
        size = traced.inputs[name].shape[:1]
        if field.batched and size and isinstance(size[0], int):
            return size[0]
    return None
