"""A module under construction: torch.fx nodes, the tensors that it holds, sizes read from the inputs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
import torch.fx

from philtre.errors import UnsupportedError
from philtre.targets.torch.carrier import CARRIERS, to_tensor
from philtre.targets.torch.table import Data
from philtre.trace import ClosedJaxpr, Equation, inner, is_symbolic, source_line, terms

SHARED = 1024
"""Equal constants of so many entries at most are held once."""


class Graph:
    """Builds the nodes of one module.

    Args:
        device: where tensors are made.
        equations: those being lowered, of the module around this one, for the text of a refusal.

    Attributes:
        symbols: the sizes that are known when the module runs.
        body: makes equations, such as the body of a loop, a module that takes the symbols' sizes, then arguments.
    """

    def __init__(self, device: torch.device, equations: list[Equation] | None = None) -> None:
        self.device = device
        self.root = torch.nn.Module()
        self.nodes = torch.fx.Graph()
        self.symbols: dict[str, Data] = {}
        self.equations: list[Equation] = [] if equations is None else equations
        self.body: Callable[[ClosedJaxpr], torch.fx.GraphModule] = _no_body
        self._tracer = _Tracer(self)
        self._sizes: dict[Any, Data] = {}
        self._held: dict[Any, torch.fx.Node] = {}
        self._count = 0

    # ---- refusals

    @contextmanager
    def lowering(self, equation: Equation) -> Iterator[None]:
        """Remember the equation whose rule runs; those of a library function nest in the user's call of it."""
        self.equations.append(equation)
        try:
            yield
        finally:
            self.equations.pop()

    def within(self, primitive: str) -> bool:
        """Whether the equation being lowered is in the body of one of a primitive."""
        return any(equation.primitive.name == primitive for equation in self.equations)

    def refuse(self, detail: str = "", hint: str = "") -> UnsupportedError:
        """Make the error that names the equation being lowered and the user's line."""
        titles = [_title(equation) for equation in self.equations if inner(equation) is None]
        operation = " > ".join(dict.fromkeys(titles)) + (f" ({detail})" if detail else "")
        source = next(filter(None, map(source_line, self.equations)), "")
        return UnsupportedError(operation, target="torch", source=source, supported=("xla",), hint=hint)

    # ---- inputs and what the module holds

    def placeholder(self, name: str) -> torch.fx.Proxy:
        """Make an argument of `forward`."""
        return torch.fx.Proxy(self.nodes.placeholder(name), self._tracer)

    def get(self, path: str) -> torch.fx.Proxy:
        """Read a parameter, a buffer or a module of the root by its path."""
        return torch.fx.Proxy(self.nodes.get_attr(path), self._tracer)

    def hold(self, tensor: torch.Tensor) -> torch.fx.Node:
        """Hold a constant as a buffer that is not saved, since the program's text says it; small equal ones once."""
        tensor = tensor.detach()
        small = tensor.numel() <= SHARED
        key = (tensor.dtype, tensor.shape, str(tensor.flatten().tolist())) if small else id(tensor)
        if key not in self._held:
            name = self.name("known")
            self.root.register_buffer(name, tensor.contiguous(), persistent=False)
            self._held[key] = self.nodes.get_attr(name)
        return self._held[key]

    def name(self, stem: str) -> str:
        """Make a name that no attribute of the module has."""
        while True:
            self._count += 1
            if not hasattr(self.root, name := f"{stem}_{self._count}"):
                return name

    def insert(self, module: torch.nn.Module, stem: str) -> torch.fx.Proxy:
        """Hold a module, such as the body of a loop."""
        name = self.name(stem)
        self.root.add_module(name, module)
        return self.get(name)

    # ---- data

    def proxy(self, data: Data) -> Data:
        """Make known data a node, so that what is done with it is done when the module runs."""
        return torch.fx.Proxy(self.hold(data), self._tracer) if isinstance(data, torch.Tensor) else data

    def call(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Data:
        """Call a function now if all arguments are known, else make a node that calls it."""
        if _known(arguments) and _known(tuple(options.values())):
            return function(*arguments, **options)
        return self._tracer.create_proxy("call_function", function, arguments, options)

    def constant(self, content: Any, dtype: Any) -> torch.Tensor:
        """Make known data of an array or number, in the carrier of the dtype."""
        return to_tensor(np.asarray(content, dtype)).to(self.device)

    def full(self, shape: Sequence[Any], content: Any, dtype: Any) -> Data:
        """Make data of one number repeated."""
        return self.call(torch.full, self.sizes(shape), content, dtype=self.carrier(dtype), device=self.device)

    def iota(self, size: Any, dtype: torch.dtype = torch.int64) -> Data:
        """Make the data 0, 1, 2, ... of a size."""
        return self.call(torch.arange, self.size(size), dtype=dtype, device=self.device)

    def carrier(self, dtype: Any) -> torch.dtype:
        """The torch dtype that holds a JAX dtype.

        Raises:
            UnsupportedError: if there is none.
        """
        if dtype.name not in CARRIERS:
            raise self.refuse(f"torch computes nothing of dtype {dtype.name}")
        return CARRIERS[dtype.name]

    # ---- sizes

    def bind(self, data: Data, shape: Sequence[Any]) -> None:
        """Learn the symbols in the shape of an input."""
        for axis, size in enumerate(shape):
            if is_symbolic(size) and str(size) not in self.symbols:
                self.symbols[str(size)] = data.size(axis)

    def sizes(self, shape: Sequence[Any]) -> tuple[Any, ...]:
        """Sizes as numbers where they are known, else as nodes that compute them."""
        return tuple(map(self.size, shape))

    def size(self, size: Any) -> Any:
        """One size; see `sizes`."""
        if not is_symbolic(size):
            return int(size)
        if str(size) not in self._sizes:
            self._sizes[str(size)] = self._computed(size)
        return self._sizes[str(size)]

    def _computed(self, size: Any) -> Any:
        if str(size) in self.symbols:
            return self.symbols[str(size)]
        total: Any = 0
        for term in terms(size):
            product: Any = term.coefficient
            for factor in term.factors:
                base = self._factor(factor)
                for _ in range(factor.power):
                    product = base if isinstance(product, int) and product == 1 else product * base
            total = product if isinstance(total, int) and total == 0 else total + product
        return total

    def _factor(self, factor: Any) -> Any:
        if factor.operation is None:
            return self.symbols[str(factor.symbol)]
        a, b = map(self.size, factor.operands)
        if factor.operation == "floordiv":
            return a // b
        if factor.operation == "mod":
            return a % b
        return self.call(torch.sym_max if factor.operation == "max" else torch.sym_min, a, b)

    # ---- the end

    def module(self, results: Any) -> torch.fx.GraphModule:
        """Finish: the module whose `forward` returns the results."""
        self.nodes.output(self._tracer.create_arg(results))
        module = torch.fx.GraphModule(self.root, self.nodes)
        for node in self._held.values():
            module.register_buffer(str(node.target), module.get_buffer(str(node.target)), persistent=False)
        for node in [node for node in self.nodes.nodes if node.op == "get_attr" and not node.users]:
            self.nodes.erase_node(node)
        self.nodes.eliminate_dead_code()
        module.recompile()
        return module


class _Tracer(torch.fx.proxy.GraphAppendingTracer):  # type: ignore[misc]
    def __init__(self, graph: Graph) -> None:
        super().__init__(graph.nodes)
        self._holder = graph

    def create_arg(self, a: Any) -> Any:
        if isinstance(a, torch.Tensor):
            return self._holder.hold(a)
        return super().create_arg(a.item() if isinstance(a, np.generic) else a)


def _known(arguments: Any) -> bool:
    if isinstance(arguments, tuple | list):
        return all(map(_known, arguments))
    return not isinstance(arguments, torch.fx.Proxy)


def _no_body(jaxpr: ClosedJaxpr) -> torch.fx.GraphModule:
    raise AssertionError("a graph without a walk has no bodies")


def _title(equation: Equation) -> str:
    return str(equation.params["name"] if equation.primitive.name == "operation" else equation.primitive.name)
