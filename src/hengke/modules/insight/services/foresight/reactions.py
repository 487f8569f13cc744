"""Groups by reactions that people declare: who did what, when; what such groups are like, and what separates two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.engines.access import events
from hengke.engines.access.actor import Actor
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.activities.enums import ActivityState
from hengke.modules.activities.models import Activity
from hengke.modules.insight.models import BehaviourGroup
from hengke.modules.insight.services.foresight.features import WORDS, YEAR, features

if TYPE_CHECKING:
    from ibis.expr import types as ir

#: Kind of reaction -> whether it needs a word or number beside its days.
KINDS: dict[str, str] = {
    "bought": "text", "laboratory": "text", "silent": "", "returned": "", "grew": "percent", "answered": "",
}  # fmt: skip
MOST_CONDITIONS, MOST_GROUPS, MOST_DAYS = 4, 60, 3_660
Condition = Mapping[str, Any]


def declare(name: str, written: Sequence[Mapping[str, str]], *, actor: Actor) -> BehaviourGroup:
    """Keep a group under a name; one's own of the same name is replaced. InputError for what cannot be."""
    name, conditions = name.strip(), [read(each) for each in written if each.get("kind")]
    if not name or len(name) > 60:
        raise InputError("group_name", "Give the group a name of at most 60 characters.")
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise InputError("group_conditions", "A group needs one to {most} reactions.", most=MOST_CONDITIONS)
    mine = BehaviourGroup.objects.filter(owner_id=actor.user_id, deleted_at=None)
    with transaction.atomic():
        row = mine.filter(name=name).first()
        if row is None and mine.count() >= MOST_GROUPS:
            raise InputError("groups_many", "You have {most} groups. Delete one first.", most=MOST_GROUPS)
        row = row or BehaviourGroup(owner_id=actor.user_id, name=name)
        row.conditions = conditions
        row.save()
        events.record(
            "group.declared", actor=actor, subject=row, payload={"name": name, "conditions": conditions}
        )
    return row


def remove(pk: int, *, actor: Actor) -> BehaviourGroup:
    """Put one's own group away; NotFound for others'."""
    row = BehaviourGroup.objects.filter(pk=pk, owner_id=actor.user_id, deleted_at=None).first()
    if row is None:
        raise NotFound("group_not_yours", "This group does not exist, or somebody else made it.")
    with transaction.atomic():
        row.deleted_at = clock.now()
        row.save(update_fields=["deleted_at"])
        events.record("group.removed", actor=actor, subject=row, payload={"name": row.name})
    return row


def read(written: Mapping[str, str]) -> dict[str, Any]:
    """One reaction as it was written; InputError for what is none."""
    kind, value, days = (
        written["kind"],
        written.get("value", "").strip(),
        written.get("days", "").strip() or "365",
    )
    if kind not in KINDS:
        raise InputError("unknown_field", "Unknown field: {field}.", field=kind[:60])
    if not is_whole(days) or not 1 <= int(days[:6]) <= MOST_DAYS:
        raise InputError("days_range", "Days are a whole number from 1 to {most}.", most=MOST_DAYS)
    if KINDS[kind] == "text" and (not value or len(value) > 100 or "\x00" in value):
        raise InputError("reaction_value", "Say which item or laboratory is meant.")
    if KINDS[kind] == "percent" and (not is_whole(value) or int(value[:6]) > 1_000):
        raise InputError("reaction_percent", "Say by how many percent, from 0 to 1000.")
    return {"kind": kind, "value": value, "days": int(days)}


def members(conditions: Sequence[Condition], facts: ir.Table, actor: Actor) -> frozenset[int]:
    """Customers for whom every reaction holds, in the lines and notes that the actor may see."""
    from hengke_analytics.engine import rows

    last: date | None = rows(facts.aggregate(last=facts.date.max()))[0]["last"]
    if last is None:
        return frozenset()
    found = [_who(each, facts, last, actor) for each in conditions]
    return frozenset.intersection(*found) if found else frozenset()


def _who(condition: Condition, facts: ir.Table, last: date, actor: Actor) -> frozenset[int]:
    kind, value, days = condition["kind"], condition["value"], timedelta(days=condition["days"])
    if kind == "answered":
        return _answered(actor, days)
    known = facts.filter(facts.customer.notnull())
    recent = known.filter(known.date > last - days)
    if kind == "bought":
        named = recent.mutate(item_name=(recent.item == "").ifelse(recent.instrument_name, recent.item))
        return _customers(named.filter(named.item_name.contains(value)))
    if kind == "laboratory":
        return _customers(recent.filter(recent.laboratory == value))
    if kind == "silent":
        return _customers(known) - _customers(recent)
    if kind == "returned":
        return _returned(known.filter(known.date > last - 2 * YEAR), condition["days"])
    return _grew(known, last, int(value) / 100)


def _customers(table: ir.Table) -> frozenset[int]:
    from hengke_analytics.engine import fetch

    return frozenset(fetch(table.select("customer").distinct())["customer"].to_pylist())


def _returned(table: ir.Table, days: int) -> frozenset[int]:
    """Who came again within so many days, at least once."""
    from hengke_analytics.engine import fetch

    seen = fetch(table.select("customer", "date").distinct().order_by("customer", "date"))
    pairs = list(zip(seen["customer"].to_pylist(), seen["date"].to_pylist(), strict=True))
    return frozenset(
        one for (one, first), (other, second) in pairwise(pairs)
        if one == other and (second - first).days <= days
    )  # fmt: skip


def _grew(table: ir.Table, last: date, share: float) -> frozenset[int]:
    """Whose last twelve months are at least so much above the twelve before."""
    from hengke_analytics.engine import rows

    recent = table.date > last - YEAR
    amount = table.amount.cast("float64")
    sums = table.filter(table.date > last - 2 * YEAR).group_by("customer").aggregate(
        now=amount.sum(where=recent).fill_null(0.0), before=amount.sum(where=~recent).fill_null(0.0)
    )  # fmt: skip
    return frozenset(
        r["customer"] for r in rows(sums) if r["before"] > 0 and r["now"] >= r["before"] * (1 + share)
    )


def _answered(actor: Actor, days: timedelta) -> frozenset[int]:
    """With whom something was done that had an outcome."""
    since = clock.now() - days
    done = Activity.objects.visible_to(actor).filter(state=ActivityState.DONE, starts_at__gte=since)
    found = done.exclude(outcome="").exclude(customer=None).order_by().values_list("customer_id", flat=True)
    return frozenset(pk for pk in found.distinct() if pk is not None)


def separated(one: frozenset[int], other: frozenset[int], facts: ir.Table) -> dict[str, dict[str, Any]]:
    """`both`, `one` and `other`: how many customers, and what tells each part from all of them together."""
    import numpy as np

    from hengke_analytics.mining.cluster.profiles import profiles
    from hengke_analytics.mining.cluster.scaling import comparable

    parts = {"both": one & other, "one": one - other, "other": other - one}
    found: dict[str, dict[str, Any]] = {
        name: {"customers": len(who), "traits": []} for name, who in parts.items()
    }
    table, _last = features(facts)
    customers = table["customer"].to_pylist()
    place = {pk: at for at, (_name, who) in enumerate(parts.items()) for pk in who}
    rows = [at for at, pk in enumerate(customers) if pk in place]
    if not rows:
        return found
    columns = np.column_stack([np.asarray(table[name].cast("float64").to_numpy())[rows] for name in WORDS])
    labels = np.array([place[customers[at]] for at in rows])
    for told in profiles(list(WORDS), columns, comparable(columns), labels):
        found[list(parts)[told.cluster]]["traits"] = [vars(trait) for trait in told.traits]
    return found
