"""What the pages of profit are asked: the lines with whose eyes, the last twelve months, and which costs count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import NotAllowed
from hengke.kernel.period import ONE_DAY, Period
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.query import Query
from hengke.modules.insight.models import CostRates
from hengke.modules.insight.services import costs

if TYPE_CHECKING:
    from ibis.expr import types as ir

    from hengke_analytics.measures.profit import Rates

SUBJECT = "insight.dashboard"


@dataclass(frozen=True)
class Asked:
    """The visible lines, the twelve months up to the last day with data, and the costs that count for them.

    `whole` is False for who sees one laboratory only: winning, keeping, calls and visits belong to the whole
    institution and are left out there. `costed` are the sources that state the cost of their lines.
    """

    actor: Actor
    facts: ir.Table
    period: Period
    declared: CostRates | None
    rates: Rates
    whole: bool
    costed: tuple[int, ...]
    sources: int

    @classmethod
    def of(cls, actor: Actor, unit: str = "", action: str = "view") -> Asked:
        """NotAllowed without the right to figures and amounts; NotFound before the first import."""
        grants.require(actor, "view", SUBJECT)
        if "money" in grants.hidden(actor, facts.LINES):
            raise NotAllowed(
                "not_allowed", "Your role does not allow this. Ask an administrator if you need it."
            )
        table = facts.asked(actor, Query(unit=unit), "facts", action)
        last = facts.span(facts.visible(actor, "facts_month")).last
        year = Period(Period(last, last + ONE_DAY).last_year().end, last + ONE_DAY)
        declared = costs.current()
        sources = costs.sources()
        whole = not grants.only_laboratory(actor, facts.LINES) and not unit
        rates = costs.rates(declared) if whole else replace(costs.rates(declared), winning=0, keeping=0)
        costed = tuple(source for source, states in sources.items() if states)
        return cls(actor, table, year, declared, rates, whole, costed, len(sources))

    @property
    def has_received(self) -> bool:
        """Whether the ledgers tell what came in; without it there is no profit to speak of."""
        return "received" in self.facts.columns

    @property
    def is_free(self) -> bool:
        """Whether some work counts as free, because neither its source nor anybody stated its cost."""
        return len(self.costed) < self.sources and costs.states_no_direct_cost(self.declared)

    @contextmanager
    def profit(self) -> Iterator[ir.Table]:
        """Profit per customer, worked out once for all questions about it; one query of contacts."""
        from hengke_analytics.engine import beside, keeping
        from hengke_analytics.measures import profit

        told = costs.contacts(self.actor, self.period) if self.whole else costs.no_contacts()
        with beside(self.facts.get_backend(), told) as contacts, keeping() as keep:
            yield keep(profit(self.facts, self.period, self.rates, contacts=contacts, costed=self.costed))
