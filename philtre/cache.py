"""What was measured once is kept on disk: a folder of small JSON files, per machine and versions."""

import hashlib
import os
import platform
import secrets
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
_PACKAGES = ("philtre", "jax", "jaxlib", "numpy", "onnxruntime", "torch")


def folder() -> Path:
    """The cache folder of the user: ``$XDG_CACHE_HOME/philtre``, by default ``~/.cache/philtre``."""
    asked = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(asked) if os.path.isabs(asked) else Path.home() / ".cache") / "philtre"


def read(name: str, kind: type[T]) -> T | None:
    """Read what `write` kept; None where there is nothing, or nothing of that type."""
    try:
        return msgspec.json.decode((folder() / name).read_bytes(), type=kind)
    except (OSError, RuntimeError, msgspec.MsgspecError):
        return None


def write(name: str, value: Any) -> None:
    """Keep a value so that a reader finds all of it or nothing; where the folder cannot be written, it is not kept."""
    with suppress(OSError, RuntimeError):
        path = folder() / name
        part = path.with_name(f".{name}-{secrets.token_hex(8)}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(msgspec.json.encode(value))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def key(*facts: Any) -> str:
    """A short name for facts on this machine, with these versions of the packages that compute."""
    return hashlib.sha256(repr((*facts, *_machine())).encode()).hexdigest()[:32]


def _machine() -> tuple[Any, ...]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return platform.node(), platform.machine(), _processor(), cores, *map(_version, _PACKAGES)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
