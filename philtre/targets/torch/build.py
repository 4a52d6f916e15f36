"""A trace to a `torch.nn.Module`: parameters by their paths, inputs by position, outputs by name."""

from typing import Any

import torch
import torch.fx

from philtre.errors import SignatureError
from philtre.targets.torch import (  # noqa: F401  (each enters its rules in the tables)
    attention,
    bits,
    complex,
    contraction,
    control,
    conversion,
    convolution,
    distribution,
    elementwise,
    fft,
    grid,
    indexing,
    layout,
    linalg,
    operation,
    order,
    random,
    reduction,
    scatter,
    special,
    window,
)
from philtre.targets.torch.carrier import enter, enter_back, to_tensor
from philtre.targets.torch.graph import Graph
from philtre.targets.torch.lower import Lowering, Value
from philtre.trace import Traced, template

Device = Any
"""A name, such as "cuda:0", or a `torch.device`."""


def build(traced: Traced, *, device: Device = "cpu") -> torch.nn.Module:
    """Turn a trace into a module that computes it with torch: differentiable by autograd, ready for `torch.compile`.

    `forward` takes the inputs of the trace by position, each a tensor of the dtype that the trace says, and returns a
    dict of tensors by output name. Weights are `torch.nn.Parameter` (buffers where they are no floats), and
    `state_dict` calls them by their paths in the pytree: `dense_0.kernel`. Arrays that the function closed over are
    saved with them as `constant_1`, ...; literals of the program's text are not.

    Args:
        traced: the numeric function; a symbolic size is read from the inputs at each call.
        device: where the parameters are, and where the module runs. `module.to` moves parameters only.
    Returns:
        A `torch.fx.GraphModule`; its `code` is the Python that runs.
    Raises:
        UnsupportedError: if torch lacks an operation; it names the user's line.
        SignatureError: if a parameter has a name that a module uses for itself, such as "train".
    Example:
        >>> import numpy as np, torch
        >>> from philtre.trace import Spec, trace
        >>> rows = {"x": Spec((None, 3), np.dtype("float32"))}
        >>> module = build(trace(lambda x: {"total": x.sum(axis=1)}, rows, x64=False))
        >>> module(torch.ones(2, 3))
        {'total': tensor([3., 3.])}
    """
    graph = Graph(torch.device(device))
    return graph.module(_lowered(graph, traced, None))


def supports(traced: Traced) -> list[str]:
    """Name the operations that keep a trace from this target; empty if it can be built."""
    missing: list[str] = []
    _lowered(Graph(torch.device("cpu")), traced, missing)
    return list(dict.fromkeys(missing))


def _lowered(graph: Graph, traced: Traced, missing: list[str] | None) -> dict[str, Any]:
    arguments = [Value(_weight(graph, path, array), tuple(array.shape)) for path, array in traced.parameters.items()]
    for position, aval in enumerate(traced.jaxpr.in_avals[len(arguments) :]):
        wire = graph.placeholder(f"x{position}")
        graph.bind(wire, aval.shape)
        arguments.append(Value(enter(wire, aval.dtype.name), tuple(aval.shape)))
    walk = Lowering(graph, x64=traced.x64, missing=missing)
    results = zip(traced.outputs, walk.run(traced.jaxpr, arguments), traced.jaxpr.jaxpr.outvars, strict=True)
    return {name: _output(graph, walk, result, template(atom)) for name, result, atom in results}


def _weight(graph: Graph, path: str, array: Any) -> Any:
    """Hold a weight under its path, and read it in its carrier."""
    *rooms, name = (path or "parameter").split(".")
    module = graph.root
    for room in rooms:
        if room not in dict(module.named_children()):
            _check_name(module, room, path)
            module.add_module(room, torch.nn.Module())
        module = module.get_submodule(room)
    _check_name(module, name, path)
    tensor = to_tensor(array).to(graph.device, copy=True)
    if tensor.is_floating_point() or tensor.is_complex():
        module.register_parameter(name, torch.nn.Parameter(tensor))
    else:
        module.register_buffer(name, tensor)
    return graph.get(".".join([*rooms, name]))


def _check_name(module: torch.nn.Module, name: str, path: str) -> None:
    if not name or hasattr(module, name) or hasattr(torch.fx.GraphModule, name):
        raise SignatureError(
            "target 'torch'", expected="parameters with names that torch.nn.Module leaves free",
            got=f"'{path}'", hint=f"call '{name}' otherwise in the pytree of parameters",
        )  # fmt: skip


def _output(graph: Graph, walk: Lowering, result: Value, expected: Any) -> Any:
    """Give each output its whole shape and memory of its own."""
    known = isinstance(result.data, torch.Tensor)
    data = graph.proxy(walk.whole(result, expected.shape))
    return enter_back(torch.clone(data) if known else data, expected.dtype.name)
