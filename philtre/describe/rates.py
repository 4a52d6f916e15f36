"""The rates of a machine: what XLA does in a second, measured once in less than a second, and remembered on disk."""

import os
import platform
import secrets
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import jax
import msgspec

from philtre.describe.measure import Rates, measure

VERSION = 1


@cache
def rates() -> Rates:
    """Give the rates of this machine: those of the cache folder, or measured now and kept there.

    The folder is ``$XDG_CACHE_HOME/philtre``, by default ``~/.cache/philtre``. A file that is damaged, or of another
    machine or version, is measured anew; where the folder cannot be written, they are measured once per process.
    """
    path = folder() / f"rates-{_key()}.json"
    known = read(path)
    if known is None:
        known = measure()
        write(path, known)
    return known


def folder() -> Path:
    """The cache folder of the user."""
    asked = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(asked) if os.path.isabs(asked) else Path.home() / ".cache") / "philtre"


def read(path: Path) -> Rates | None:
    """Read rates; None where there are none, or none that make sense."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Rates)
    except (OSError, msgspec.MsgspecError):
        return None


def write(path: Path, known: Rates) -> None:
    """Write rates so that a reader finds all or none of them; where that cannot be, they are not kept."""
    part = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(msgspec.json.encode(known))
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _key() -> str:
    device = jax.devices()[0]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    facts = (VERSION, platform.node(), platform.machine(), _processor(), cores, device.platform, device.device_kind)
    return sha256(repr((*facts, version("jax"), version("jaxlib"))).encode()).hexdigest()[:16]


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()
