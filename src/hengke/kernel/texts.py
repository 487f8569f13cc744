"""Text and JSON as clients send them: what no database, file or answer can hold is refused at the door."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from hengke.kernel.errors import InputError

# NUL ends a text in C and PostgreSQL knows none; a lone surrogate has no bytes in UTF-8.
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")


def is_usable(text: str) -> bool:
    """Whether every store, file and answer can hold the text."""
    return _UNUSABLE.search(text) is None


def read_json(data: str | bytes) -> Any:
    """The value that a client wrote; InputError `json_unreadable` for what is no JSON (NaN and Infinity
    neither, nor numbers beyond a float) and for text that cannot be stored.
    """
    try:
        value = json.loads(data, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not all(is_usable(text) for text in _texts(value)):
        raise _unreadable()
    return value


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(digits)
    return value


def _texts(value: Any) -> list[str]:
    """Every key and text within; a stack of its own, so that depth costs nothing."""
    found, waiting = [], [value]
    while waiting:
        match waiting.pop():
            case str(text):
                found.append(text)
            case list(items):
                waiting += items
            case dict(members):
                waiting += [*members, *members.values()]
    return found


def _unreadable() -> InputError:
    return InputError("json_unreadable", "The request is not valid JSON.")
