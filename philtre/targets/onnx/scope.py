"""A list of nodes under construction, and those inside it: equal nodes are made once, names clash with nothing."""

import copy
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from onnx import GraphProto, NodeProto, helper

from philtre.errors import UnsupportedError
from philtre.fields import Array
from philtre.targets.onnx.value import Value
from philtre.trace import Equation, inner, source_line

LOWEST, HIGHEST, LATEST = 18, 23, 26
INTRODUCED = {"Gelu": 20, "Attention": 23, "RMSNormalization": 23, "BitCast": 26}
_STRUCTURE = frozenset({"cond", "scan", "while"})


class Scope:
    """Nodes, and the constants, names and tensors that they share with the bodies of loops and branches.

    Args:
        reserved: names of the graph's inputs and outputs, which inner values must not take.
        opset: the highest operator set that nodes may need.
    """

    def __init__(self, reserved: Iterable[str] = (), opset: int = HIGHEST) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, Array] = {}
        self.tensors: dict[str, Value] = {}
        self.symbols: dict[str, tuple[Value, int]] = {}
        self.makers: dict[str, NodeProto] = {}
        self.equations: list[Equation] = []
        self.presumed: list[Value] = []
        self.exact = False
        self.highest = opset
        self.domains: set[str] = set()
        self._opsets = {LOWEST}
        self._taken = set(reserved)
        self._counts: dict[str, int] = {}
        self._interned: dict[Any, Value] = {}
        self._homes: dict[str, Scope] = {}
        self._made: ChainMap[Any, tuple[str, ...]] = ChainMap()
        self._outer: Self | None = None
        self._repeated = False

    def inside(self, *, repeated: bool, exact: bool = False) -> Self:
        """Open the nodes of a loop's body or of a branch: they read what is outside, and are not seen from there.

        Args:
            repeated: whether they run many times, so that nodes which depend on nothing inside belong outside;
                those of a branch stay, since it may not run.
            exact: whether to share no node with what is outside, and to presume nothing.
        """
        inside = copy.copy(self)
        inside.nodes, inside._made = [], ChainMap() if exact else self._made.new_child()
        inside.exact = self.exact or exact
        inside._outer, inside._repeated = self, repeated
        return inside

    def presumes(self, value: Value) -> bool:
        """Remember that a tensor is taken to be finite; not inside, where it cannot be checked."""
        if self.exact or self._outer is not None:
            return False
        self.presumed.append(value)
        return True

    @property
    def opset(self) -> int:
        """The lowest operator set that serves the nodes made so far."""
        return max(self._opsets)

    # ---- names and refusals

    def name(self, stem: str) -> str:
        """Make a name that nothing in the graph has."""
        while True:
            number = self._counts[stem] = self._counts.get(stem, 0) + 1
            if (name := f"{stem}_{number}") not in self._taken:
                return name

    @contextmanager
    def lowering(self, equation: Equation) -> Iterator[None]:
        """Remember the equation whose rule runs; those of a library function nest in the user's call of it."""
        self.equations.append(equation)
        try:
            yield
        finally:
            self.equations.pop()

    def refuse(self, detail: str = "", hint: str = "") -> UnsupportedError:
        """Make the error that names the equation being lowered and the user's line."""
        *callers, last = [equation for equation in self.equations if inner(equation) is None]
        titles = [_title(equation) for equation in callers if equation.primitive.name not in _STRUCTURE]
        operation = " > ".join(dict.fromkeys([*titles, _title(last)])) + (f" ({detail})" if detail else "")
        source = next(filter(None, map(source_line, self.equations)), "")
        return UnsupportedError(operation, target="onnx", source=source, supported=("xla",), hint=hint)

    # ---- constants and nodes

    def parameter(self, path: str, content: Array) -> Value:
        """Make the constant of a weight, under its own name where that is free."""
        name = path if path not in self._taken else self.name(path)
        self._taken.add(name)
        self.constants[name] = content
        return self.known(Value(name, content.shape, content.shape, content.dtype, content))

    def constant(self, content: Any, dtype: Any = None) -> Value:
        """Make a constant; small equal ones share one tensor."""
        array = np.asarray(content, dtype)
        key = (array.dtype, array.shape, array.tobytes()) if array.size <= 1024 else id(array)
        if key not in self._interned:
            value = Value(self.name("constant"), array.shape, array.shape, array.dtype, array)
            self._interned[key] = self.known(value)
            self.constants[value.name] = array
        return self._interned[key]

    def known(self, value: Value) -> Value:
        """Enter a tensor under its name."""
        self.tensors[value.name] = value
        return value

    def receives(self, stem: str, like: Value) -> Value:
        """Make an input of a loop's body, of the shape and dtype of a value."""
        value = self.known(Value(self.name(stem), like.shape, like.shape, like.dtype))
        self._homes[value.name] = self
        return value

    def emit(
        self, operator: str, inputs: list[str], count: int, domain: str, attributes: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Make a node, unless there is an equal one, in the outermost scope that has its inputs."""
        bodies = [value for value in attributes.values() if isinstance(value, GraphProto)]
        key = object() if bodies else (operator, tuple(inputs), domain, repr(sorted(attributes.items())))
        if key not in self._made:
            self._opsets.add(INTRODUCED.get(operator, LOWEST))
            self.domains.add(domain)
            stem = self.name(operator)
            names = (stem,) if count == 1 else tuple(self.name(stem) for _ in range(count))
            node = helper.make_node(operator, inputs, names, name=stem, domain=domain or None, **attributes)
            home = self._home(reads(node))
            home._add(node)
            home._made[key] = names
        return self._made[key]

    def copy_of(self, name: str) -> str:
        """Copy a tensor into this scope, for a body that returns what is not its own."""
        node = helper.make_node("Identity", [name], [self.name("Identity")], name=self.name("Identity"))
        self._add(node)
        return str(node.output[0])

    def _add(self, node: NodeProto) -> None:
        self.nodes.append(node)
        for name in node.output:
            self._homes[name], self.makers[name] = self, node

    def _home(self, inputs: Iterable[str]) -> "Scope":
        inputs, home = set(inputs), self
        while home._repeated and home._outer and not any(self._homes.get(name) is home for name in inputs):
            home = home._outer
        return home

    def is_inside(self, name: str) -> bool:
        """Whether a node of this very scope makes the tensor."""
        return self._homes.get(name) is self and name in self.makers


def reads(node: NodeProto) -> Iterator[str]:
    """Names of the tensors that a node takes, also those that the graphs inside it take from outside."""
    yield from filter(None, node.input)
    for attribute in node.attribute:
        if attribute.HasField("g"):
            own = {value.name for value in attribute.g.input}
            own |= {name for inside in attribute.g.node for name in inside.output}
            yield from (name for inside in attribute.g.node for name in reads(inside) if name not in own)


def renamed(node: NodeProto, names: Mapping[str, str]) -> NodeProto:
    """The node with other names of tensors, also in the graphs inside it."""
    copied = NodeProto()
    copied.CopyFrom(node)
    copied.input[:] = [names.get(name, name) for name in node.input]
    copied.output[:] = [names.get(name, name) for name in node.output]
    for attribute in copied.attribute:
        if attribute.HasField("g"):
            inside = [renamed(each, names) for each in attribute.g.node]
            del attribute.g.node[:]
            attribute.g.node.extend(inside)
    return copied


def _title(equation: Equation) -> str:
    name = equation.primitive.name
    return str(equation.params["name"]) if name == "operation" else str(name)
