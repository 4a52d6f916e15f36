"""The target that programs run on when they are called, in this context."""

from contextvars import ContextVar, Token
from types import TracebackType

from philtre.errors import SignatureError, meant

RUNTIMES = ("xla", "onnx", "torch", "numpy")
TARGETS = (*RUNTIMES, "auto")
_CHOSEN: ContextVar[str] = ContextVar("target", default="xla")


def known(target: str) -> str:
    """Accept the name of a target.

    Raises:
        SignatureError: if there is none of this name.
    """
    if target not in TARGETS:
        raise SignatureError(
            "target", expected=f"one of {', '.join(TARGETS)}", got=repr(target), hint=meant(str(target), TARGETS)
        )
    return target


def chosen() -> str:
    """Name of the target that programs run on when they are called."""
    return _CHOSEN.get()


class use_target:  # noqa: N801  (it is used like a function)
    """Run programs that are called on a target: from now on in this context, or within a ``with`` block.

    Args:
        target: "xla" (the default), "onnx", "torch", "numpy" or "auto".

    Raises:
        SignatureError: if there is no such target.

    Example:
        >>> import numpy as np
        >>> import philtre as ph
        >>> double = ph.program(lambda x: x + x)
        >>> with ph.use_target("numpy"):
        ...     double(np.float32([1, 2]))
        array([2., 4.], dtype=float32)
    """

    def __init__(self, target: str) -> None:
        self._token: Token[str] | None = _CHOSEN.set(known(target))

    def __enter__(self) -> "use_target":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            _CHOSEN.reset(self._token)
            self._token = None
