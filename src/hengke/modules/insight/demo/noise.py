"""Random numbers by address: the same (seed, stream, ids) always gives the same number.

A year of the ledger can so be made alone and in pieces, without replaying the years before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def bits(seed: int, stream: str, ids: Ints) -> NDArray[np.uint64]:
    """64 mixed bits for every id (SplitMix64 finaliser; Steele, Lea & Flood 2014)."""
    salt = (seed * _GOLDEN + int.from_bytes(stream.encode()[:8].ljust(8, b"\0"), "little")) & _MASK
    x = (ids.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN) ^ np.uint64(salt)
    for _ in range(2):  # twice: neighbouring ids and streams must not look alike
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return x


def uniform(seed: int, stream: str, ids: Ints) -> Floats:
    """Uniform numbers in [0, 1) with 53 bits."""
    return (bits(seed, stream, ids) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def integers(seed: int, stream: str, ids: Ints, high: int) -> Ints:
    """Whole numbers in [0, high)."""
    return (uniform(seed, stream, ids) * high).astype(np.int64)
