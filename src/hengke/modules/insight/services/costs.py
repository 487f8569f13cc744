"""Declared costs: what holds now, and how a person declares others."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.kernel.money import to_cents
from hengke.modules.insight.models import CostRates

if TYPE_CHECKING:
    from hengke_analytics.measures.profit import Rates

SUBJECT = "insight.costs"
AMOUNTS = ("winning", "keeping", "order", "call", "visit")
MOST_ROWS = 60


def current() -> CostRates | None:
    """What was declared last; None before anybody did. One query."""
    return CostRates.objects.order_by("-pk").first()


def rates(row: CostRates | None) -> Rates:
    """Declared costs as the measures take them: cents and ten-thousandths."""
    from hengke_analytics.measures.profit import Direct, Rates

    if row is None:
        return Rates()
    return Rates(
        **{name: _cents(getattr(row, name)) for name in AMOUNTS},
        travel={(province, city): _cents(amount) for province, city, amount in row.travel},
        direct={place: Direct(_parts(share), _cents(line)) for place, share, line in row.direct},
    )


def states_no_direct_cost(row: CostRates | None) -> bool:
    """Whether work whose source states no cost counts as free."""
    return row is None or not any(Decimal(share) or Decimal(line) for _place, share, line in row.direct)


def declare(values: Mapping[str, Any], *, actor: Actor) -> CostRates:
    """Declare costs from now on; the former ones stay in the history. InputError for what cannot be.

    Keys: the `AMOUNTS`, `travel` [(province, city, amount)] and `direct` [(laboratory, percent, amount)].
    """
    grants.require(actor, "change", SUBJECT)
    amounts = {name: _amount(values.get(name, 0)) for name in AMOUNTS}
    travel = [[province, city, str(_amount(amount))] for province, city, amount in values.get("travel", ())]
    direct = [
        [place, str(_percent(share)), str(_amount(line))] for place, share, line in values.get("direct", ())
    ]
    _require_once("travel", [(province, city) for province, city, _amount in travel])
    _require_once("direct", [place for place, _share, _line in direct])
    with transaction.atomic():
        row = CostRates.objects.create(**amounts, travel=travel, direct=direct, actor_id=actor.user_id)
        said = {name: str(amount) for name, amount in amounts.items()}
        events.record("costs.declared", actor=actor, payload={**said, "travel": travel, "direct": direct})
    return row


def _amount(value: Any) -> Decimal:
    amount = Decimal(value or 0)
    if not 0 <= amount < 10**9:
        raise InputError("cost_range", "A cost lies between 0 and one billion yuan.")
    return to_cents(amount)


def _percent(value: Any) -> Decimal:
    share = Decimal(value or 0)
    if not 0 <= share <= 1_000:
        raise InputError("cost_share_range", "A share of what is billed lies between 0 and 1000 percent.")
    return to_cents(share)


def _require_once(what: str, places: list[Any]) -> None:
    if len(places) > MOST_ROWS:
        raise InputError("cost_rows", "At most {most} rows can be declared.", most=MOST_ROWS)
    if len(set(places)) < len(places):
        raise InputError("cost_twice", "A place or laboratory is named twice. Leave one of its rows empty.")


def _cents(amount: Any) -> int:
    return int(Decimal(amount) * 100)


def _parts(percent: Any) -> int:
    """Percent with two places as ten-thousandths."""
    return int((Decimal(percent) * 100).to_integral_value(ROUND_HALF_UP))
