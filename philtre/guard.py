"""A model file is hostile until it is checked: nothing here trusts a length, a size, a path or a name in it.

The check reads the protocol buffer itself, before onnxruntime reads a byte. What a graph does when it runs (a `Loop`
that does not end, a `ConstantOfShape` of a computed size) no reading can tell: give the models of strangers a process
with limits.
"""

import math
from pathlib import Path
from typing import Any, NamedTuple

from philtre.errors import ArtifactError
from philtre.protobuf import BYTES, VARINT, Reader, Values, schema

DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc", "ai.onnx.preview.training")
MAX_RANK = 64
MAX_ELEMENTS = 1 << 40
MAX_METADATA = 32 << 20
_SHARING = 4
_NONE = (0, 0)

_ONNX = schema(
    """
ModelProto: 1 ir_version int, 2 producer_name bytes, 3 producer_version bytes, 4 domain bytes, 5 model_version int, \
6 doc_string bytes, 7 graph GraphProto, 8 opset_import OperatorSetIdProto[], \
14 metadata_props StringStringEntryProto[], 20 training_info TrainingInfoProto*, 25 functions refused, \
26 configuration refused
GraphProto: 1 node NodeProto*, 2 name bytes, 5 initializer TensorProto*, 10 doc_string bytes, \
11 input ValueInfoProto[], 12 output ValueInfoProto[], 13 value_info ValueInfoProto*, \
14 quantization_annotation TensorAnnotation*, 15 sparse_initializer refused, 16 metadata_props StringStringEntryProto*
NodeProto: 1 input bytes*, 2 output bytes*, 3 name bytes, 4 op_type bytes, 5 attribute AttributeProto*, \
6 doc_string bytes, 7 domain bytes, 8 overload bytes, 9 metadata_props StringStringEntryProto*, \
10 device_configurations refused
AttributeProto: 1 name bytes, 2 f fixed32, 3 i int, 4 s bytes, 5 t TensorProto, 6 g GraphProto, 7 floats fixed32*, \
8 ints int*, 9 strings bytes*, 10 tensors TensorProto*, 11 graphs GraphProto*, 13 doc_string bytes, 14 tp TypeProto, \
15 type_protos TypeProto*, 20 type int, 21 ref_attr_name bytes, 22 sparse_tensor refused, 23 sparse_tensors refused
TensorProto: 1 dims int[], 2 data_type int, 4 float_data fixed32*, 5 int32_data int*, 6 string_data bytes*, \
7 int64_data int*, 8 name bytes, 9 raw_data bytes, 10 double_data fixed64*, 11 uint64_data int*, 12 doc_string bytes, \
13 external_data StringStringEntryProto[], 14 data_location int, 16 metadata_props StringStringEntryProto*
ValueInfoProto: 1 name bytes, 2 type TypeProto, 3 doc_string bytes, 4 metadata_props StringStringEntryProto*
TypeProto: 1 tensor_type TensorType, 4 sequence_type SequenceType, 5 map_type MapType, 6 denotation bytes, \
7 opaque_type refused, 8 sparse_tensor_type refused, 9 optional_type SequenceType
TensorType: 1 elem_type int, 2 shape TensorShapeProto
SequenceType: 1 elem_type TypeProto
MapType: 1 key_type int, 2 value_type TypeProto
TensorShapeProto: 1 dim Dimension*
Dimension: 1 dim_value int, 2 dim_param bytes, 3 denotation bytes
TensorAnnotation: 1 tensor_name bytes, 2 quant_parameter_tensor_names StringStringEntryProto*
TrainingInfoProto: 1 initialization GraphProto, 2 algorithm GraphProto, \
3 initialization_binding StringStringEntryProto*, 4 update_binding StringStringEntryProto*
OperatorSetIdProto: 1 domain bytes, 2 version int
StringStringEntryProto: 1 key bytes, 2 value bytes
"""
)

_HINTS = {
    "functions": "inline them first: onnx.inliner.inline_local_functions(model)",
    "sparse_initializer": "store it dense: a few bytes of a sparse tensor stand for any amount of memory",
    "sparse_tensor": "store it dense: a few bytes of a sparse tensor stand for any amount of memory",
}

_BITS = dict.fromkeys((2, 3, 9, 17, 18, 19, 20, 24), 8) | dict.fromkeys((4, 5, 10, 16), 16)
_BITS |= dict.fromkeys((1, 6, 12), 32) | dict.fromkeys((7, 11, 13, 14), 64) | {15: 128}
_BITS |= dict.fromkeys((21, 22, 23), 4) | dict.fromkeys((25, 26), 2)
_STRING = 8
_TYPED = {1: "float_data", 14: "float_data", 7: "int64_data", _STRING: "string_data", 11: "double_data"}
_TYPED |= {12: "uint64_data", 13: "uint64_data", 15: "double_data"}
_COMPLEX = (14, 15)
_DATA = ("raw_data", "float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data")

_OTHER_FILES = {
    b"PK": "a zip archive (a torch, Keras or NumPy file?)",
    b"\x80": "a pickle",
    b"\x89HDF": "an HDF5 file",
    b"version https://git-lfs": "a Git LFS pointer, without the file it stands for",
}


class Facts(NamedTuple):
    """What a sound model file says of itself."""

    opsets: dict[str, int]
    """Version of each operator set, by domain."""
    properties: list[tuple[str, tuple[int, int]]]
    """Keys of the metadata, and where their values stand."""
    labels: dict[str, tuple[str | int, ...]]
    """Class labels of each `ZipMap`, by the name of its output."""
    unranked: frozenset[str]
    """Inputs and outputs of the graph that are declared without a shape."""
    external: bool
    """Whether tensors lie in other files."""


def check(data: bytes, where: str, folder: Path | None = None) -> Facts:
    """Check the bytes of an ONNX model.

    Args:
        data: the whole file.
        where: what it is, for errors.
        folder: where files that it names may lie; None allows none.

    Raises:
        ArtifactError: if anything in it is not as it should be.
    """
    return Guard(data, where, folder).facts()


class Guard:
    """The checks of one file; see `check`."""

    def __init__(self, data: bytes, where: str, folder: Path | None) -> None:
        checks = {"TensorProto": self._tensor, "NodeProto": self._node}
        self.reader = Reader(data, where, _ONNX, checks, _HINTS)
        self.where = where
        self.folder = folder
        self.labels: dict[str, tuple[str | int, ...]] = {}
        self.external: dict[str, int] = {}
        self.external_bytes = 0

    def facts(self) -> Facts:
        """Check everything."""
        data, text = self.reader.data, self.reader.text
        other = next((kind for magic, kind in _OTHER_FILES.items() if data.startswith(magic)), None)
        if other or not data:
            raise ArtifactError(self.where, expected="an ONNX model", got=other or "an empty file")
        model = self.reader.read("ModelProto", 0, len(data))
        if "graph" not in model:
            raise ArtifactError(self.where, expected="an ONNX model", got="one without a graph")
        if self.external_bytes > _SHARING * sum(self.external.values()):
            raise self.reader.refuse(f"{self.external_bytes:,} bytes of external data, the same ones many times", 0)
        properties = [(text(p.get("key", _NONE)), p.get("value", _NONE)) for p in model.get("metadata_props", [])]
        size = sum(stop - start for _, (start, stop) in properties)
        if size > MAX_METADATA:
            raise self.reader.refuse(f"{size:,} bytes of metadata, where {MAX_METADATA:,} are allowed", 0)
        opsets = {text(o.get("domain", _NONE)): o.get("version", 0) for o in model.get("opset_import", [])}
        return Facts(opsets, properties, self.labels, self._unranked(model["graph"]), bool(self.external))

    def _unranked(self, graph: Values) -> frozenset[str]:
        values = [*graph.get("input", []), *graph.get("output", [])]
        return frozenset(
            self.reader.text(value.get("name", _NONE))
            for value in values
            if "shape" not in value.get("type", {}).get("tensor_type", {})
        )

    def _node(self, node: Values, start: int, stop: int) -> None:
        domain = self.reader.text(node.get("domain", _NONE))
        operator = self.reader.data[slice(*node.get("op_type", _NONE))]
        if domain not in DOMAINS:
            raise self.reader.refuse(
                f"the operator {operator.decode(errors='replace')[:60]!r} of the domain {domain[:60]!r}",
                start,
                hint=f"domains that are run: {', '.join(filter(None, DOMAINS))}",
            )
        if operator == b"ZipMap":
            self._zip_map(start, stop)

    def _zip_map(self, start: int, stop: int) -> None:
        """Keep the labels of a `ZipMap`, which the type of its output does not tell."""
        output, labels = "", list[str | int]()
        for _, tag, begin, end in self.reader.fields(start, stop):
            if tag == _tag(2):
                output = self.reader.text((begin, end))
            elif tag == _tag(5):
                for _, part, first, last in self.reader.fields(begin, end):
                    if part == _tag(9):
                        labels.append(self.reader.text((first, last)))
                    elif part == _tag(8):
                        labels.extend(map(_signed, self.reader.packed(first, last)))
                    elif part == _tag(8, VARINT):
                        labels.append(_signed(first))
        self.labels[output] = tuple(labels)

    def _tensor(self, tensor: Values, start: int, stop: int) -> None:
        """Compare what a tensor declares with the bytes that are there."""
        kind = tensor.get("data_type", 0)
        if kind != _STRING and kind not in _BITS:
            raise self.reader.refuse(f"a tensor of the unknown data type {kind}", start)
        count = self._count(tensor.get("dims", []), start)
        location = tensor.get("data_location", 0)
        if location == 1 and kind != _STRING:
            self._external(tensor, (count * _BITS[kind] + 7) // 8, start)
        elif location == 0:
            self._inline(tensor, kind, count, start)
        else:
            raise self.reader.refuse(f"the data location {location} of a tensor", start)

    def _inline(self, tensor: Values, kind: int, count: int, start: int) -> None:
        """Ask for as much data as the shape says, in the one place where the data type has it."""
        present = [name for name in _DATA if name in tensor]
        if len(present) > 1:
            raise self.reader.refuse(f"a tensor with both {present[0]} and {present[1]}", start)
        name = present[0] if present else "data"
        if name not in ("data", "raw_data" if kind != _STRING else "", _TYPED.get(kind, "int32_data")):
            raise self.reader.refuse(f"{name} in a tensor of the data type {kind}", start)
        expected, got = _stored(kind, count, raw=name == "raw_data"), _size(tensor.get(name, 0))
        if got != expected:
            sized = f"{count:,} elements ({expected:,} {'bytes' if name == 'raw_data' else 'values'})"
            raise self.reader.refuse(f"a tensor of {sized} with {got:,} in its {name}", start)

    def _count(self, dims: list[int], start: int) -> int:
        """Number of elements of a shape."""
        if len(dims) > MAX_RANK:
            raise self.reader.refuse(f"a tensor of {len(dims):,} axes, where {MAX_RANK} are allowed", start)
        if max(dims, default=0) >= 1 << 63:
            raise self.reader.refuse("a tensor with a negative size", start)
        if math.prod(filter(None, dims)) > MAX_ELEMENTS:
            raise self.reader.refuse(f"a tensor of the shape {dims}", start)
        return math.prod(dims)

    def _external(self, tensor: Values, size: int, start: int) -> None:
        """Allow data in another file of the model's folder, and nowhere else."""
        entries = dict(map(self._entry, tensor.get("external_data", [])))
        location = entries.get("location", "")
        present = self._size_of(location)
        if present is None:
            raise self.reader.refuse(
                f"data in {location[:60]!r}",
                start,
                hint="a relative path to a file in the model's own folder, which is no link"
                if self.folder
                else "load it from a path: bytes have no folder",
            )
        offset, length = self._number(entries, "offset", 0, start), self._number(entries, "length", size, start)
        if length != size or offset + size > present:
            raise self.reader.refuse(f"{size:,} bytes at {offset:,} of {location[:60]!r}, which has {present:,}", start)
        self.external[location] = present
        self.external_bytes += size

    def _size_of(self, location: str) -> int | None:
        """Size of a file of the model's folder; None if the path leads elsewhere, or through a link."""
        parts = Path(location).parts
        plain = parts and not Path(location).is_absolute() and not {"..", "*"} & {*parts}
        if self.folder is None or not plain or any(letter in location for letter in "\\:\0"):
            return None
        try:
            path = self.folder.resolve() / location
            return path.stat().st_size if path.resolve() == path and path.is_file() else None
        except (OSError, RuntimeError):
            return None

    def _entry(self, entry: Values) -> tuple[str, str]:
        return self.reader.text(entry.get("key", _NONE)), self.reader.text(entry.get("value", _NONE))

    def _number(self, entries: dict[str, str], key: str, default: int, start: int) -> int:
        text = entries.get(key, str(default))
        if not (text.isascii() and text.isdecimal() and len(text) < 20):
            raise self.reader.refuse(f"{text[:60]!r} as the {key} of external data", start)
        return int(text)


def _stored(kind: int, count: int, raw: bool) -> int:
    """Bytes of raw data, or numbers of typed data, that so many elements take."""
    if kind == _STRING:
        return count
    bits = _BITS[kind]
    if raw or bits < 8:
        return (count * bits + 7) // 8
    return count * 2 if kind in _COMPLEX else count


def _size(found: Any) -> int:
    return int(found[1] - found[0] if isinstance(found, tuple) else found)


def _tag(number: int, wire: int = BYTES) -> int:
    return number << 3 | wire


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value
