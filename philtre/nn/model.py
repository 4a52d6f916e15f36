"""The graph: inputs and layers joined with `|`, parameters made by `init` and used by `apply`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import numpy as np

from philtre.errors import SignatureError
from philtre.fields import Tensor
from philtre.nn.layer import Chain, Layer, Layers, Mode, Parameters, as_layer, callable_or_layer
from philtre.program import Program

Tree = Mapping[str, Parameters]


def input(name: str, *, shape: tuple[int | None, ...], dtype: str = "float32") -> "Model":
    """Begin a model with a named input.

    Args:
        name: name of the array in `Model.apply` and of the program's field.
        shape: sizes, None for the batch on axis 0: ``(None, 784)``.
        dtype: NumPy name.

    Raises:
        SignatureError: if the shape or dtype is none.

    Example:
        >>> import jax
        >>> from philtre import nn
        >>> model = nn.input("pixels", shape=(None, 784)) | nn.dense(10, activation=nn.softmax)
        >>> print(model)
        name     layer    output             parameters
        pixels   input    float32[n, 784]             0
        dense_0  dense    float32[n, 10]          7,850
        >>> parameters = model.init(jax.random.key(0))
        >>> model.apply(parameters, np.zeros((2, 784), np.float32)).shape
        (2, 10)
    """
    return Model(Node(Tensor(shape, dtype), (), name))


@dataclass(frozen=True)
class Node:
    """A place in the graph: an input field, or a layer applied to what its parent gives."""

    content: Tensor | Layer
    parents: tuple["Node", ...]
    name: str = ""


@dataclass(frozen=True)
class Model:
    """An immutable graph of layers, by its last node; equal by value."""

    last: Node

    def __or__(self, other: "Layers") -> "Model":
        if isinstance(other, Chain):
            model = self
            for layer in other.layers:
                model = model | layer
            return model
        if not callable_or_layer(other):
            return NotImplemented
        return Model(Node(as_layer(other), (self.last,)))

    def init(self, key: jax.Array) -> dict[str, dict[str, jax.Array]]:
        """Make the parameters: arrays by layer name and parameter name.

        Args:
            key: JAX random key; the same key gives the same parameters.

        Raises:
            SignatureError: if a layer does not fit what comes before it; names the layer.
        """
        parameters: dict[str, dict[str, jax.Array]] = {}
        shapes: dict[int, jax.ShapeDtypeStruct] = {}
        for i, node in enumerate(self._nodes):
            layer = node.content
            if isinstance(layer, Tensor):
                shapes[id(node)] = _template(layer)
                continue
            name, source = self._names[id(layer)], shapes[id(node.parents[0])]
            if name not in parameters and (made := layer.init(jax.random.fold_in(key, i), source.shape)):
                parameters[name] = made
            shapes[id(node)] = jax.eval_shape(
                lambda p, x, layer=layer: self._apply_layer(layer, p, x, "inference", None), parameters, source
            )
        return parameters

    def apply(
        self,
        parameters: Tree,
        inputs: Any,
        *,
        mode: Mode = "inference",
        key: jax.Array | None = None,
    ) -> jax.Array:
        """Compute the output; a pure function, for any JAX transformation.

        Args:
            parameters: what `init` made.
            inputs: the array of the one input, or a dict of arrays by input name.
            mode: "train" switches dropout on.
            key: random key, needed in train mode by layers such as dropout.

        Raises:
            SignatureError: if an input is absent or a layer does not fit; names it.
        """
        given = dict(inputs) if isinstance(inputs, Mapping) else {next(iter(self.inputs)): inputs}
        if set(given) != set(self.inputs):
            raise SignatureError("model", expected=f"the inputs {list(self.inputs)}", got=f"{list(given)}")
        values: dict[int, Any] = {}
        for i, node in enumerate(self._nodes):
            if isinstance(node.content, Tensor):
                values[id(node)] = jax.numpy.asarray(given[node.name])
            else:
                own = None if key is None else jax.random.fold_in(key, i)
                values[id(node)] = self._apply_layer(node.content, parameters, values[id(node.parents[0])], mode, own)
        output: jax.Array = values[id(self.last)]
        return output

    def program(self, parameters: Tree) -> Program:
        """Bind parameters: the program of the model in inference mode, with the output "output"."""
        names = tuple(self.inputs)
        return Program(
            lambda tree, *arrays: self.apply(tree, dict(zip(names, arrays, strict=True))),
            parameters=jax.tree.map(np.asarray, dict(parameters)),
            inputs=self.inputs,
            name="model",
        )

    @cached_property
    def inputs(self) -> dict[str, Tensor]:
        """The input fields by name, in the order in which the graph meets them."""
        found = [node for node in self._nodes if isinstance(node.content, Tensor)]
        return {node.name: node.content for node in found if isinstance(node.content, Tensor)}

    def __str__(self) -> str:
        rows = [("name", "layer", "output", "parameters")]
        rows += [(name, kind, shape, f"{count:,}") for name, kind, shape, count in self._summary()]
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        widths = [widths[0], max(widths[1], 7), max(widths[2], 17), widths[3]]
        return "\n".join(
            f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]:>{widths[3]}}"
            for row in rows
        )

    def _summary(self) -> Iterator[tuple[str, str, str, int]]:
        parameters = jax.eval_shape(self.init, jax.random.key(0))
        seen: set[str] = set()
        for node in self._nodes:
            part = Model(node)
            output = jax.eval_shape(part.apply, parameters, {n: _template(f) for n, f in part.inputs.items()})
            shown = f"{output.dtype}[{', '.join(['n', *map(str, output.shape[1:])])}]"
            if isinstance(node.content, Tensor):
                yield node.name, "input", shown, 0
                continue
            name = self._names[id(node.content)]
            own = {} if name in seen else parameters.get(name, {})
            seen.add(name)
            yield name, node.content.kind, shown, sum(array.size for array in own.values())

    def _apply_layer(self, layer: Layer, parameters: Tree, x: Any, mode: Mode, key: jax.Array | None) -> jax.Array:
        name = self._names[id(layer)]
        try:
            return layer.apply(parameters.get(name, {}), x, mode=mode, key=key)
        except SignatureError as error:
            raise SignatureError(
                f"layer '{name}'", expected=error.expected, got=error.got, hint=error.hint, field=name
            ) from None

    @cached_property
    def _nodes(self) -> tuple[Node, ...]:
        """All nodes, each after its parents."""
        ordered: dict[int, Node] = {}

        def visit(node: Node) -> None:
            if id(node) not in ordered:
                for parent in node.parents:
                    visit(parent)
                ordered[id(node)] = node

        visit(self.last)
        return tuple(ordered.values())

    @cached_property
    def _names(self) -> dict[int, str]:
        """Name of each layer object: given, or its kind and a number."""
        names: dict[int, str] = {}
        counts: dict[str, int] = {}
        for node in self._nodes:
            layer = node.content
            if isinstance(layer, Tensor) or id(layer) in names:
                continue
            count = counts.get(layer.kind, 0)
            counts[layer.kind] = count + 1
            name = layer.name or f"{layer.kind}_{count}"
            if name in names.values():
                raise SignatureError("model", expected="layer names that differ", got=f"'{name}' twice", field=name)
            names[id(layer)] = name
        return names


def _template(field: Tensor) -> jax.ShapeDtypeStruct:
    return jax.ShapeDtypeStruct([size if isinstance(size, int) else 1 for size in field.shape], field.wire_dtype)
