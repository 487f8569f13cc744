"""Days that a filter counts from now: "@today+30", "@month" (its first day), "@quarter-1", "@year+1"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from hengke.kernel import clock
from hengke.kernel.period import YEARS

UNITS = ("today", "month", "quarter", "year")
_RELATIVE = re.compile(rf"@({'|'.join(UNITS)})(?:([+-])(\d{{1,5}}))?")
# How far from now, each about a century, so that no calendar ends on the way.
_FURTHEST = {"today": 40_000, "month": 1_200, "quarter": 400, "year": 100}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def parts(value: Any) -> tuple[str, int] | None:
    """Unit and number of a relative day, ("month", -1); None for anything else or what lies too far away."""
    found = _RELATIVE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    number = int(found[3] or 0)
    return (found[1], -number if found[2] == "-" else number) if number <= _FURTHEST[found[1]] else None


def written(unit: str, number: int) -> str:
    """The text that `parts` reads."""
    return f"@{unit}{number:+d}" if number else f"@{unit}"


def day_of(value: Any) -> Any:
    """Turn a relative day into the day it means now; everything else stays."""
    found = parts(value)
    if found is None:
        return value
    unit, number = found
    today = clock.today()
    if unit == "today":
        return today + timedelta(days=number)
    length = _MONTHS[unit]
    # Counted in months since year 0; a quarter and a year begin at a multiple of their length.
    month = ((today.year * 12 + today.month - 1) // length + number) * length
    first = date(month // 12, month % 12 + 1, 1)
    return first if first.year in YEARS else today
