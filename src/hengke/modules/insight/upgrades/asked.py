"""The facts behind the pages of upgrades, seen with the actor's eyes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError, NotAllowed
from hengke.kernel.numbers import is_whole
from hengke.kernel.period import ONE_DAY, Period
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.boards import customers as people_of

if TYPE_CHECKING:
    from ibis.expr import types as ir

    from hengke_analytics.measures.pyramid import Simulation, TierRow

SUBJECT = "insight.dashboard"
RISING = ("small", "regular", "major")
SHOWN = 50


@dataclass(frozen=True)
class Asked:
    """Sums per customer and day, and the twelve months up to the last day with data."""

    facts: ir.Table
    period: Period

    @classmethod
    def of(cls, actor: Actor) -> Asked:
        """NotAllowed for whom amounts or tiers do not exist; NotFound before the first import."""
        grants.require(actor, "view", SUBJECT)
        no_tiers = "tier" in grants.hidden(actor, "customers.customer")
        if no_tiers or "money" in grants.hidden(actor, facts.LINES):
            raise NotAllowed(
                "not_allowed", "Your role does not allow this. Ask an administrator if you need it."
            )
        last = facts.span(facts.visible(actor, "facts_month")).last
        year = Period(Period(last, last + ONE_DAY).last_year().end, last + ONE_DAY)
        return cls(facts.visible(actor, "facts_day"), year)

    def pyramid(self) -> list[TierRow]:
        """The storeys of the twelve months."""
        from hengke_analytics.measures import contributions, pyramid

        return pyramid(contributions(self.facts, self.period))

    def rising(self, customer: int | None = None) -> list[dict[str, Any]]:
        """Customers with the highest potential, or the one asked for."""
        from hengke_analytics.engine import rows
        from hengke_analytics.measures import potential
        from hengke_analytics.measures.flow import last_full_year
        from hengke_analytics.shapes import ibis

        last = self.period.last_day
        found = potential(self.facts, self.period, last, last_year=last_full_year(last))
        if customer is not None:
            found = found.filter(found.customer == ibis.literal(customer))
        return named(rows(found.limit(SHOWN)))

    def newcomers(self, storeys: list[TierRow]) -> list[dict[str, Any]]:
        """Customers that came within the twelve months, with their first tier."""
        from hengke_analytics.engine import rows
        from hengke_analytics.measures import newcomers

        return named(rows(newcomers(self.facts, self.period, storeys).limit(SHOWN)))

    def simulated(self, tier: str, percent: str) -> Simulation:
        """What it brings when so many percent of a tier reach the median of the next one."""
        from hengke_analytics.measures import contributions, simulate

        if tier not in RISING or not is_whole(percent) or not 1 <= int(percent) <= 100:
            raise InputError("simulation", "Choose a tier and a whole percentage from 1 to 100.")
        margins = (
            contributions(self.facts, self.period, basis="margin") if "cost" in self.facts.columns else None
        )
        amounts = contributions(self.facts, self.period)
        return simulate(amounts, tier=tier, fraction=Decimal(percent) / 100, margins=margins)


def named(listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Names and places from the warehouse's small dimension."""
    people = people_of(row["customer"] for row in listed)
    for row in listed:
        row.update(people.get(row["customer"], {"name": "?", "number": "", "city": "", "province": ""}))
    return listed
