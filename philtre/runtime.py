"""An .onnx file and onnxruntime make an Executable: what production needs, and all that it imports."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from philtre.artifact import Options, Scan, Source, scan
from philtre.boundary import Port, check_signature, read_signature
from philtre.errors import ArtifactError, Error, ServingError, SignatureError
from philtre.executable import Executable, template
from philtre.fields import Array, by_wire
from philtre.signature import Signature

_FATAL = 4


class OnnxExecutable(Executable):
    """A model file, made by anyone, run by onnxruntime on the CPU.

    The file is checked before onnxruntime sees it, and onnxruntime reads the very bytes that were checked.

    Args:
        model: path or bytes of the file.
        signature: the fields at its boundary; those of its metadata, or else plain tensors as the graph has them.
        threads: threads of one run, in place of what `options` say.
        options: how onnxruntime runs it; as the metadata say, if None.
        batch_sizes: the batch sizes that it takes, ascending; that of the graph where this has fixed one, else any.

    Attributes:
        name: stem of the file.
        metadata: what philtre wrote into the file; None if the file is not philtre's.

    Raises:
        ArtifactError: if the file is refused, cannot be run, or does not have the signature that it says it has.
    """

    def __init__(
        self,
        model: Source,
        signature: Signature | None = None,
        *,
        threads: int | None = None,
        options: Options | None = None,
        batch_sizes: Sequence[int] | None = None,
    ) -> None:
        scanned = scan(model)
        self.name = scanned.name
        self.metadata = scanned.metadata
        self._errors = _errors()
        asked = options or (scanned.metadata.options if scanned.metadata else Options())
        self._session = _open(scanned, Options(threads or asked.threads, asked.level), self._errors)
        inputs, outputs = (
            _ports(nodes, scanned) for nodes in (self._session.get_inputs(), self._session.get_outputs())
        )
        stated = signature or (scanned.metadata and scanned.metadata.signature)
        if stated:
            self.signature, fixed = stated, check_signature(stated, inputs, outputs, scanned.where)
        else:
            self.signature, fixed = read_signature(inputs, outputs, scanned.where)
        self.batch_sizes = fixed if batch_sizes is None else tuple(batch_sizes)
        fields = self.signature
        self._inputs, self._outputs = by_wire(fields.inputs), by_wire(fields.outputs)
        self._batched = next((name for name, field in fields.inputs.items() if field.batched), None)
        self._batched_outputs = [name for name, field in fields.outputs.items() if field.batched]
        self._labels = {port.name: port.labels for port in outputs if port.labels}

    def run(self, arrays: Mapping[str, Array]) -> dict[str, Array]:
        """Run on wire arrays that `signature` has encoded or checked; gives the wire arrays of the outputs.

        Raises:
            SignatureError: if onnxruntime does not take these arrays, or the batch is none of `batch_sizes`.
            ServingError: if the graph fails, or gives another number of rows than it was given.
        """
        n = None if self._batched is None else len(arrays[self._batched])
        if n == 0:
            return template(self.signature)
        if self.batch_sizes is not None and n is not None and n not in self.batch_sizes:
            raise self._wrong_batch(n)
        given = {wire: arrays[name] for wire, name in self._inputs.items()}
        try:
            results = self._session.run(list(self._outputs), given)
        except self._errors as error:
            raise self._explain(error) from None
        outputs = dict(zip(self._outputs.values(), results, strict=True))
        for name, labels in self._labels.items():
            outputs[name] = np.array([[row[label] for label in labels] for row in outputs[name]], np.float32)
        for name in self._batched_outputs:
            if outputs[name].shape[:1] != (n,) and n is not None:
                raise self._lost_rows(name, n, outputs[name])
        return outputs

    def _lost_rows(self, name: str, n: int, array: Array) -> ServingError:
        got = f"shape {list(array.shape)}"
        return ServingError(f"output '{name}' of model '{self.name}'", expected=f"{n} rows", got=got)

    def _wrong_batch(self, n: int) -> SignatureError:
        sizes = ", ".join(map(str, self.batch_sizes or ()))
        return SignatureError(
            f"model '{self.name}'",
            expected=f"a batch of {sizes}",
            got=f"{n} rows",
            hint="Serving pads and splits batches",
        )

    def _explain(self, error: Exception) -> Error:
        got = _message(error)
        if isinstance(error, ValueError) or type(error).__name__ == "InvalidArgument":
            return SignatureError(f"model '{self.name}'", expected="inputs that its graph takes", got=got)
        return ServingError(f"model '{self.name}'", expected="a run without failure", got=got)


def load(path: str | os.PathLike[str]) -> OnnxExecutable:
    """Make a model file ready to run; see `OnnxExecutable`.

    Raises:
        ArtifactError: if the file is absent, damaged, hostile or of another kind.
    """
    return OnnxExecutable(path)


def _open(scanned: Scan, asked: Options, errors: tuple[type[Exception], ...]) -> Any:
    """Open a session on the bytes that were checked.

    The format is stated: onnxruntime takes bytes that name its own format for that, whatever a protocol buffer reader
    finds in them.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _FATAL
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, f"ORT_ENABLE_{asked.level.upper()}")
    if asked.threads is not None:
        options.intra_op_num_threads = asked.threads
    if scanned.folder is not None:
        folder = str(scanned.folder.resolve())
        options.add_session_config_entry("session.model_external_initializers_file_folder_path", folder)
    try:
        session = onnxruntime.InferenceSession(scanned.model, options, providers=["CPUExecutionProvider"])
    except errors as error:
        raise ArtifactError(scanned.where, expected="a graph that onnxruntime can run", got=_message(error)) from None
    # The session would keep the file's bytes for a change of provider, which never comes.
    session._model_bytes = b""
    return session


def _errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises: its own exceptions have no common base."""
    try:
        from onnxruntime.capi import onnxruntime_pybind11_state as state
    except ImportError as error:
        raise ServingError(
            "running a model",
            expected="onnxruntime, installed for this platform",
            got=str(error),
            hint="pip install onnxruntime",
        ) from error
    own = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, ValueError, RuntimeError)


def _ports(nodes: Sequence[Any], scanned: Scan) -> list[Port]:
    return [_port(node, scanned) for node in nodes]


def _port(node: Any, scanned: Scan) -> Port:
    labels = scanned.labels.get(node.name, ())
    if labels and node.type in ("seq(map(string,tensor(float)))", "seq(map(int64,tensor(float)))"):
        return Port(node.name, "tensor(float)", (None, len(labels)), labels)
    if node.name in scanned.unranked and not node.shape:
        return Port(node.name, node.type, None)
    sizes = (None if size == "" or (isinstance(size, int) and size < 0) else size for size in node.shape)
    return Port(node.name, node.type, tuple(sizes))


def _message(error: Exception) -> str:
    """onnxruntime's own words, less its prefix and what follows the first line."""
    text = str(error).strip().splitlines()
    line = text[0] if text else type(error).__name__
    return line.split(" : ", 3)[-1] if line.startswith("[ONNXRuntimeError]") else line
