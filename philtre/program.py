"""A program is a pure numeric function with a signature: it joins, compiles to any target, and saves to one file."""

import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, overload

import jax
import jax.numpy as jnp
import numpy as np

from philtre import artifact, describe
from philtre.arrays import as_numpy
from philtre.compile import compile_program, gaps
from philtre.errors import SignatureError, UnsupportedError
from philtre.executable import Executable, bind, encode_frame
from philtre.fields import AnyField, Array, Boolean, Category, Tensor
from philtre.fields.field import cast
from philtre.join import join
from philtre.profile import Profile, profile
from philtre.runtime import OnnxExecutable
from philtre.signature import Signature
from philtre.targets import onnx
from philtre.targets.auto import AutoExecutable
from philtre.targets.buckets import KEPT
from philtre.targets.choice import chosen, known
from philtre.targets.numpy import Step, steps
from philtre.targets.storm import Storm
from philtre.targets.xla import XlaExecutable
from philtre.trace import BATCH, Spec, Traced, check_pure, is_wide, trace
from philtre.weights import by_path, with_leaves

Function = Callable[..., Any]
Fields = dict[str, AnyField]

COMPILED_IN = 1 << 25
"""Bytes of weights up to which XLA gets them as constants."""
NARROW = {"int64": "int32", "uint64": "uint32", "float64": "float32"}


class Program:
    """A pure function over arrays, with typed inputs and outputs.

    Calling it runs it on XLA, cached per shapes and dtypes. Inside a JAX transformation (`jax.grad`, `jax.vmap`,
    `lax.scan`, ...) it is a plain function of traced arrays.

    Args:
        function: core arrays by position, in the order of `inputs`, to an array, a tuple or a dict of arrays. A lone
            array is the output "output"; a tuple gives "output_0", "output_1", ... Where there are parameters, it takes
            them first.
        parameters: a pytree of weights; a saved graph and a torch module name each by its path in the tree, such as
            "dense_0.kernel".
        inputs: fields by name; None leaves them to the arrays of each call, named as the function's parameters.
        outputs: fields by name; those not named are `Tensor` as the trace finds them.
        x64: None lets one 64-bit input switch JAX's 64-bit mode on, True always, False narrows 64-bit inputs after a
            range check.
        name: name in errors; the function's by default.

    Raises:
        SignatureError: if `x64` is False and an input's field has 64 bits that cannot be narrowed.

    Example:
        >>> import jax.numpy as jnp
        >>> double = Program(lambda x: 2 * x)
        >>> (double | jnp.negative)(np.float32([1, 2]))
        array([-2., -4.], dtype=float32)
    """

    __array_ufunc__ = None

    def __init__(
        self,
        function: Function,
        *,
        parameters: Any = None,
        inputs: Mapping[str, AnyField] | None = None,
        outputs: Mapping[str, AnyField] | None = None,
        x64: bool | None = None,
        name: str | None = None,
    ) -> None:
        self.function = function
        self.parameters = parameters
        self.weights = by_path(parameters)
        self.name = name or getattr(function, "__name__", "program").strip("<>")
        self.x64 = x64
        self.inputs: Fields | None = None if inputs is None else dict(inputs)
        if self.inputs is not None and x64 is False:
            self.inputs = {name: _narrow(field, name) for name, field in self.inputs.items()}
        self.outputs: Fields = dict(outputs or {})
        self.names = _argument_names(function, parameters is not None) if inputs is None else tuple(inputs)

    def __repr__(self) -> str:
        fields = self.names if self.inputs is None else [f"{name}: {field}" for name, field in self.inputs.items()]
        return f"Program {self.name}({', '.join(fields)})"

    @cached_property
    def signature(self) -> Signature | None:
        """The fields at the boundary; None until the inputs are declared.

        Raises:
            SignatureError: if declared outputs are not what the function gives.
        """
        return None if self.inputs is None else self._boundary

    def apply(self, *arrays: Any, parameters: Any = None) -> dict[str, Any]:
        """Apply the function to core arrays, traced ones too; gives arrays by output name.

        Args:
            *arrays: one per input.
            parameters: a tree in place of the program's own.
        """
        if self.parameters is None:
            result = self.function(*arrays)
        else:
            result = self.function(self._device_parameters() if parameters is None else parameters, *arrays)
        if isinstance(result, Mapping):
            return dict(result)
        if isinstance(result, tuple | list):
            return {f"output_{i}": array for i, array in enumerate(result)}
        return {"output": result}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run on arrays in wire form, by position or by name.

        Returns:
            The array of the one output, or a dict of arrays by name where there are several. NumPy arrays, unless a
            JAX array came in.

        Raises:
            SignatureError: if the arrays do not fit.
        """
        exact = None if kwargs or self.inputs is None else self._boundary.exact(args)
        if exact is not None:
            return _single(self.__executable__().run(exact))
        bound = bind(self.names, args, kwargs)
        arrays = [bound[name] for name in self.names]
        if any(isinstance(array, jax.core.Tracer) for array in arrays):
            self._refuse_narrowed(arrays)
            return _single(self.apply(*arrays))
        if chosen() != "xla":
            return self._elsewhere(*arrays)
        if self.inputs is None or any(isinstance(array, jax.Array) for array in arrays):
            return self._call_arrays(arrays)
        return self.xla(**bound)

    def _elsewhere(self, *arrays: Any) -> Any:
        """Run on the target that `use_target` has chosen; undeclared inputs are declared by the arrays of the call."""
        given = [as_numpy(array, name) for array, name in zip(arrays, self.names, strict=True)]
        if self.inputs is not None:
            return self.__executable__()(*given)
        return self._declared_as(tuple((array.shape, array.dtype) for array in given)).__executable__()(*given)

    def predict(self, data: Any) -> Any:
        """Answer values with values; see `Executable.predict`."""
        return self.__executable__().predict(data)

    def __executable__(self) -> Executable:
        target = chosen()
        return self.xla if target == "xla" else self.compile(target)

    def compile(self, target: str, *examples: Any, device: str = "cpu") -> Executable:
        """Make the program ready for a target.

        Args:
            target: "xla", "onnx", "torch", "numpy" or "auto".
            *examples: arrays by position that fix shapes and dtypes, where inputs are not declared.
            device: for torch, such as "cuda"; see `philtre.devices`.

        Raises:
            UnsupportedError: if the target lacks an operation; it names the user's source line.
            SignatureError: if the target is unknown, or inputs are neither declared nor given.
            MissingPackage: if the target's package is not installed; it names the extra.
        """
        program = self.declare(*examples)
        key = (known(target), device)
        if key not in program._executables:
            program._executables[key] = compile_program(program, program._boundary, target, device)
        return program._executables[key]

    def supports(self, target: str, *examples: Any) -> list[str]:
        """Name the operations that keep the program from a target, without converting it; empty if it can run there.

        Args:
            target: "xla", "onnx", "torch" or "numpy".
            *examples: as for `compile`.

        Raises:
            SignatureError: if the target is unknown, or inputs are neither declared nor given.
            UnsupportedError: if the function cannot be traced.
        """
        return gaps(self.declare(*examples).any_trace(), known(target))

    def declare(self, *examples: Any, batch_axis: int | None = None) -> "Program":
        """Take the inputs' shapes and dtypes from examples; declared inputs stay as they are.

        Args:
            *examples: arrays by position.
            batch_axis: 0 frees axis 0 of every input, None fixes all axes.

        Raises:
            SignatureError: if inputs are neither declared nor given.
        """
        if self.inputs is not None:
            return self
        if len(examples) != len(self.names) or batch_axis not in (None, 0):
            raise SignatureError(
                f"program '{self.name}'",
                expected=f"examples of the inputs {list(self.names)}, and batch_axis 0 or None",
                got=f"{len(examples)} examples, batch_axis {batch_axis}",
                hint="or declare them: @ph.program(inputs={...})",
            )
        inputs: Fields = {}
        for name, example in zip(self.names, examples, strict=True):
            array = np.asarray(example)
            free: tuple[None, ...] = (None,) if batch_axis == 0 and array.ndim else ()
            inputs[name] = Tensor((*free, *array.shape[len(free) :]), array.dtype.name)
        return Program(
            self.function,
            parameters=self.parameters,
            inputs=inputs,
            outputs=self.outputs,
            x64=self.x64,
            name=self.name,
        )

    def save(
        self,
        path: str | os.PathLike[str],
        *examples: Any,
        batch_axis: int | None = None,
        sample: Any = None,
        metrics: Mapping[str, Any] | None = None,
        recipe: str = "",
        provenance: Mapping[str, Any] | None = None,
    ) -> Path:
        """Write one ONNX file that any ONNX runtime opens; nothing half-written is ever left.

        Args:
            path: file to write, usually ``name.onnx``.
            *examples: as for `compile`.
            batch_axis: as for `declare`.
            sample: columns or a data frame; its profile, and that of its answers, is stored for monitoring.
            metrics: figures to keep with the model, JSON values.
            recipe: source code of the recipe.
            provenance: where the model comes from, JSON values; versions and time are added.

        Returns:
            The path.

        Raises:
            UnsupportedError: if ONNX lacks an operation, or the graph would depend on the batch size.
            ArtifactError: if the file cannot be written.
        """
        program = self.declare(*examples, batch_axis=batch_axis)
        executable = program.compile("onnx")
        if not isinstance(executable, OnnxExecutable):
            raise UnsupportedError(
                "a branch on the batch size",
                target="onnx file",
                supported=("xla", 'compile("onnx"), one graph per size'),
                hint="one file holds one graph",
            )
        metadata = artifact.Metadata(
            name=Path(path).stem,
            signature=executable.signature,
            profiles={} if sample is None else _profiles(executable, sample),
            metrics=dict(metrics or {}),
            recipe=recipe,
            provenance=artifact.provenance(**dict(provenance or {})),
            options=program._measured_options(),
        )
        artifact.write(path, artifact.attach(program.graph_bytes, metadata))
        return Path(path)

    def _measured_options(self) -> artifact.Options:
        """The onnxruntime options that `compile("auto")` found best, where it has been asked."""
        auto = self._executables.get(("auto", "cpu"))
        return auto.options if isinstance(auto, AutoExecutable) and auto.options else artifact.Options()

    def __or__(self, other: "Program | Function") -> "Program":
        if not callable(other):
            return NotImplemented
        return _joined(self, other if isinstance(other, Program) else Program(other))

    def __ror__(self, other: Function) -> "Program":
        if not callable(other):
            return NotImplemented
        return _joined(Program(other), self)

    def traced(self, sizes: Mapping[str, int] = MappingProxyType({})) -> Traced:
        """Trace the function, with symbols where the inputs have them.

        Args:
            sizes: numbers for symbols, such as ``{"batch": 2}``; those not named stay free.

        Raises:
            SignatureError: if the inputs are not declared.
            UnsupportedError: if the function cannot be traced; it names the user's source line.
        """
        if not sizes:
            return self._symbolic
        specs = {}
        for name, field in self._declared().items():
            shape = [size if isinstance(size, int) else sizes.get(size or BATCH, size) for size in field.wire_shape]
            specs[name] = Spec(tuple(shape), field.core_dtype)
        return self._trace(specs)

    def at(self, *args: Any, **kwargs: Any) -> tuple[Traced, list[Array]]:
        """The trace at the sizes of some arrays, and its arguments: parameters, then core arrays.

        Raises:
            SignatureError: if the arrays do not fit.
        """
        given = {name: as_numpy(array, name) for name, array in bind(self.names, args, kwargs).items()}
        program = self.declare(*(given[name] for name in self.names))
        arrays = program._boundary.check(given)
        traced = program.traced(program._boundary.sizes(arrays))
        core = [field.to_core(arrays[name]) for name, field in program._declared().items()]
        return traced, [*traced.parameters.values(), *core]

    def steps(self, *args: Any, **kwargs: Any) -> Iterator[Step]:
        """Run in NumPy one equation at a time: each with its values and the user's line.

        Args:
            *args: arrays in wire form, by position or by name.
            **kwargs: the same.

        Raises:
            SignatureError: if the arrays do not fit.

        Example:
            >>> for step in Program(lambda x: 2 * x + 1).steps(np.float32([1, 2])):
            ...     print(step.operation, step.outputs[0])
            mul [2. 4.]
            add [3. 5.]
        """
        return steps(*self.at(*args, **kwargs))

    def graph(self, format: str = "text", **sizes: int) -> str:
        """Draw the equations, one line each.

        Args:
            format: "text", or "mermaid" for a flowchart that Markdown pages show.
            **sizes: numbers for symbols, such as ``batch=32``; those not named stay free.

        Raises:
            SignatureError: if the format is unknown, or the inputs are not declared.
        """
        return describe.graph(self.traced(sizes), format)

    def table(self, **sizes: int) -> describe.Table:
        """Count arithmetic, bytes and parameters, equation by equation and in total.

        Args:
            **sizes: numbers for symbols; the batch is 1 if it is not named.

        Raises:
            SignatureError: if a symbol has no number, a number is below 1, or the inputs are not declared.
        """
        return describe.table(self.traced(describe.numbers(self._declared(), sizes)))

    def estimate(self, **sizes: int) -> describe.Estimate:
        """Foresee the seconds of a call and its peak memory on this machine's XLA, before it runs.

        The first use measures the machine, in about a second, and keeps its rates in the cache folder.

        Args:
            **sizes: as for `table`.

        Raises:
            SignatureError: if a symbol has no number, a number is below 1, or the inputs are not declared.
        """
        return describe.estimate(self.traced(describe.numbers(self._declared(), sizes)))

    def _declared(self) -> Fields:
        if self.inputs is None:
            raise SignatureError(
                f"program '{self.name}'",
                expected="declared inputs",
                got="a function whose shapes and dtypes are open",
                hint="@ph.program(inputs={...}), or give example arrays to compile and save",
            )
        return self.inputs

    @cached_property
    def _symbolic(self) -> Traced:
        return self._trace({n: Spec(field.wire_shape, field.core_dtype) for n, field in self._declared().items()})

    def check_pure(self) -> None:
        """Trace again and compare: what another runtime runs must not depend on the moment of the trace.

        Raises:
            UnsupportedError: if the function differs from one trace to the next; it names the user's line.
        """
        try:
            first = self._symbolic
        except UnsupportedError:
            return  # what has no symbolic trace is compared with concrete ones
        check_pure(first, self._trace(first.inputs))

    def _trace(self, specs: Mapping[str, Spec]) -> Traced:
        count = len(self.weights)

        def function(*arrays: Any) -> dict[str, Any]:
            return self.apply(*arrays[count:], parameters=with_leaves(self.parameters, arrays[:count]))

        mode = self._mode(spec.dtype for spec in specs.values())
        return trace(function, specs, x64=mode, parameters=self.weights)

    def _mode(self, dtypes: Iterable[np.dtype[Any]]) -> bool:
        return any(dtype.itemsize == 8 and dtype.kind in "iuf" for dtype in dtypes) if self.x64 is None else self.x64

    def _output_fields(self) -> Fields:
        specs = self._output_specs()
        for name, field in self.outputs.items():
            if name not in specs or not _fits(field, specs[name]):
                got = f"{specs[name].dtype.name}{list(specs[name].shape)}" if name in specs else f"{list(specs)}"
                asked = f"{field.core_dtype.name}{list(field.wire_shape)}"
                raise SignatureError(f"output '{name}' of program '{self.name}'", expected=asked, got=got, field=name)
        return {name: self.outputs.get(name) or Tensor(spec.shape, spec.dtype.name) for name, spec in specs.items()}

    def any_trace(self) -> Traced:
        """The trace with free sizes, or at sizes 2 where Python code branches on them."""
        try:
            return self._symbolic
        except UnsupportedError:
            symbols = {size or BATCH for field in self._declared().values() for size in field.wire_shape}
            return self.traced({symbol: 2 for symbol in symbols if isinstance(symbol, str)})

    def _output_specs(self) -> dict[str, Spec]:
        try:
            return self._symbolic.outputs
        except UnsupportedError:
            small, large = (self.traced({BATCH: n}).outputs for n in (2, 3))
        specs = {}
        for name, spec in small.items():
            free = spec.shape[:1] != large[name].shape[:1]
            specs[name] = Spec((None, *spec.shape[1:]) if free else spec.shape, spec.dtype)
        return specs

    @cached_property
    def _boundary(self) -> Signature:
        inputs = self._declared()
        return Signature(inputs, self._output_fields())

    @cached_property
    def xla(self) -> XlaExecutable:
        """The program on XLA."""
        x64 = self._mode(field.core_dtype for field in self._declared().values())
        return XlaExecutable(self._run_on_device(x64), self._boundary, x64=x64, storm=self._storm)

    @cached_property
    def graph_bytes(self) -> bytes:
        """The ONNX graph with free sizes, without metadata."""
        return onnx.build(self._symbolic, self._boundary)

    @cached_property
    def _executables(self) -> dict[tuple[str, str], Executable]:
        return {}

    @cached_property
    def _declared_as(self) -> Callable[[Any], "Program"]:
        return lru_cache(maxsize=KEPT)(lambda kinds: self.declare(*(np.empty(*kind) for kind in kinds)))

    @cached_property
    def _storm(self) -> Storm:
        return Storm(self.name, self.function)

    @cached_property
    def _jitted(self) -> Callable[[bool], Callable[..., dict[str, Any]]]:
        return lru_cache(maxsize=2)(self._run_on_device)

    def _run_on_device(self, x64: bool) -> Callable[..., dict[str, Any]]:
        """The compiled function. Few weights are compiled in, which lets XLA fold them; many would take it long."""
        if sum(array.nbytes for array in self.weights.values()) <= COMPILED_IN:
            return jax.jit(self.apply)
        with jax.enable_x64(x64):
            weights = self._device_parameters()
        return partial(jax.jit(lambda tree, *arrays: self.apply(*arrays, parameters=tree)), weights)

    def _device_parameters(self) -> Any:
        """The parameters as JAX arrays, in the mode that holds."""
        wide = is_wide()
        if wide not in self._moved:
            with jax.ensure_compile_time_eval():
                self._moved[wide] = jax.tree.map(jnp.asarray, self.parameters)
        return self._moved[wide]

    @cached_property
    def _moved(self) -> dict[bool, Any]:
        return {}

    def _call_arrays(self, arrays: Sequence[Any]) -> Any:
        """Run on arrays as they come: shapes and dtypes are those of the arguments."""
        device = any(isinstance(array, jax.Array) for array in arrays)
        pairs = zip(arrays, self.names, strict=True)
        given = [array if isinstance(array, jax.Array) else as_numpy(array, name) for array, name in pairs]
        if self.inputs is not None:
            fields = self.inputs.items()
            given = [
                array if isinstance(array, jax.Array) and array.dtype == field.core_dtype
                else field.to_core(field.check(array, name))
                for array, (name, field) in zip(given, fields, strict=True)
            ]  # fmt: skip
        elif self.x64 is False:
            given = [
                cast(np.asarray(array), np.dtype(NARROW.get(array.dtype.name, array.dtype)), name)
                for array, name in zip(given, self.names, strict=True)
            ]
        self._storm.watch(self.names, given)
        x64 = self._mode(array.dtype for array in given)
        with jax.enable_x64(x64):
            outputs = self._jitted(x64)(*given)
        return _single(outputs if device else {name: np.asarray(array) for name, array in outputs.items()})

    def _refuse_narrowed(self, arrays: Sequence[Any]) -> None:
        for (name, field), array in zip((self.inputs or {}).items(), arrays, strict=False):
            if field.core_dtype.itemsize == 8 and np.dtype(array.dtype).itemsize < 8:
                raise SignatureError(
                    f"input '{name}' of program '{self.name}'",
                    expected=field.core_dtype.name,
                    got=f"{array.dtype}, narrowed by the outer trace",
                    hint="trace the outer function under jax.enable_x64(True)",
                    field=name,
                )


@overload
def program(function: Function) -> Program: ...
@overload
def program(
    *,
    parameters: Any = None,
    inputs: Mapping[str, AnyField] | None = None,
    outputs: Mapping[str, AnyField] | None = None,
    x64: bool | None = None,
) -> Callable[[Function], Program]: ...
def program(function: Function | None = None, **options: Any) -> Program | Callable[[Function], Program]:
    """Make a program of a function, as ``@program`` or ``@program(inputs=...)``; see `Program`.

    Example:
        >>> @program
        ... def multiply_and_add(a, b, c):
        ...     return a * b + c
        >>> multiply_and_add([1, 2, 3], [4, 5, 6], [7, 8, 9])
        array([11, 18, 27])
    """
    if function is None:
        return lambda decorated: Program(decorated, **options)
    return Program(function)


def _joined(first: Program, second: Program) -> Program:
    joint = join(first, second)
    return Program(
        joint.function,
        parameters=joint.parameters,
        inputs=joint.inputs,
        outputs=second.outputs,
        x64=joint.x64,
        name=joint.name,
    )


def _fits(field: AnyField, spec: Spec) -> bool:
    same_dtype = spec.dtype == field.core_dtype
    if isinstance(field, Category):
        same_dtype = spec.dtype.kind in "iu"
    if isinstance(field, Boolean):
        same_dtype = spec.dtype in (np.dtype(bool), np.dtype(np.int8))
    return same_dtype and len(spec.shape) == len(field.wire_shape) and all(
        a == b or isinstance(b, str) for a, b in zip(spec.shape, field.wire_shape, strict=True)
    )  # fmt: skip


def _narrow(field: AnyField, name: str) -> AnyField:
    if field.core_dtype.name not in NARROW:
        return field
    if isinstance(field, Tensor):
        return Tensor(field.shape, NARROW[field.dtype], field.names)
    raise SignatureError(f"input '{name}'", expected="at most 32 bits, since x64 is False", got=f"{field}", field=name)


def _argument_names(function: Function, has_parameters: bool) -> tuple[str, ...]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ("x",)
    if any(p.kind is inspect.Parameter.VAR_POSITIONAL for p in parameters):
        return ("x",)
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = tuple(p.name for p in parameters if p.kind in positional and p.default is p.empty)[has_parameters:]
    if not names:
        raise SignatureError(
            f"program '{getattr(function, '__name__', function)}'",
            expected="a function of at least one array by position",
            got="none",
        )
    return names


def _single(outputs: Mapping[str, Any]) -> Any:
    return next(iter(outputs.values())) if len(outputs) == 1 else dict(outputs)


def _profiles(executable: Executable, sample: Any) -> dict[str, dict[str, Profile]]:
    signature = executable.signature
    inputs = encode_frame(sample, signature)
    outputs = executable.run(inputs)
    return {
        "inputs": {name: profile(field, inputs[name]) for name, field in signature.inputs.items()},
        "outputs": {name: profile(field, outputs[name]) for name, field in signature.outputs.items()},
    }
