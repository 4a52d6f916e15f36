"""One .onnx file is one graph with one signature: what philtre knows of it stands in the file's metadata, as JSON."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import numpy as np

from philtre import guard
from philtre.errors import ArtifactError
from philtre.profile import Profile
from philtre.protobuf import BYTES, Reader, encode_bytes
from philtre.signature import Signature

KEY = "philtre"
FORMAT = 1
MAX_BYTES = 1 << 31
MAX_JSON_DEPTH = 32

_METADATA_PROPS = 14 << 3 | BYTES
_KEY = 1 << 3 | BYTES
_PACKAGES = ("philtre", "jax", "numpy", "onnx", "onnxruntime")

Source = bytes | str | os.PathLike[str]


class Options(msgspec.Struct, frozen=True):
    """How onnxruntime runs a graph best, as measured.

    Args:
        threads: threads of one run; as many as there are cores, if None.
        level: how far onnxruntime rewrites the graph.
    """

    threads: Annotated[int, msgspec.Meta(ge=1, le=1024)] | None = None
    level: Literal["all", "extended", "basic"] = "all"


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What a model file says of itself, beside its graph.

    Args:
        name: name of the model.
        signature: the fields at its boundary.
        profiles: summary of each field in the data it was trained on: ``{"inputs": {...}, "outputs": {...}}``.
        metrics: figures, as JSON values.
        recipe: Python code that builds the recipe again.
        provenance: where it comes from, as JSON values; see `provenance`.
        options: how onnxruntime runs it best.
        format: version of this structure.
    """

    name: str
    signature: Signature
    profiles: dict[str, dict[str, Profile]] = {}
    metrics: dict[str, Any] = {}
    recipe: str = ""
    provenance: dict[str, Any] = {}
    options: Options = Options()
    format: int = FORMAT


class Scan(NamedTuple):
    """A model file that passed the checks."""

    where: str
    """What it is, for errors."""
    name: str
    """Stem of the file; the name in the metadata where the model came as bytes."""
    model: bytes
    """The bytes that were checked, and no others, are what a runtime should read."""
    folder: Path | None
    """Where the tensors lie that are in files of their own; None if there are none."""
    metadata: Metadata | None
    """None for a file that was not made by philtre."""
    opsets: dict[str, int]
    """Version of each operator set, by domain."""
    labels: dict[str, tuple[str | int, ...]]
    """Class labels of each `ZipMap`, by the name of its output."""
    unranked: frozenset[str]
    """Inputs and outputs of the graph that are declared without a shape."""


def scan(model: Source) -> Scan:
    """Check a model file that may be hostile, without a runtime.

    Args:
        model: path of the file, or its bytes.

    Raises:
        ArtifactError: if it is absent, too large, damaged, not ONNX, or asks for what no sound model needs.
    """
    path = None if isinstance(model, bytes) else Path(model)
    where = "model" if path is None else f"model '{path}'"
    data = model if isinstance(model, bytes) else _read(Path(model), where)
    facts = guard.check(data, where, path.parent if path else None)
    metadata = _find(data, facts, where)
    return Scan(
        where,
        path.stem if path else metadata.name if metadata else "model",
        data,
        path.parent if path and facts.external else None,
        metadata,
        facts.opsets,
        facts.labels,
        facts.unranked,
    )


def attach(model: bytes, metadata: Metadata) -> bytes:
    """Write metadata into the bytes of an ONNX model, in place of what stood there.

    The same metadata give the same bytes. NaN and infinities, which JSON lacks, become null.

    Raises:
        ArtifactError: if `model` is no protocol buffer, or the metadata cannot be read back from JSON.
    """
    where = f"metadata of model '{metadata.name}'"
    text = _to_json(metadata, where)
    _from_json(text, where)
    reader = Reader(model, "model")
    kept = [
        memoryview(model)[position:end]
        for position, tag, content, end in reader.fields(0, len(model))
        if not (tag == _METADATA_PROPS and _key(reader, content, end) == KEY)
    ]
    entry = encode_bytes(1, KEY.encode()) + encode_bytes(2, text)
    return b"".join([*kept, encode_bytes(14, entry)])


def provenance(**extra: Any) -> dict[str, Any]:
    """Say where a model comes from: versions of the packages installed, time, and whatever else is given.

    The time is that of ``SOURCE_DATE_EPOCH``, where this is set, so that a build can be repeated to the byte.

    Raises:
        ArtifactError: if ``SOURCE_DATE_EPOCH`` is no number of seconds.
    """
    from importlib import metadata

    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return {"versions": versions, "time": _now().isoformat(), **extra}


def write(path: str | os.PathLike[str], model: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever interrupts.

    Raises:
        ArtifactError: if its folder does not exist, may not be written, or the disk is full.
    """
    path = Path(path)
    part = path.parent / f".{KEY}-{secrets.token_hex(8)}.part"
    try:
        with part.open("xb") as file:
            file.write(model)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink()


def _read(path: Path, where: str) -> bytes:
    """Read a regular file; a pipe or a device is not waited for."""
    try:
        with open(path, "rb", opener=_open) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ArtifactError(where, expected="a regular file", got="a pipe or a device")
            if status.st_size > MAX_BYTES:
                raise ArtifactError(where, expected="at most 2 GiB", got=f"{status.st_size:,} bytes")
            return file.read(status.st_size)
    except OSError as error:
        raise ArtifactError(where, expected="a file that can be read", got=_reason(error)) from None


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _find(data: bytes, facts: guard.Facts, where: str) -> Metadata | None:
    found = [span for key, span in facts.properties if key == KEY]
    if len(found) > 1:
        raise ArtifactError(where, expected=f"one entry '{KEY}' in its metadata", got=f"{len(found)}")
    return _from_json(data[slice(*found[0])], where) if found else None


def _to_json(metadata: Metadata, where: str) -> bytes:
    """Order has a meaning in signatures and profiles; where it has none, keys are sorted."""
    parts = {name: getattr(metadata, name) for name in metadata.__struct_fields__}
    try:
        for name in ("metrics", "provenance"):
            parts[name] = msgspec.Raw(msgspec.json.encode(parts[name], order="deterministic", enc_hook=_plain))
        return msgspec.json.encode(parts)
    except (TypeError, ValueError, RecursionError) as error:
        raise ArtifactError(where, expected="values that JSON has", got=str(error)) from None


def _from_json(text: bytes, where: str) -> Metadata:
    try:
        version = msgspec.json.decode(text, type=_Version).format
        if version != FORMAT:
            hint = "a newer philtre made it; upgrade" if version > FORMAT else ""
            raise ArtifactError(where, expected=f"metadata of format {FORMAT}", got=f"format {version}", hint=hint)
        metadata = msgspec.json.decode(text, type=Metadata)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ArtifactError(where, expected="sound philtre metadata", got=str(error)) from None
    if _depth([metadata.metrics, metadata.provenance]) > MAX_JSON_DEPTH:
        raise ArtifactError(where, expected=f"at most {MAX_JSON_DEPTH} levels of JSON", got="more")
    return metadata


class _Version(msgspec.Struct):
    format: int


def _depth(value: Any) -> int:
    """Levels of a JSON value, level by level, so that deep ones cost no stack."""
    level, depth = [value], 0
    while level and depth <= MAX_JSON_DEPTH:
        children = (
            part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)
        )
        level = [child for group in children for child in group]
        depth += 1
    return depth


def _plain(value: Any) -> Any:
    """NumPy scalars and arrays are JSON values, too."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"a {type(value).__name__}")


def _key(reader: Reader, start: int, stop: int) -> str:
    spans = [(content, end) for _, tag, content, end in reader.fields(start, stop) if tag == _KEY]
    return reader.text(spans[-1]) if spans else ""


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise ArtifactError("SOURCE_DATE_EPOCH", expected="seconds since 1970", got=repr(epoch)) from None


def _sync(folder: Path) -> None:
    """Make a rename durable, where folders can be synced."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> ArtifactError:
    where = f"file '{path}'"
    if not path.parent.is_dir():
        return ArtifactError(where, expected="a folder that exists", got=f"'{path.parent}'")
    if path.is_dir():
        return ArtifactError(where, expected="the name of a file", got="a folder")
    hint = "free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return ArtifactError(where, expected="a place that can be written", got=_reason(error), hint=hint)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
