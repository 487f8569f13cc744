"""The price of an order, line by line, each with its reasons.

The order of things: standard fee of the day (else the item's price) -> the nearest price list -> options -> the fee's
ceiling -> discounts on classes -> what an amount of the whole order brings. A price that a person set by hand takes
the place of all that comes before the whole order's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hengke.kernel.errors import InputError
from hengke.kernel.money import ZERO, format_money, to_cents
from hengke.modules.catalog.pricing import promotions
from hengke.modules.catalog.pricing.terms import (
    Ask,
    FeeTerm,
    ItemTerm,
    ListTerm,
    OptionTerm,
    Priced,
    PricedLine,
    PromotionTerm,
    Step,
)

HUNDRED = Decimal(100)


def price(
    asks: Sequence[Ask], lists: Sequence[ListTerm], offers: Sequence[PromotionTerm], *, on: date
) -> Priced:
    """Prices of all lines on a day; the total is the exact sum of the lines, each rounded to the cent.

    InputError `options_exclude` or `option_unknown` for options that an item does not have together.
    """
    lines = [_line(ask, lists, offers, on) for ask in asks]
    steps, gifts = promotions.over_the_order(lines, offers)
    return Priced(
        lines=lines,
        standard_total=sum((to_cents(line.standard * line.ask.quantity) for line in lines), ZERO),
        total=sum((line.amount for line in lines), ZERO),
        steps=steps,
        gifts=gifts,
    )


def _line(ask: Ask, lists: Sequence[ListTerm], offers: Sequence[PromotionTerm], on: date) -> PricedLine:
    fee = _fee(ask.item, on)
    standard = fee.amount if fee else ask.item.price
    steps = [_standard_step(fee, standard)]
    unit = standard if ask.by_hand is None else ask.by_hand
    if ask.by_hand is None:
        unit = _listed(ask.item, standard, lists, steps)
        unit = _with_options(ask, unit, steps)
        unit = _under_ceiling(unit, fee, steps)
        unit = promotions.on_the_line(ask.item, unit, offers, steps)
    else:
        _check_options(ask)
        steps.append(Step("by_hand", {"price": format_money(unit)}))
    return PricedLine(ask, to_cents(standard), unit, to_cents(unit * ask.quantity), steps)


def _fee(item: ItemTerm, on: date) -> FeeTerm | None:
    """The fee that holds on a day: the one that began last."""
    holding = [fee for fee in item.fees if fee.from_on <= on and (fee.to_on is None or on <= fee.to_on)]
    return max(holding, key=lambda fee: fee.from_on, default=None)


def _standard_step(fee: FeeTerm | None, standard: Decimal) -> Step:
    if fee is None:
        return Step("item_price", {"price": format_money(standard)})
    return Step(
        "standard_fee",
        {"price": format_money(standard), "from": str(fee.from_on), "document": fee.document},
    )


def _listed(item: ItemTerm, standard: Decimal, lists: Sequence[ListTerm], steps: list[Step]) -> Decimal:
    """The nearest list that says something of the item; within equal lists the item before its classes."""
    found = [(term, near) for term in lists if (near := _nearness(term, item)) is not None]
    if not found:
        return standard
    term, _near = max(found, key=lambda pair: (pair[0].rank, pair[0].from_on, pair[1], pair[0].name))
    share = HUNDRED if term.percent is None else term.percent
    unit = term.price if term.price is not None else to_cents(standard * share / HUNDRED)
    steps.append(Step("price_list", {"list": term.name, "price": format_money(unit)}))
    return unit


def _nearness(term: ListTerm, item: ItemTerm) -> int | None:
    """How closely a line of a list fits: the item itself 0, then its classes from near to wide; None not at all."""
    if term.item is not None:
        return 0 if term.item == item.key else None
    if term.item_class is None:
        return -len(item.classes) - 1
    return -1 - item.classes.index(term.item_class) if term.item_class in item.classes else None


def _check_options(ask: Ask) -> list[OptionTerm]:
    """The options asked for; InputError when two of them exclude each other."""
    chosen: list[OptionTerm] = []
    for name in ask.options:
        option = ask.item.options.get(name)
        if option is None:
            raise InputError("option_unknown", 'There is no option "{name}" for this item.', name=name[:60])
        for other in chosen:
            alike = option.group and option.group == other.group
            if alike or name in other.excludes or other.name in option.excludes:
                raise InputError(
                    "options_exclude",
                    '"{one}" and "{other}" cannot be chosen together.',
                    one=other.name,
                    other=name,
                )
        chosen.append(option)
    return chosen


def _with_options(ask: Ask, unit: Decimal, steps: list[Step]) -> Decimal:
    """Percentages are of the price before any option."""
    before = unit
    for option in _check_options(ask):
        more = to_cents(option.surcharge + before * option.percent / HUNDRED)
        unit += more
        steps.append(Step("option", {"option": option.name, "more": format_money(more)}))
    return unit


def _under_ceiling(unit: Decimal, fee: FeeTerm | None, steps: list[Step]) -> Decimal:
    if fee is None or fee.ceiling is None or unit <= fee.ceiling:
        return unit
    steps.append(Step("ceiling", {"price": format_money(fee.ceiling), "document": fee.document}))
    return fee.ceiling
