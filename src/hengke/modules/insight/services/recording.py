"""Writes what identity resolution decided: customers, their aliases, and the alias of every ledger line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, transaction

from hengke.kernel import clock
from hengke.modules.customers.enums import Origin, Stage
from hengke.modules.customers.models import CUSTOMER_NUMBER, Customer, CustomerName
from hengke.modules.insight.services import naming
from hengke.modules.insight.services.assigning import Plan
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.sightings import Archive, Sighting

Spot = tuple[str, int]
"""A name within a cluster: what one alias stands for."""

NAMES_PER_TRANSACTION = 500
_PROFILE = tuple(f.name for f in fields(naming.Profile))
_UPDATE_CUSTOMER = (
    f"UPDATE customers_customer SET {', '.join(f'{name} = %s' for name in _PROFILE)}, "  # noqa: S608
    "version = version + 1, updated_at = %s WHERE id = %s"
)
# Only if nobody moved it while the run was thinking: a decision taken meanwhile stands.
_UPDATE_ALIAS = (
    "UPDATE customers_customername SET customer_id = %s, source = %s, first_on = %s, last_on = %s, lines = %s, "
    "probability = %s WHERE id = %s AND customer_id = %s AND decided = %s"
)
_TOUCH_CUSTOMER = "UPDATE customers_customer SET updated_at = %s WHERE id = %s"
_ACTIVE = "removed_by_id IS NULL AND source_id IN (SELECT id FROM insight_source WHERE archived_at IS NULL)"
_HANG_NAME = (
    f"UPDATE insight_ledgerline SET alias_id = %s WHERE customer_name = %s AND {_ACTIVE} "  # noqa: S608
    "AND (alias_id IS NULL OR alias_id <> %s)"
)
_HANG_SIGHTING = (
    f"UPDATE insight_ledgerline SET alias_id = %s WHERE customer_name = %s AND {_ACTIVE} "  # noqa: S608
    "AND contact = %s AND phone = %s AND address = %s AND code = %s AND coalesce(alias_id, 0) = %s"
)


def write_customers(
    decided: Plan, seen: list[Sighting], known: Archive, elsewhere: Callable[[str], int] = lambda _phone: 0
) -> dict[int, int]:
    """Cluster -> customer. New ones are made; old ones follow what is written about them, unless people
    keep them:
    then only what is empty is filled. `elsewhere`: in how many customers that are not among these a telephone is."""
    groups = {cluster: [seen[i] for i in members] for cluster, members in decided.members.items()}
    spread = naming.phone_spread(groups.values())
    spread = Counter({phone: max(count, elsewhere(phone)) for phone, count in spread.items()})
    profiles = {cluster: naming.profile(group, spread) for cluster, group in groups.items()}
    result = {cluster: pk for cluster, pk in decided.customer_of.items() if pk is not None}
    _update_customers({pk: profiles[cluster] for cluster, pk in result.items()}, known.touched)
    # Numbered in the order in which they first came.
    new = sorted(
        groups.keys() - result.keys(), key=lambda cluster: (_since(groups[cluster]), profiles[cluster].name)
    )
    numbers = CUSTOMER_NUMBER.take(len(new))
    made = [
        Customer(
            number=number,
            origin=_origin(groups[cluster]),
            stage=Stage.CUSTOMER,
            **asdict(profiles[cluster]),
        )
        for cluster, number in zip(new, numbers, strict=True)
    ]
    Customer.objects.bulk_create(made, batch_size=500)
    return result | {cluster: customer.pk for cluster, customer in zip(new, made, strict=True)}


def write_aliases(
    decided: Plan, seen: list[Sighting], chances: list[float], customers: dict[int, int], known: Archive
) -> dict[Spot, int]:
    """(name, cluster) -> alias, with where, when and how often the name was seen and how surely it
    belongs.
    """
    groups: dict[Spot, list[int]] = defaultdict(list)
    for cluster, members in decided.members.items():
        for number in members:
            groups[seen[number].name, cluster].append(number)
    variants = {name: {alias.variant for alias in same} for name, same in known.by_text.items()}
    made: dict[Spot, CustomerName] = {}
    result, changed, moved = {}, [], set()
    for spot, numbers in groups.items():
        facts = {
            "customer_id": customers[spot[1]],
            **_facts([seen[i] for i in numbers], min(chances[i] for i in numbers)),
        }
        alias = decided.alias_of[spot]
        if alias is None:
            variant = _free(variants.setdefault(spot[0], set()))
            made[spot] = CustomerName(text=spot[0], variant=variant, **facts)
            moved.add(customers[spot[1]])
        else:
            result[spot] = alias
            changed += _changed(known.aliases[alias], facts)
            moved |= {known.aliases[alias].customer_id} ^ {customers[spot[1]]}
    CustomerName.objects.bulk_create(made.values(), batch_size=500)
    _execute_many(_UPDATE_ALIAS, changed)
    # A customer that gained or lost a name is found by other words from now on.
    _execute_many(_TOUCH_CUSTOMER, [(clock.now(), pk) for pk in sorted(moved)])
    return result | {spot: alias.pk for spot, alias in made.items()}


def hang_lines(seen: list[Sighting], clusters: list[int], aliases: dict[Spot, int], report: Report) -> None:
    """Point every line of the ledger at its alias:
    by name, and by sighting where a name stands for several.
    """
    wanted: dict[str, list[tuple[Sighting, int]]] = defaultdict(list)
    for sighting, cluster in zip(seen, clusters, strict=True):
        wanted[sighting.name].append((sighting, aliases[sighting.name, cluster]))
    stale = [
        (name, group)
        for name, group in wanted.items()
        if any(s.lines and s.alias != alias for s, alias in group)
    ]
    names, done = iter(stale), 0
    while lot := list(islice(names, NAMES_PER_TRANSACTION)):
        with transaction.atomic():
            for name, group in lot:
                _hang(name, group)
        done += len(lot)
        report("Assigning lines", done, len(stale))


def _hang(name: str, group: list[tuple[Sighting, int]]) -> None:
    targets = {alias for _, alias in group}
    if len(targets) == 1:
        (alias,) = targets
        _execute_many(_HANG_NAME, [(alias, name, alias)])
        return
    _execute_many(
        _HANG_SIGHTING,
        [
            (alias, name, s.contact, s.phone, s.address, s.code, s.alias or 0)
            for s, alias in group
            if s.lines and s.alias != alias
        ],
    )


def _update_customers(profiles: dict[int, naming.Profile], touched: set[int]) -> None:
    now, values = clock.now(), []
    for pk, customer in Customer.objects.in_bulk(list(profiles)).items():
        before = tuple(getattr(customer, name) for name in _PROFILE)
        said = (getattr(profiles[pk], name) for name in _PROFILE)
        after = tuple(
            (old or new) if pk in touched else (new or old) for old, new in zip(before, said, strict=True)
        )
        if before != after:
            values.append((*after, now, pk))
    _execute_many(_UPDATE_CUSTOMER, values)


def _facts(group: list[Sighting], probability: float) -> dict[str, object]:
    days = [day for s in group for day in (s.first, s.last) if day]
    return {
        "source": max(group, key=lambda s: s.lines).source,
        "first_on": min(days, default=None),
        "last_on": max(days, default=None),
        "lines": sum(s.lines for s in group),
        "probability": probability,
    }


def _changed(alias: CustomerName, facts: dict[str, object]) -> list[tuple[Any, ...]]:
    if all(getattr(alias, name) == value for name, value in facts.items()):
        return []
    return [(*facts.values(), alias.pk, alias.customer_id, alias.decided)]


def _since(group: list[Sighting]) -> date:
    return min((s.first for s in group if s.first), default=date.max)


def _origin(group: list[Sighting]) -> str:
    return Origin.LEDGER if any(s.own for s in group) else Origin.DEMO


def _free(taken: set[int]) -> int:
    variant = next(n for n in range(len(taken) + 1) if n not in taken)
    taken.add(variant)
    return variant


def _execute_many(statement: str, values: list[tuple[Any, ...]]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
