from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengke_analytics.warehouse.values import (
    BLANK_MARKS,
    EXCEL_EPOCH,
    clean_text,
    parse_date,
    parse_money,
    parse_number,
    parse_rate,
    to_cents,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-01-06", date(2019, 1, 6)),
        ("2019/03/29", date(2019, 3, 29)),
        ("2019/3/9", date(2019, 3, 9)),
        ("20190424", date(2019, 4, 24)),
        ("2025.12.27", date(2025, 12, 27)),
        ("2024年09月04日", date(2024, 9, 4)),
        ("2024年9月4号", date(2024, 9, 4)),
        ("2024年9月", date(2024, 9, 1)),
        ("2019-01-06 12:30:01", date(2019, 1, 6)),
        ("2019-01-06T00:00:00Z", date(2019, 1, 6)),
        ("2019/1/6 上午 9:30", date(2019, 1, 6)),
        ("2019年1月6日 星期日", date(2019, 1, 6)),
        ("20190106123000", date(2019, 1, 6)),
        ("19-1-6", date(2019, 1, 6)),
        ("98.12.31", date(1998, 12, 31)),
        ("２０１９－０１－０６", date(2019, 1, 6)),
        (" 2019-01-06 ", date(2019, 1, 6)),
        ("31/01/2019", date(2019, 1, 31)),
        ("01/31/2019", date(2019, 1, 31)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_dates_as_people_write_them(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "/", "abc", "2099-13-45", "2019-02-29", "2019-00-10", "2109-01-01", "1899-01-01", "2019", "12.5",
    "43471",
     "201901", "2019-01-06 x", "99999999", "32/13/2019", "2019-1/6x"],
)  # fmt: skip
def test_impossible_dates_are_refused(text: str) -> None:
    assert parse_date(text) is None


def test_excel_serials_only_when_told() -> None:
    assert parse_date("43471") is None
    assert parse_date("43471", serials=True) == date(2019, 1, 6)
    assert parse_date("43471.75", serials=True) == date(2019, 1, 6)
    assert parse_date("13994", serials=True) is None


def test_day_first_only_when_told() -> None:
    assert parse_date("06/01/2019") == date(2019, 6, 1)
    assert parse_date("06/01/2019", day_first=True) == date(2019, 1, 6)


@given(st.dates(date(1980, 1, 1), date(2079, 12, 31)))
def test_every_date_survives_every_format(day: date) -> None:
    for style in (
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y%m%d",
        "%Y.%m.%d",
        "%Y年%m月%d日",
        "%Y-%m-%d %H:%M:%S",
        "%y-%m-%d",
    ):
        assert parse_date(day.strftime(style)) == day
    assert parse_date(str((day - EXCEL_EPOCH).days), serials=True) == day
    assert parse_date(f"{day.day}/{day.month}/{day.year}", day_first=True) == day


@given(st.integers(1, 12), st.integers(29, 31), st.integers(1980, 2079))
def test_days_beyond_a_month_are_refused(month: int, day: int, year: int) -> None:
    try:
        expected: date | None = date(year, month, day)
    except ValueError:
        expected = None
    assert parse_date(f"{year}-{month}-{day}") == expected


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("￥30.00", "30.00"), ("30元", "30"), ("1,234.5", "1234.5"), ("1.2万", "12000"),
        ("￥9,999.99", "9999.99"),
        ("３０．５", "30.5"), ("-30", "-30"), ("¥-3", "-3"), ("-¥3", "-3"), ("−5", "-5"),
        ("(123.00)", "-123"),
        ("（1，234.00）", "-1234"), ("30元整", "30"), ("RMB 30", "30"), (".5", "0.5"), ("免费", "0"),
        ("0", "0"),
        ("2千", "2000"), ("1 ", "1"), ("人民币30元", "30"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(text: str, amount: str) -> None:
    assert parse_money(text) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    ["", "/", "abc", "12,34", "1,2345", "1e308", "NaN", "inf", "--3", "-¥-3", ".", "30元50",
    "13994281862013994",
     "2019-01-06", "3 0", "((3))"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    assert parse_money(text) is None


@given(st.decimals(-(10**9), 10**9, places=2))
def test_every_amount_survives_every_format(amount: Decimal) -> None:
    for text in (f"{amount:f}", f"{amount:,.2f}", f"￥{amount:.2f}", f"{amount:.2f}元"):
        assert parse_money(text) == amount


@given(st.text(max_size=30))
def test_no_text_breaks_a_parser(text: str) -> None:
    parse_date(text, serials=True)
    parse_rate(text)
    number, amount = parse_number(text), parse_money(text)
    assert number is None or number.is_finite()
    assert amount is None or amount.is_finite()


def test_cents_round_half_up() -> None:
    assert to_cents(Decimal("0.005")) == Decimal("0.01")
    assert to_cents(Decimal("-0.005")) == Decimal("-0.01")
    assert str(to_cents(Decimal("30"))) == "30.00"


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("1", "1"),
        ("0.95", "0.95"),
        ("95%", "0.95"),
        ("9.5折", "0.95"),
        ("85折", "0.85"),
        ("八折", None),
        ("95", None),
    ],
)
def test_discounts(text: str, factor: str | None) -> None:
    assert parse_rate(text) == (Decimal(factor) if factor else None)


def test_text_is_cleaned_without_changing_meaning() -> None:
    assert clean_text("\ufeff Ａ１２\u200b（集团）\t有限\x00公司 \n") == "A12（集团） 有限公司"
    # NFKC would turn these into 2, 1, °C and Ω: other models, other instruments.
    assert clean_text("m² ① ℃ Ω ½") == "m² ① ℃ Ω ½"
    assert clean_text("/") == "/"
    assert clean_text(" ／ ", blanks=BLANK_MARKS) == ""
    assert clean_text("无", blanks=BLANK_MARKS) == ""


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert not any(ord(char) < 32 for char in once)
