"""What something costs, worked out by hand; and that no cent is ever lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

import pytest

from hengke.kernel.errors import InputError
from hengke.modules.catalog.pricing.engine import price
from hengke.modules.catalog.pricing.terms import Ask, FeeTerm, ItemTerm, ListTerm, OptionTerm, PromotionTerm

DAY = date(2026, 6, 1)
OLD, NEW = date(2020, 1, 1), date(2026, 1, 1)
D = Decimal
CALIPER = ItemTerm(1, "SI-1", D("80.00"), classes=(10, 1))
GAUGE = ItemTerm(2, "SI-2", D("50.00"), classes=(20,))


def cost(
    *asks: Ask, lists: tuple[ListTerm, ...] = (), offers: tuple[PromotionTerm, ...] = (), on: date = DAY
) -> D:
    return price(asks, lists, offers, on=on).total


def codes(*asks: Ask, lists: tuple[ListTerm, ...] = (), offers: tuple[PromotionTerm, ...] = ()) -> list[str]:
    found = price(asks, lists, offers, on=DAY)
    return [step.code for line in found.lines for step in line.steps] + [step.code for step in found.steps]


def discount(percent: str, key: int = 1, **values: object) -> PromotionTerm:
    return PromotionTerm(key, f"P{key}", "class_discount", percent=D(percent), **values)  # type: ignore[arg-type]


def test_the_standard_fee_of_the_day_comes_before_the_items_price() -> None:
    fees = (FeeTerm(D("100.00"), OLD, date(2025, 12, 31)), FeeTerm(D("120.00"), NEW))
    item = ItemTerm(1, "SI-1", D("80.00"), fees=fees)
    assert cost(Ask(item)) == D("120.00")
    assert cost(Ask(item), on=date(2025, 12, 31)) == D("100.00")
    assert cost(Ask(item), on=date(2019, 12, 31)) == D("80.00")


def test_the_nearest_list_holds() -> None:
    everybody = ListTerm("all", 0, OLD, percent=D("95"))
    tier = ListTerm("vip", 2, OLD, item_class=10, percent=D("90"))
    own = ListTerm("own", 3, OLD, item=1, price=D("70.00"))
    assert cost(Ask(CALIPER), lists=(everybody, tier, own)) == D("70.00")
    assert cost(Ask(CALIPER), lists=(everybody, tier)) == D("72.00")
    assert cost(Ask(GAUGE), lists=(everybody, tier, own)) == D("47.50")


def test_within_equal_lists_the_later_one_and_then_the_nearer_line_holds() -> None:
    wide = ListTerm("a", 3, OLD, item_class=1, price=D("60.00"))
    near = ListTerm("a", 3, OLD, item_class=10, price=D("65.00"))
    later = ListTerm("b", 3, NEW, item_class=1, price=D("61.00"))
    assert cost(Ask(CALIPER), lists=(wide, near)) == D("65.00")
    assert cost(Ask(CALIPER), lists=(wide, near, later)) == D("61.00")


def test_a_list_that_says_free_is_free() -> None:
    assert cost(Ask(CALIPER), lists=(ListTerm("free", 3, OLD, percent=D("0")),)) == D("0.00")


def test_options_add_up_on_the_price_before_them_and_the_ceiling_ends_it() -> None:
    options = {
        "express": OptionTerm("express", percent=D("50"), group="speed"),
        "slow": OptionTerm("slow", group="speed"),
        "on site": OptionTerm("on site", surcharge=D("30.00"), excludes=frozenset({"by post"})),
        "by post": OptionTerm("by post"),
    }
    item = ItemTerm(1, "SI-1", D("80.00"), options=options)
    assert cost(Ask(item, options=("express", "on site"))) == D("150.00")
    capped = ItemTerm(
        1, "SI-1", D("80.00"), options=options, fees=(FeeTerm(D("80.00"), OLD, ceiling=D("140.00")),)
    )
    assert cost(Ask(capped, options=("express", "on site"))) == D("140.00")
    for pair in (("express", "slow"), ("on site", "by post"), ("by post", "on site")):
        with pytest.raises(InputError) as refused:
            cost(Ask(item, options=pair))
        assert refused.value.code == "options_exclude"
    with pytest.raises(InputError) as refused:
        cost(Ask(item, options=("gold",)))
    assert refused.value.code == "option_unknown"


def test_of_promotions_that_stand_alone_the_best_holds_and_combining_ones_come_after() -> None:
    ten, twenty = discount("10", 1), discount("20", 2)
    more = discount("5", 3, combines=True)
    assert cost(Ask(CALIPER), offers=(ten, twenty)) == D("64.00")
    assert cost(Ask(CALIPER), offers=(ten, twenty, more)) == D("60.80")
    assert codes(Ask(CALIPER), offers=(ten, twenty)) == ["item_price", "better_one", "class_discount"]


def test_a_promotion_holds_for_its_class_and_not_for_what_it_excludes() -> None:
    assert cost(Ask(CALIPER), Ask(GAUGE), offers=(discount("10", item_class=1),)) == D("122.00")
    excluding = discount("10", excluded=frozenset({"SI-1"}))
    assert cost(Ask(CALIPER), offers=(excluding,)) == D("80.00")
    assert "excluded" in codes(Ask(CALIPER), offers=(excluding,))


def test_an_amount_off_is_spread_over_the_lines_to_the_cent() -> None:
    offer = PromotionTerm(1, "full", "spend_get", threshold=D("200.00"), reward=D("10.00"))
    found = price([Ask(CALIPER), Ask(CALIPER), Ask(CALIPER)], (), (offer,), on=DAY)
    assert [line.amount for line in found.lines] == [D("76.66"), D("76.67"), D("76.67")]
    assert found.total == D("230.00")
    assert found.standard_total == D("240.00")
    short = price([Ask(CALIPER)], (), (offer,), on=DAY)
    assert short.total == D("80.00")
    assert [(s.code, s.values["missing"]) for s in short.steps] == [("not_reached", "120.00")]


def test_a_gift_comes_while_it_is_there() -> None:
    offer = PromotionTerm(1, "gift", "gift", threshold=D("50.00"), gift=9, gift_name="cup", gift_stock=1)
    gone = PromotionTerm(2, "gift", "gift", threshold=D("50.00"), gift=9, gift_name="cup", gift_stock=0)
    assert price([Ask(CALIPER)], (), (offer,), on=DAY).gifts == [9]
    assert price([Ask(CALIPER)], (), (gone,), on=DAY).gifts == []
    assert price([Ask(CALIPER)], (), (offer, offer), on=DAY).gifts == [9]


def test_a_price_by_hand_takes_the_place_of_lists_and_discounts() -> None:
    assert cost(Ask(CALIPER, 3, by_hand=D("33.33")), offers=(discount("50"),)) == D("99.99")


def test_no_cent_is_lost_in_forty_thousand_random_lines() -> None:
    """The sum of the lines is the total, to the cent, and nothing is ever negative (bench/prices.py: a million)."""
    dice = Random(20261130)
    for _order in range(800):
        asks, lists, offers = random_order(dice, lines=50)
        found = price(asks, lists, offers, on=DAY)
        assert found.total == sum(line.amount for line in found.lines)
        for line in found.lines:
            assert line.amount >= 0
            assert line.amount == line.amount.quantize(D("0.01"))
            assert isinstance(line.unit_price, Decimal)
        taken = sum((D(s.values["less"]) for s in found.steps if s.code == "spend_get"), D(0))
        before = sum((line.unit_price * line.ask.quantity).quantize(D("0.01")) for line in found.lines)
        assert found.total == before - taken


def random_order(
    dice: Random, lines: int
) -> tuple[list[Ask], tuple[ListTerm, ...], tuple[PromotionTerm, ...]]:
    """An order of random items with fees, options, lists and promotions."""
    asks = []
    for key in range(lines):
        fees = (FeeTerm(D(dice.randint(0, 99_999)) / 100, OLD, ceiling=D(dice.randint(1, 150_000)) / 100),)
        options = {"o": OptionTerm("o", D(dice.randint(0, 999)) / 100, D(dice.randint(0, 9_999)) / 100)}
        item = ItemTerm(
            key, f"SI-{key}", D(dice.randint(0, 99_999)) / 100, (key % 7,), fees[: key % 2], options
        )
        chosen = ("o",) if dice.random() < 0.3 else ()
        asks.append(Ask(item, dice.randint(1, 9), chosen))
    lists = (ListTerm("a", 0, OLD, percent=D(dice.randint(0, 13_000)) / 100),)
    offers = (
        discount(str(dice.randint(0, 100)), 1, item_class=dice.randint(0, 6)),
        discount(f"{dice.randint(0, 9_999) / 100}", 2, combines=True),
        PromotionTerm(
            3,
            "s",
            "spend_get",
            threshold=D(dice.randint(0, 900_000)) / 100,
            reward=D(dice.randint(0, 90_000)) / 100,
        ),
    )
    return asks, lists, offers
