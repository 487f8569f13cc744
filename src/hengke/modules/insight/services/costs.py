"""Declared costs: what holds now, and how a person declares others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.timezone import make_aware

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.kernel.clock import CHINA
from hengke.kernel.errors import InputError
from hengke.kernel.money import to_cents
from hengke.kernel.period import Period
from hengke.modules.activities.enums import ActivityKind, ActivityState
from hengke.modules.activities.models import Activity
from hengke.modules.insight.models import CostRates
from hengke.modules.insight.services import warehouse

if TYPE_CHECKING:
    import pyarrow as pa

    from hengke_analytics.measures.profit import Rates

SUBJECT = "insight.costs"
AMOUNTS = ("winning", "keeping", "order", "call", "visit")
DECLARED = (*AMOUNTS, "order_limit")
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


def sources() -> dict[int, bool]:
    """The sources of the current warehouse, and whether they state the cost of their lines."""
    from hengke_analytics.engine import rows

    found = rows(warehouse.open_current().table("dim_source").select("source_id", "has_cost"))
    return {
        row["source_id"]: bool(row["has_cost"]) for row in sorted(found, key=lambda row: row["source_id"])
    }


def costed() -> tuple[int, ...]:
    """The sources that do."""
    return tuple(source for source, states in sources().items() if states)


def contacts(actor: Actor, period: Period) -> pa.Table:
    """Calls and visits of the period that were held, as far as the actor sees them: (customer, calls, visits)."""
    import pyarrow as pa

    done = Activity.objects.visible_to(actor).filter(
        state=ActivityState.DONE, starts_at__gte=_midnight(period.start), starts_at__lt=_midnight(period.end)
    )
    calls = Count("pk", filter=Q(kind=ActivityKind.CALL))
    visits = Count("pk", filter=Q(kind__in=(ActivityKind.VISIT, ActivityKind.MEETING)))
    held = done.exclude(customer=None).order_by().values("customer_id").annotate(calls=calls, visits=visits)
    columns = list(zip(*held.values_list("customer_id", "calls", "visits"), strict=True)) or [(), (), ()]
    names = ("customer", "calls", "visits")
    return pa.table({name: pa.array(column, pa.int64()) for name, column in zip(names, columns, strict=True)})


def no_contacts() -> pa.Table:
    """The same table without anybody."""
    import pyarrow as pa

    return pa.table({name: pa.array([], pa.int64()) for name in ("customer", "calls", "visits")})


def states_no_direct_cost(row: CostRates | None) -> bool:
    """Whether work whose source states no cost counts as free."""
    return row is None or not any(Decimal(share) or Decimal(line) for _place, share, line in row.direct)


def declare(values: Mapping[str, Any], *, actor: Actor) -> CostRates:
    """Declare costs from now on; the former ones stay in the history. InputError for what cannot be.

    Keys: those `DECLARED`, `travel` [(province, city, amount)] and `direct` [(laboratory, percent, amount)].
    """
    grants.require(actor, "change", SUBJECT)
    amounts = {name: _amount(values.get(name, 0)) for name in DECLARED}
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


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()), CHINA)


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
