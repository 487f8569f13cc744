"""Promotions, and what happens when several would hold.

The stated rule: of the promotions that stand alone, the one that is best for the customer holds (the older one when
they are equal); those that combine come after it, each on what the one before has left. What was not applied is
said, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_DOWN, Decimal

from hengke.kernel.money import CENT, ZERO, format_money, to_cents
from hengke.modules.catalog.enums import PromotionKind
from hengke.modules.catalog.pricing.terms import ItemTerm, PricedLine, PromotionTerm, Step

HUNDRED = Decimal(100)


def on_the_line(item: ItemTerm, unit: Decimal, offers: Sequence[PromotionTerm], steps: list[Step]) -> Decimal:
    """The unit price after discounts on classes; adds the reasons to `steps`."""
    of_class = [o for o in offers if o.kind == PromotionKind.CLASS_DISCOUNT and _in_class(o, item)]
    for offer in of_class:
        if item.number in offer.excluded:
            steps.append(Step("excluded", {"promotion": offer.name}))
    holding = [offer for offer in of_class if item.number not in offer.excluded]
    for offer in _in_force(holding, lambda offer: offer.percent, steps):
        less = to_cents(unit * offer.percent / HUNDRED)
        unit -= less
        steps.append(Step("class_discount", _said(offer, less)))
    return unit


def over_the_order(
    lines: Sequence[PricedLine], offers: Sequence[PromotionTerm]
) -> tuple[list[Step], list[int]]:
    """Take amounts off from a sum on, spread over the lines to the cent; returns the reasons and the gifts."""
    steps: list[Step] = []
    reached = []
    for offer in offers:
        if offer.kind != PromotionKind.SPEND_GET:
            continue
        missing = offer.threshold - _sum(_holds_for(offer, lines))
        if missing <= 0:
            reached.append(offer)
        else:
            steps.append(Step("not_reached", {"promotion": offer.name, "missing": format_money(missing)}))
    for offer in _in_force(reached, lambda offer: offer.reward, steps):
        taken = _take_off(_holds_for(offer, lines), offer)
        steps.append(Step("spend_get", _said(offer, taken)))
    return steps, _gifts(lines, offers, steps)


def _in_class(offer: PromotionTerm, item: ItemTerm) -> bool:
    return offer.item_class is None or offer.item_class in item.classes


def _holds_for(offer: PromotionTerm, lines: Iterable[PricedLine]) -> list[PricedLine]:
    return [
        line
        for line in lines
        if _in_class(offer, line.ask.item) and line.ask.item.number not in offer.excluded
    ]


def _in_force(
    offers: Sequence[PromotionTerm], worth: Callable[[PromotionTerm], Decimal], steps: list[Step]
) -> list[PromotionTerm]:
    alone = sorted((o for o in offers if not o.combines), key=lambda o: (-worth(o), o.key))
    steps.extend(
        Step("better_one", {"promotion": weaker.name, "better": alone[0].name}) for weaker in alone[1:]
    )
    return [*alone[:1], *sorted((o for o in offers if o.combines), key=lambda o: o.key)]


def _sum(lines: Iterable[PricedLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def _take_off(lines: Sequence[PricedLine], offer: PromotionTerm) -> Decimal:
    """Spread the reward in proportion to the amounts; the cents left over go to the largest remainders."""
    whole = _sum(lines)
    reward = min(to_cents(offer.reward), whole)
    if not reward:
        return ZERO
    exact = [reward * line.amount / whole for line in lines]
    shares = [share.quantize(CENT, rounding=ROUND_DOWN) for share in exact]
    left = int((reward - sum(shares, ZERO)) / CENT)
    by_remainder = sorted(range(len(lines)), key=lambda n: (shares[n] - exact[n], n))
    for number in by_remainder[:left]:
        shares[number] += CENT
    for line, share in zip(lines, shares, strict=True):
        if share:
            line.amount -= share
            line.steps.append(Step("share", _said(offer, share)))
    return reward


def _gifts(lines: Sequence[PricedLine], offers: Sequence[PromotionTerm], steps: list[Step]) -> list[int]:
    gifts: list[int] = []
    for offer in offers:
        if offer.kind != PromotionKind.GIFT or offer.gift is None:
            continue
        missing = offer.threshold - _sum(_holds_for(offer, lines))
        said = {"promotion": offer.name, "gift": offer.gift_name}
        if missing > 0 or not _holds_for(offer, lines):
            steps.append(Step("not_reached", said | {"missing": format_money(max(missing, ZERO))}))
        elif offer.gift_stock is not None and offer.gift_stock <= gifts.count(offer.gift):
            steps.append(Step("gift_gone", said))
        else:
            gifts.append(offer.gift)
            steps.append(Step("gift", said))
    return gifts


def _said(offer: PromotionTerm, less: Decimal) -> dict[str, str]:
    return {"promotion": offer.name, "less": format_money(less)}
