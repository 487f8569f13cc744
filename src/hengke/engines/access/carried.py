"""What is read along with the person asking, in the same query: numbers that tell a process that it is out of date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Subquery

_carried: dict[str, tuple[Callable[[], Subquery], Callable[[int], None]]] = {}


def carry(name: str, query: Callable[[], Subquery], arrived: Callable[[int], None]) -> None:
    """Read `query` as `name` with every person, and call `arrived` with its number (0 for none)."""
    _carried[name] = (query, arrived)


def queries() -> dict[str, Any]:
    """What to annotate a query for a person with."""
    return {name: query() for name, (query, _arrived) in _carried.items()}


def tell(row: Any) -> None:
    """Hand on what was read with `row`."""
    for name, (_query, arrived) in _carried.items():
        arrived(getattr(row, name) or 0)
