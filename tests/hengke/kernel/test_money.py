"""Money: cents, half up, exact text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke.kernel.errors import InputError
from hengke.kernel.money import format_money, parse_money, ratio, to_cents


@pytest.mark.parametrize(
    ("value", "cents"),
    [("1.005", "1.01"), ("1.0049", "1.00"), ("-1.005", "-1.01"), ("2.675", "2.68"), (3, "3.00")],
)
def test_rounds_half_up_away_from_zero(value: str | int, cents: str) -> None:
    assert to_cents(value) == Decimal(cents)


def test_reads_grouped_amounts_and_writes_them_plain() -> None:
    assert parse_money(" 8,911,407.90 ") == Decimal("8911407.90")
    assert format_money(Decimal("8911407.9")) == "8911407.90"


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "￥5"])
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(InputError, match="not a number") as caught:
        parse_money(text)
    assert caught.value.code == "money_unreadable"


@given(st.decimals(-(10**12), 10**12, places=2))
def test_text_and_back_is_the_same_amount(amount: Decimal) -> None:
    assert parse_money(format_money(amount)) == amount


def test_a_ratio_over_nothing_is_empty() -> None:
    assert ratio(Decimal("1.00"), Decimal("4.00")) == 0.25
    assert ratio(Decimal("1.00"), Decimal("0.00")) is None
