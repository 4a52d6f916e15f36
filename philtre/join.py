"""Joining: which output of one program feeds which input of another."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from philtre.errors import SignatureError
from philtre.fields import AnyField, Category
from philtre.weights import merged

if TYPE_CHECKING:
    from philtre.program import Program


class Joint(NamedTuple):
    """What two programs joined are: the parts of a program."""

    function: Callable[..., dict[str, Any]]
    parameters: Any
    inputs: dict[str, AnyField] | None
    x64: bool | None
    name: str


def join(first: "Program", second: "Program") -> Joint:
    """Feed the outputs of one program to the inputs of another.

    One output to one input joins by position; otherwise by name. Inputs of the second that are left over stay inputs
    of the whole, outputs of the first that are not used drop.

    Raises:
        SignatureError: if nothing joins, an input left over has the name of an input of the first, or fields that
            join do not fit each other.
    """
    produced = None if first.signature is None else list(first.signature.outputs)
    by_position = len(second.names) == 1 and (produced is None or len(produced) == 1)
    if produced is None and not by_position:
        raise SignatureError(
            f"'{first.name}' | '{second.name}'",
            expected="a first program with declared inputs, so that its outputs are known",
            got=f"a second one with the inputs {list(second.names)}",
            hint="@ph.program(inputs={...})",
        )
    left = [] if by_position else [name for name in second.names if name not in (produced or ())]
    clash = [name for name in left if name in first.names]
    if clash or len(left) == len(second.names):
        raise SignatureError(
            f"'{first.name}' | '{second.name}'",
            expected=f"outputs {produced} to meet inputs {list(second.names)}",
            got=f"the input '{clash[0]}' of both '{first.name}' and '{second.name}'" if clash else "no name in common",
            hint="rename one of the two",
        )  # fmt: skip
    if produced:
        pairs = [(produced[0], second.names[0])] if by_position else [(name, name) for name in produced]
        for output, name in pairs:
            if name in (second.inputs or {}):
                _check_joint(first, output, second, name)
    count = len(first.names)
    parameters, part = merged(first.parameters, second.parameters, (first.name, second.name))

    def run(weights: Any, *arrays: Any) -> dict[str, Any]:
        own, others = part(weights)
        results = first.apply(*arrays[:count], parameters=own)
        given = dict(zip(left, arrays[count:], strict=True))
        if by_position and len(results) == 1:
            return second.apply(next(iter(results.values())), parameters=others)
        known = given | results
        unmet = [name for name in second.names if name not in known]
        if unmet:
            raise SignatureError(
                f"'{first.name}' | '{second.name}'", expected=f"an output '{unmet[0]}'", got=f"{list(results)}"
            )
        return second.apply(*(known[name] for name in second.names), parameters=others)

    if first.inputs is None:
        positional = inspect.Parameter.POSITIONAL_OR_KEYWORD
        names = [inspect.Parameter(name, positional) for name in ("weights", *first.names)]
        run.__signature__ = inspect.Signature(names)  # type: ignore[attr-defined]
    modes = {first.x64, second.x64}
    return Joint(
        partial(run, None) if parameters is None else run,
        parameters,
        _joined_inputs(first, second, left),
        True if True in modes else None if None in modes else False,
        f"{first.name} | {second.name}",
    )


def _joined_inputs(first: "Program", second: "Program", left: list[str]) -> dict[str, AnyField] | None:
    if first.inputs is None:
        return None
    if left and second.inputs is None:
        raise SignatureError(
            f"'{first.name}' | '{second.name}'",
            expected=f"declared inputs of '{second.name}', since {left} stay inputs",
            got="a function whose shapes and dtypes are open",
        )
    return first.inputs | {name: (second.inputs or {})[name] for name in left}


def _check_joint(first: "Program", output: str, second: "Program", name: str) -> None:
    outputs, inputs = first.signature.outputs if first.signature else {}, second.inputs or {}
    given, asked = outputs[output], inputs[name]
    fits = given.core_dtype == asked.core_dtype and len(given.wire_shape) == len(asked.wire_shape)
    fits = fits and all(
        a == b or not (isinstance(a, int) and isinstance(b, int))
        for a, b in zip(given.wire_shape, asked.wire_shape, strict=True)
    )
    if isinstance(given, Category) or isinstance(asked, Category):
        fits = fits and getattr(given, "values", None) == getattr(asked, "values", None)
    if not fits:
        raise SignatureError(
            f"input '{name}' of '{second.name}'", expected=f"{asked}", got=f"{given} ('{output}' of '{first.name}')",
            field=name,
        )  # fmt: skip
