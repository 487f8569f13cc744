"""Between which days customers flowed, and with whose eyes that is seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.kernel.period import ONE_DAY, Period
from hengke.modules.insight.dashboard import facts

if TYPE_CHECKING:
    from ibis.expr import types as ir

SUBJECT = "insight.dashboard"


@dataclass(frozen=True)
class Asked:
    """The visible lines and two days; without any, the last day with data and the same day a year before."""

    actor: Actor
    facts: ir.Table
    earlier: date
    later: date
    first: date
    last: date

    @classmethod
    def of(cls, actor: Actor, parameters: Mapping[str, str], action: str = "view") -> Asked:
        """NotAllowed, NotFound before the first import, InputError for days that cannot be."""
        grants.require(actor, "view", SUBJECT)
        span = facts.span(facts.visible(actor, "facts_month"))
        later = _day(parameters.get("later", "")) or span.last
        earlier = _day(parameters.get("earlier", "")) or Period(later, later + ONE_DAY).last_year().start
        if earlier >= later:
            raise InputError("days_order", "The first day must lie before the second.")
        table = facts.visible(actor, "facts", action)
        return cls(actor, table, earlier, later, span.first, span.last)

    @property
    def moves(self) -> ir.Table:
        """One row per customer: (customer, origin, target, before, after)."""
        from hengke_analytics.measures import moves

        return moves(self.facts, self.earlier, self.later)

    @property
    def shows_money(self) -> bool:
        return "money" not in grants.hidden(self.actor, facts.LINES)

    def days(self) -> list[date]:
        """Days to choose from: the last with data, and the ends of the years with data before it, newest first."""
        ends = [date(year, 12, 31) for year in range(self.last.year - 1, self.first.year - 1, -1)]
        wanted = {self.last, self.earlier, self.later, *ends}
        return sorted(wanted, reverse=True)

    def url(self, **more: str) -> str:
        """The question as the end of an address."""
        return urlencode({"earlier": self.earlier.isoformat(), "later": self.later.isoformat()} | more)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
        Period(found, found + ONE_DAY).last_year()
    except (ValueError, OverflowError):
        raise InputError(
            "day_unreadable", '"{text}" is not a day: write 2025-12-31.', text=text[:40]
        ) from None
    if not 1900 < found.year < 2200:
        raise InputError("day_unreadable", '"{text}" is not a day: write 2025-12-31.', text=text[:40])
    return found
