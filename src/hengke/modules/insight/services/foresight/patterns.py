"""What goes together and what follows, and what that means for each customer: offers and what comes next."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from hengke.kernel.errors import NotFound
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight, Offer
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring.writing import may_be_scored

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr import types as ir

    from hengke_analytics.mining.patterns.follow import Following
    from hengke_analytics.mining.patterns.histories import Histories
    from hengke_analytics.mining.patterns.rules import Rule

SUPPORT, CONFIDENCE = Fraction(1, 100), Fraction(3, 10)
FEWEST = 5  # customers of a pattern: fewer are a coincidence
LONGEST = 3
BEST = 3
SEQUENCE_SUPPORT, SEQUENCE_CONFIDENCE = Fraction(1, 50), Fraction(1, 4)
GAP = 550  # days: a calibration cycle and a half
YEARS_READ = 4
EPOCH = date(1970, 1, 1)
CHUNK = 500


def run(report: Report) -> Foresight:
    """Mine all lines and write offers and expected submissions of every customer. NotFound without lines."""
    report("Looking for patterns", 0, 2)
    facts = warehouse.open_current().table("facts")
    bought = read(facts, "customer")
    if not bought.num_rows:
        raise NotFound("no_facts", "No ledger line is visible here yet.")
    offered = _offers(bought)
    report("Looking for patterns", 1, 2)
    histories, as_of = histories_of(facts)
    coming = _coming(histories, as_of)
    told = {"offers": len(offered), "coming": len(coming)}
    return runs.write(
        Room.PATTERNS, as_of, warehouse.number(), told, lambda made: _store(made, offered, coming)
    )


def read(facts: ir.Table, by: str) -> pa.Table:
    """What lies in every basket, an order or all of a customer: `basket`, `item`, `amount`, `lines`."""
    from hengke_analytics.engine import fetch
    from hengke_analytics.shapes import ibis

    known = facts.filter(facts.customer.notnull())
    named = known.mutate(item_name=(known.item == "").ifelse(known.instrument_name, known.item))
    if by == "order":
        named = named.filter(named.order_no != "")
        basket = named.source_id.cast("string") + ibis.literal("\x1f") + named.order_no
    else:
        basket = named.customer.cast("string")
    keyed = named.mutate(basket=basket).filter(named.item_name != "")
    return fetch(
        keyed.group_by("basket", "item_name")
        .aggregate(amount=keyed.amount.sum(), lines=keyed.lines.sum())
        .order_by("basket", "item_name")
    )


def rules_of(bought: pa.Table, support: Fraction, confidence: Fraction) -> tuple[Any, list[Rule]]:
    """Baskets, and the rules of at least this support and confidence that no shorter one says as well."""
    from hengke_analytics.mining.patterns import baskets, rules

    made = baskets.encode(bought["basket"], bought["item_name"])
    least = max(Fraction(FEWEST, made.count), support)
    if least > 1:
        return made, []
    found = rules.rules(made, support=least, confidence=confidence, longest=LONGEST, redundant=False)
    return made, found


def histories_of(facts: ir.Table) -> tuple[Histories, date]:
    """What each customer had done on which day, of the last years, and the last of these days."""
    from hengke_analytics.engine import fetch
    from hengke_analytics.mining.patterns.histories import encode

    known = facts.filter(facts.customer.notnull())
    named = known.mutate(item_name=(known.item == "").ifelse(known.instrument_name, known.item))
    lines = fetch(named.filter(named.item_name != "").select("customer", "date", "item_name").distinct())
    if not lines.num_rows:
        raise NotFound("no_facts", "No ledger line is visible here yet.")
    import pyarrow.compute as pc

    last: date = pc.max(lines["date"]).as_py()
    lines = lines.filter(pc.greater(lines["date"], last - timedelta(days=365 * YEARS_READ)))
    return encode(lines["customer"], lines["date"], lines["item_name"]), last


def followings_of(histories: Histories) -> list[Following]:
    """What follows what, often enough and within a cycle and a half."""
    from hengke_analytics.mining.patterns import follow
    from hengke_analytics.mining.patterns.sequences import sequences
    from hengke_analytics.mining.patterns.steps import Limits

    limits = Limits(GAP, None)
    share = SEQUENCE_SUPPORT
    least = max(FEWEST, -(-share.numerator * histories.customers // share.denominator))
    found = sequences(histories, least, limits, longest=2)
    return follow.followings(histories, found, SEQUENCE_CONFIDENCE, limits)


def _offers(bought: pa.Table) -> list[dict[str, Any]]:
    """Expected value of an offer: confidence times what the item brings a year from a customer who has it."""
    import numpy as np

    from hengke_analytics.mining.patterns import offers

    made, found = rules_of(bought, SUPPORT, CONFIDENCE)
    if not found:
        return []
    amount = np.asarray(bought["amount"].cast("float64").to_numpy())
    places = {name: place for place, name in enumerate(made.item_names.to_pylist())}
    item = np.array([places[name] for name in bought["item_name"].to_pylist()])
    worth = offers.mean_worth(item, amount, len(places)) / _years()
    return offers.offers(made, found, worth, best=BEST).to_pylist()  # type: ignore[no-any-return]


def _years() -> float:
    """How many years the ledger spans, one at least."""
    from hengke_analytics.engine import rows

    days = warehouse.open_current().table("facts_day")
    span = rows(days.aggregate(first=days.date.min(), last=days.date.max()))[0]
    return max(float((span["last"] - span["first"]).days) / 365.25, 1.0)


def _coming(histories: Histories, as_of: date) -> list[dict[str, Any]]:
    from hengke_analytics.mining.patterns import follow
    from hengke_analytics.mining.patterns.steps import Limits

    rules = followings_of(histories)
    if not rules:
        return []
    found = follow.next_items(
        histories, rules, (as_of - EPOCH).days, limits=Limits(GAP, None), best=BEST, least=float(SEQUENCE_CONFIDENCE)
    )  # fmt: skip
    return found.to_pylist()  # type: ignore[no-any-return]


def _store(made: Foresight, offered: list[dict[str, Any]], coming: list[dict[str, Any]]) -> None:
    known = may_be_scored()
    rows = [
        Offer(
            run=made, customer_id=int(row["customer"]), kind="cross", item=row["offer"][:200], because=row["because"],
            probability=row["confidence"], lift=row["lift"],
            worth=Decimal(repr(row["expected_value"])).quantize(Decimal("0.01")),
        )
        for row in offered
        if int(row["customer"]) in known
    ]  # fmt: skip
    rows += [
        Offer(
            run=made, customer_id=int(row["customer"]), kind="next", item="、".join(row["next"])[:200],
            because=["、".join(items) for items in row["after"]], probability=min(row["probability"], 1.0),
            expected_on=row["expected_on"],
        )
        for row in coming
        if int(row["customer"]) in known
    ]  # fmt: skip
    Offer.objects.bulk_create(rows, batch_size=CHUNK)
