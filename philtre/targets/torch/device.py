"""Devices of torch, and moving arrays there."""

from typing import Any

import torch

from philtre.errors import SignatureError
from philtre.targets.torch.carrier import to_native


def device_names() -> list[str]:
    """Devices that torch has here: "cpu", "cuda:0", ..."""
    found = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    return [*found, "mps"] if torch.backends.mps.is_available() else found


def place(device: str) -> torch.device:
    """The device of a name.

    Raises:
        SignatureError: if torch has no such device here.
    """
    names = device_names()
    if device not in names and f"{device}:0" not in names:
        raise SignatureError("torch", expected=f"one of the devices {', '.join(names)}", got=repr(device))
    return torch.device(device)


def move(array: Any, device: str) -> torch.Tensor:
    """A tensor of an array's dtype on a device; shares memory where it can.

    Raises:
        SignatureError: if torch has no such device here.
    """
    target = place(device)
    if isinstance(array, torch.Tensor):
        return array.to(target)
    return to_native(array).to(target)
