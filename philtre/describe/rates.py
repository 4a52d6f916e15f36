"""The rates of this machine, measured once and remembered on disk."""

import functools

import jax

from philtre import cache
from philtre.describe.measure import Rates, measure


@functools.cache
def rates() -> Rates:
    """Give the rates of this machine: those of the cache folder, or measured now and kept there.

    A file that is damaged, or of another machine or version, is measured anew; where the folder cannot be written, they
    are measured once per process.
    """
    device = jax.devices()[0]
    name = f"rates-{cache.key(device.platform, device.device_kind)}.json"
    known = cache.read(name, Rates)
    if known is None:
        known = measure()
        cache.write(name, known)
    return known
