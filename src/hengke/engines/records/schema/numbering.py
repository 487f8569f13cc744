"""Numbers that people read, given out by a pattern, never twice, whoever asks at the same time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from hengke.kernel import clock

_PART = re.compile(r"{(yyyy|yy|mm|dd|n)(?::0?(\d{1,2}))?}")
# A date part that counts anew must be told apart from the same part of other years or months.
_COARSER = {"mm": ("yyyy", "yy"), "dd": ("mm",)}


@dataclass(frozen=True)
class Numbering:
    """`pattern` such as "C-{n:06}", "Q{yyyy}-{n:06}" or "{yyyy}{mm}-{n:04}", counted under `name`.

    The count begins anew whenever the date parts of the pattern change; a number outgrows its width rather than
    repeat itself. ImproperlyConfigured for a pattern that could give a number twice.
    """

    name: str
    pattern: str

    def __post_init__(self) -> None:
        parts = [part for part, _width in _PART.findall(self.pattern)]
        rest = _PART.sub("", self.pattern)
        if parts.count("n") != 1 or "{" in rest or "}" in rest:
            raise ImproperlyConfigured(f'The pattern "{self.pattern}" needs one {{n}} and no unknown parts.')
        for part, coarser in _COARSER.items():
            if part in parts and not set(coarser) & set(parts):
                raise ImproperlyConfigured(
                    f'In the pattern "{self.pattern}" {{{part}}} needs {{{coarser[0]}}}.'
                )

    def take(self, count: int, on: date | None = None) -> Sequence[str]:
        """Reserve so many consecutive numbers of the day `on` (today); call inside a transaction. One statement."""
        if count < 1:
            return []
        day = on or clock.today()
        return [self._written(day, value) for value in next_numbers(self._counter(day), count)]

    def _counter(self, day: date) -> str:
        dated = [_date_part(part, day) for part, _width in _PART.findall(self.pattern) if part != "n"]
        return "/".join([self.name, *dated])

    def _written(self, day: date, value: int) -> str:
        return _PART.sub(
            lambda found: (
                str(value).zfill(int(found[2] or 1)) if found[1] == "n" else _date_part(found[1], day)
            ),
            self.pattern,
        )


def _date_part(part: str, day: date) -> str:
    return {"yyyy": f"{day:%Y}", "yy": f"{day:%y}", "mm": f"{day:%m}", "dd": f"{day:%d}"}[part]


def next_numbers(name: str, count: int) -> range:
    """Reserve `count` consecutive values of a counter; call inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [name, count])
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


# One statement, so that two who ask at the same time never read the same value.
_RESERVE = (
    "INSERT INTO records_counter AS counter (name, value) VALUES (%s, %s)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value"
)
