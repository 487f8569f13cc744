"""Paging by the last row seen: the hundredth page costs as much as the first."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import OrderBy

from hengke.kernel.errors import InputError
from hengke.kernel.texts import read_json

_KINDS: dict[str, Any] = {"d": Decimal, "t": datetime.fromisoformat, "D": date.fromisoformat}


@dataclass(frozen=True)
class Order:
    """Sort by `path`, then the same way by `key`, which is unique; rows without a value come last both ways.

    The same way, so that one index over (path, key) serves both directions without sorting equal values.
    """

    path: str
    key: str
    descending: bool = False
    nullable: bool = False

    def by(self, *, backwards: bool = False) -> list[OrderBy]:
        """The expressions for order_by."""
        down = self.descending != backwards
        key = F(self.key).desc() if down else F(self.key).asc()
        if self.path == self.key:
            return [key]
        if not self.nullable:
            first = F(self.path).desc() if down else F(self.path).asc()
        elif backwards:
            first = F(self.path).desc(nulls_first=True) if down else F(self.path).asc(nulls_first=True)
        else:
            first = F(self.path).desc(nulls_last=True) if down else F(self.path).asc(nulls_last=True)
        return [first, key]

    def beyond(self, value: Any, key: int, *, backwards: bool = False) -> Q:
        """The rows after (or before) the one with this value and key."""
        word = "lt" if self.descending != backwards else "gt"
        past = Q(**{f"{self.key}__{word}": key})
        if self.path == self.key:
            return past
        if value is None:
            rest = Q(**{f"{self.path}__isnull": True}) & past
            return rest | Q(**{f"{self.path}__isnull": False}) if backwards else rest
        # The outer bound lets an index over (path, key) start at the right place.
        here = Q(**{f"{self.path}__{word}e": value}) & (Q(**{f"{self.path}__{word}": value}) | past)
        return here if backwards or not self.nullable else here | Q(**{f"{self.path}__isnull": True})


def encode(value: Any, key: int) -> str:
    """A cursor: opaque to clients, readable only as a position, never as a query."""
    kind, plain = "", value
    if isinstance(value, Decimal):
        kind, plain = "d", str(value)
    elif isinstance(value, (date, datetime)):
        # Not Django's encoder, which cuts microseconds off and so would show a row twice.
        kind, plain = "t" if isinstance(value, datetime) else "D", value.isoformat()
    text = json.dumps([kind, plain, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str) -> tuple[Any, int]:
    """The value and key of a cursor; InputError when it was not made by `encode`."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        kind, value, key = read_json(text)
        if not isinstance(key, int) or isinstance(value, (dict, list)) or abs(key) >= 2**63:
            raise ValueError(cursor)
        if kind and value is not None:
            value = _KINDS[kind](value)
        return value, key
    except (InputError, ValueError, TypeError, KeyError, ArithmeticError):
        raise unreadable() from None


def unreadable() -> InputError:
    """What is said of a cursor that `encode` did not make for this list."""
    return InputError("cursor_unreadable", "This page address is not valid. Start again from the first page.")
