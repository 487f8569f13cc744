"""Cells that a spreadsheet program may open."""

from __future__ import annotations

import re
from typing import Any

_DANGEROUS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


def harmless(value: Any) -> Any:
    """Text that a spreadsheet could take for a formula gets an apostrophe; numbers stay numbers."""
    if isinstance(value, str) and _DANGEROUS.match(value):
        return "'" + value
    return value
