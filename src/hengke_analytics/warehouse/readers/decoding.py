"""A whole text file as one string, for formats that cannot be read line by line. Only in the child."""

from __future__ import annotations

from pathlib import Path

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import encoding
from hengke_analytics.warehouse.readers import limits


def text_of(path: Path) -> tuple[str, str]:
    """(text, label of its encoding), decided by the bytes: what such files declare is often wrong."""
    data = path.read_bytes()
    seen = encoding.scan([data], limit=limits.SCAN_BYTES)
    if seen.nul:
        raise InputError(
            "nul_bytes", "The text holds NUL bytes, so it is damaged or no text: export it again."
        )
    return data.decode(seen.encoding, "replace"), seen.label
