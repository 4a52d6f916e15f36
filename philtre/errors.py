"""Every error says what was asked, what was got, where, and what to try.

The one builder is `Error`: subclasses only add context, so that messages read alike everywhere.
"""

import difflib
from collections.abc import Iterable, Sequence


class Error(Exception):
    """Base of all philtre errors.

    Args:
        where: what was being done, and to what: ``"field 'Age'"``, ``"recipe step 'scale'"``.
        expected: what was asked for.
        got: what came instead.
        hint: what to try next.

    Example:
        >>> print(Error("field 'Age'", expected="a number", got="'old'", hint="send null for unknown"))
        field 'Age' expects a number, got 'old'. Hint: send null for unknown
    """

    def __init__(self, where: str, *, expected: str, got: str, hint: str = "") -> None:
        self.where = where
        self.expected = expected
        self.got = got
        self.hint = hint
        super().__init__(f"{where} expects {expected}, got {got}" + (f". Hint: {hint}" if hint else ""))


def meant(name: str, known: Iterable[str]) -> str:
    """Ask for the known name that is most like a wrong one, as a hint; the empty text if none is.

    Example:
        >>> meant("Netwrk", ["linear", "network"])
        "is 'network' meant?"
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"is '{folded[close[0]]}' meant?" if close else ""


class SignatureError(Error, ValueError):
    """A value at the boundary does not fit its field, or arrays do not fit their signature.

    Args:
        field: name of the field that refused the value, if one did.
        row: zero-based row of the value in its request or frame, if known.
    """

    def __init__(
        self,
        where: str,
        *,
        expected: str,
        got: str,
        hint: str = "",
        field: str | None = None,
        row: int | None = None,
    ) -> None:
        self.field = field
        self.row = row
        super().__init__(where, expected=expected, got=got, hint=hint)


class DataError(Error, ValueError):
    """A source or a data frame cannot be used as it is."""


class UnsupportedError(Error, NotImplementedError):
    """A target has no way to run an operation.

    Args:
        operation: name of the operation, as the trace names it.
        target: the target that was asked for it.
        source: the user's source line that called it.
        supported: targets that can run it.

    Attributes:
        advice: the hint, without the targets.
    """

    def __init__(
        self,
        operation: str,
        *,
        target: str,
        source: str = "",
        supported: Sequence[str] = (),
        hint: str = "",
    ) -> None:
        self.operation = operation
        self.target = target
        self.source = source
        self.supported = tuple(supported)
        self.advice = hint
        runnable = f"it runs on {', '.join(supported)}" if supported else ""
        super().__init__(
            f"target '{target}'",
            expected="operations that it has a rule for",
            got=f"'{operation}'" + (f" at {source}" if source else ""),
            hint="; ".join(part for part in (hint, runnable) if part),
        )


class NotFittedError(Error, ValueError):
    """Something was used before `fit` learned its statistics."""


class ArtifactError(Error, ValueError):
    """A model file is absent, damaged, hostile or of another kind."""


class NumericError(Error, ArithmeticError):
    """A result is not a finite number."""


class TrainingError(Error, ValueError):
    """A training run cannot start or go on."""


class ServingError(Error, RuntimeError):
    """A served request or a server failed."""


class Overloaded(ServingError):
    """The queue is full; the request was not accepted."""


class DeadlineExceeded(ServingError):
    """The request's time ran out before it ran."""


class WorkerDied(ServingError):
    """The process that ran the request ended."""


class MissingPackage(Error, ImportError):
    """An optional package is needed and not installed.

    Args:
        package: the import that failed.
        extra: the extra of this distribution that brings it.
        purpose: what needs it.
    """

    def __init__(self, package: str, *, extra: str, purpose: str) -> None:
        self.package = package
        self.extra = extra
        super().__init__(
            purpose,
            expected=f"the package '{package}'",
            got="an environment without it",
            hint=f"pip install 'philtre[{extra}]'",
        )
