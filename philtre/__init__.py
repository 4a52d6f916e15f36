"""From a data frame to a production service as one traced numeric program that runs on every runtime.

A program is a pure numeric function with a signature. The names below load when they are first used, so that
``import philtre`` costs nothing and a server never imports what only training needs.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from philtre import data, errors, nn, ops, plot, train, web
    from philtre.automl import fit_table
    from philtre.data import Recipe
    from philtre.executable import Executable
    from philtre.fields import Boolean, Category, Hashed, Number, Tensor, Text, Timestamp
    from philtre.program import Program, program
    from philtre.runtime import load
    from philtre.serving import Serving
    from philtre.signature import Signature

__version__ = "0.1.0"

_HOMES = {
    "Boolean": "philtre.fields",
    "Category": "philtre.fields",
    "Executable": "philtre.executable",
    "Hashed": "philtre.fields",
    "Number": "philtre.fields",
    "Program": "philtre.program",
    "Recipe": "philtre.data",
    "Serving": "philtre.serving",
    "Signature": "philtre.signature",
    "Tensor": "philtre.fields",
    "Text": "philtre.fields",
    "Timestamp": "philtre.fields",
    "fit_table": "philtre.automl",
    "load": "philtre.runtime",
    "check": "philtre.check",
    "devices": "philtre.transfer",
    "program": "philtre.program",
    "transfer": "philtre.transfer",
    "use_target": "philtre.targets.choice",
    "verify": "philtre.verify",
}
_ROOMS = ("data", "errors", "nn", "ops", "plot", "train", "web")
_EXTRAS = dict.fromkeys(("altair", "jax", "onnx", "optax", "polars", "rich", "vl_convert"), "train")

__all__ = [
    "Boolean",
    "Category",
    "Executable",
    "Hashed",
    "Number",
    "Program",
    "Recipe",
    "Serving",
    "Signature",
    "Tensor",
    "Text",
    "Timestamp",
    "check",
    "data",
    "devices",
    "errors",
    "fit_table",
    "load",
    "nn",
    "ops",
    "plot",
    "program",
    "train",
    "transfer",
    "use_target",
    "verify",
    "web",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name) or (f"philtre.{name}" if name in _ROOMS else None)
    if home is None:
        raise AttributeError(f"module 'philtre' has no attribute '{name}'")
    try:
        module = importlib.import_module(home)
    except ModuleNotFoundError as error:
        if error.name not in _EXTRAS:
            raise
        from philtre.errors import MissingPackage

        raise MissingPackage(error.name, extra=_EXTRAS[error.name], purpose=f"philtre.{name}") from None
    value = getattr(module, name) if name in _HOMES else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The import system binds a submodule as an attribute; where a public name is spelled alike, that name wins."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (isinstance(value, ModuleType) and name in _HOMES):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
