"""Prices for a customer on a day, from what stands in the catalogue: seven queries whatever the number of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from hengke.kernel.errors import NotFound
from hengke.modules.catalog.enums import Standing
from hengke.modules.catalog.models import Fee, ItemClass, ItemOption, PriceListLine, Promotion, ServiceItem
from hengke.modules.catalog.pricing import engine
from hengke.modules.catalog.pricing.terms import (
    Ask,
    FeeTerm,
    ItemTerm,
    ListTerm,
    OptionTerm,
    Priced,
    PromotionTerm,
)
from hengke.modules.customers.models import Customer, CustomerSummary


@dataclass(frozen=True)
class Wanted:
    """One line as it is ordered: the key of an item, how many, which options, and a price set by hand."""

    item: int
    quantity: int = 1
    options: tuple[str, ...] = ()
    by_hand: Decimal | None = None


def price(wanted: Sequence[Wanted], *, customer: Customer | None, on: date, contract: str = "") -> Priced:
    """What these lines cost this customer on a day. NotFound for an item that is not there."""
    items = item_terms({line.item for line in wanted})
    missing = {line.item for line in wanted} - items.keys()
    if missing:
        raise NotFound("item_not_found", "There is no such service item. Reload the page and choose again.")
    tier = _tier(customer)
    asks = [Ask(items[line.item], line.quantity, line.options, line.by_hand) for line in wanted]
    return engine.price(asks, _lists(customer, tier, on, contract), _offers(tier, on), on=on)


def item_terms(keys: Iterable[int]) -> dict[int, ItemTerm]:
    """Items with their classes, fees and options, by key."""
    wanted = list(keys)
    parents: dict[int, int | None] = dict(ItemClass.objects.values_list("pk", "parent_id"))
    fees: dict[int, list[FeeTerm]] = defaultdict(list)
    for row in Fee.objects.filter(item_id__in=wanted, deleted_at=None):
        fees[row.item_id].append(FeeTerm(row.amount, row.from_on, row.to_on, row.ceiling, row.document))
    options: dict[int, dict[str, OptionTerm]] = defaultdict(dict)
    for option in ItemOption.objects.filter(item_id__in=wanted, deleted_at=None):
        options[option.item_id][option.name] = OptionTerm(
            option.name, option.surcharge, option.percent, option.group, _names(option.excludes)
        )
    return {
        row.pk: ItemTerm(
            key=row.pk,
            number=row.number,
            price=row.price,
            classes=_line_of(row.item_class_id, parents),
            fees=tuple(fees[row.pk]),
            options=options[row.pk],
            stock=row.stock,
        )
        for row in ServiceItem.objects.filter(pk__in=wanted, deleted_at=None)
    }


def _line_of(key: int | None, parents: dict[int, int | None]) -> tuple[int, ...]:
    """A class and all that it is part of, from the nearest to the widest; a ring ends where it began."""
    found: list[int] = []
    while key is not None and key not in found:
        found.append(key)
        key = parents.get(key)
    return tuple(found)


def _tier(customer: Customer | None) -> str:
    if customer is None:
        return ""
    whole = CustomerSummary.objects.filter(customer=customer, laboratory="")
    return whole.values_list("tier", flat=True).first() or ""


def _holding(on: date, prefix: str = "") -> Q:
    begun = Q(**{f"{prefix}from_on__lte": on})
    return begun & (Q(**{f"{prefix}to_on": None}) | Q(**{f"{prefix}to_on__gte": on}))


def _lists(customer: Customer | None, tier: str, on: date, contract: str) -> list[ListTerm]:
    """The lines of the lists that hold for the customer."""
    found: QuerySet[Any] = PriceListLine.objects.filter(
        _holding(on, "price_list__"), deleted_at=None, price_list__deleted_at=None
    ).select_related("price_list")
    whose = Q(price_list__customer=None)
    if customer is not None:
        whose |= Q(price_list__customer=customer)
    terms = []
    for line in found.filter(whose):
        rank = _rank(line.price_list, customer, tier, contract)
        if rank is not None:
            terms.append(
                ListTerm(
                    line.price_list.name, rank, line.price_list.from_on, line.item_id, line.item_class_id,
                    line.price, line.percent,
                )
            )  # fmt: skip
    return terms


def _rank(found: Any, customer: Customer | None, tier: str, contract: str) -> int | None:
    """How near a list is to the customer; None when it is somebody else's."""
    if found.contract and found.contract != contract:
        return None
    if found.customer_id is not None:
        return 4 if found.contract else 3
    if found.tier:
        return 2 if found.tier == tier else None
    if found.province or found.city:
        here = customer is not None and found.province in ("", customer.province)
        return 1 if here and customer is not None and found.city in ("", customer.city) else None
    return 0


def _offers(tier: str, on: date) -> list[PromotionTerm]:
    rows = Promotion.objects.filter(_holding(on), Q(tier="") | Q(tier=tier), deleted_at=None)
    return [
        PromotionTerm(
            key=row.pk,
            name=row.name,
            kind=row.kind,
            item_class=row.item_class_id,
            excluded=_names(row.excluded),
            percent=row.percent or Decimal(0),
            threshold=row.threshold or Decimal(0),
            reward=row.reward or Decimal(0),
            gift=row.gift_id,
            gift_name=row.gift.name if row.gift else "",
            gift_stock=row.gift.stock if row.gift else None,
            combines=row.standing == Standing.COMBINES,
        )
        for row in rows.select_related("gift").order_by("pk")
    ]


def _names(text: str) -> frozenset[str]:
    """Names as people write them in one line, parted by commas of either script."""
    return frozenset(filter(None, (part.strip() for part in text.replace("，", ",").split(","))))
