"""The torch target turns a trace into a `torch.nn.Module`: real parameters, plain torch functions, JAX's meaning."""

from philtre.errors import MissingPackage

try:
    import torch as _  # noqa: F401
except ImportError as error:
    raise MissingPackage("torch", extra="torch", purpose="target 'torch'") from error

from philtre.targets.torch.build import build as build
from philtre.targets.torch.build import supports as supports
from philtre.targets.torch.carrier import to_array as to_array
from philtre.targets.torch.device import device_names as device_names
from philtre.targets.torch.device import move as move
from philtre.targets.torch.device import place as place
from philtre.targets.torch.executable import TorchExecutable as TorchExecutable
from philtre.targets.torch.executable import compile_torch as compile_torch
