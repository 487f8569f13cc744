"""What the price engine is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class FeeTerm:
    """A standard fee from a day on; `to_on` is its last day."""

    amount: Decimal
    from_on: date
    to_on: date | None = None
    ceiling: Decimal | None = None
    document: str = ""


@dataclass(frozen=True)
class OptionTerm:
    """An option of an item; options of one group exclude each other."""

    name: str
    surcharge: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    group: str = ""
    excludes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ItemTerm:
    """An item with its classes from the nearest to the widest, its fees and its options by name."""

    key: int
    number: str
    price: Decimal
    classes: tuple[int, ...] = ()
    fees: tuple[FeeTerm, ...] = ()
    options: Mapping[str, OptionTerm] = field(default_factory=dict)
    stock: int | None = None


@dataclass(frozen=True)
class ListTerm:
    """A line of a price list that holds for this customer today.

    `rank`: 4 the customer's contract, 3 the customer, 2 the tier, 1 the region, 0 everybody.
    """

    name: str
    rank: int
    from_on: date
    item: int | None = None
    item_class: int | None = None
    price: Decimal | None = None
    percent: Decimal | None = None


@dataclass(frozen=True)
class PromotionTerm:
    """A promotion that holds for this customer today; `item_class` None is every item."""

    key: int
    name: str
    kind: str
    item_class: int | None = None
    excluded: frozenset[str] = frozenset()
    percent: Decimal = Decimal(0)
    threshold: Decimal = Decimal(0)
    reward: Decimal = Decimal(0)
    gift: int | None = None
    gift_name: str = ""
    gift_stock: int | None = None
    combines: bool = False


@dataclass(frozen=True)
class Ask:
    """What is ordered: an item, how many, with which options; a price that a person set by hand wins."""

    item: ItemTerm
    quantity: int = 1
    options: tuple[str, ...] = ()
    by_hand: Decimal | None = None


@dataclass(frozen=True)
class Step:
    """One reason of a price: `code` says which sentence (words.py), `values` fill it."""

    code: str
    values: Mapping[str, str]


@dataclass
class PricedLine:
    """`standard`: what the item costs everybody; `unit_price` and `amount`: what it costs here. All in cents."""

    ask: Ask
    standard: Decimal
    unit_price: Decimal
    amount: Decimal
    steps: list[Step]


@dataclass
class Priced:
    """All lines with the sum; `gifts` are items given with them. `total` is the sum of the lines' amounts."""

    lines: list[PricedLine]
    standard_total: Decimal
    total: Decimal
    steps: list[Step]
    gifts: list[int]
