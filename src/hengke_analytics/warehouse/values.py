"""Cells as text become dates, amounts and clean words.

Every parser returns None for what it cannot read, never a guess: the caller decides whether that is a reject.
They run a million times on columns that repeat themselves, hence the bounded caches.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

CENT = Decimal("0.01")
# DECIMAL(18,2) holds 16 digits before the point; a single line beyond 10**13 is a phone number in the wrong
# column.
LARGEST_AMOUNT = Decimal(10) ** 13
# Ledgers on computers begin in the eighties; validity may reach far, but 2109 is 2019 mistyped.
FIRST_YEAR, LAST_YEAR = 1950, 2099
# Two-digit years: 79 is 2079 (validity), 80 is 1980 (old ledgers).
PIVOT = 80
# Excel day 1 is 1900-01-01 and it believes in 1900-02-29, so from March 1900 day 0 is 1899-12-30.
EXCEL_EPOCH = date(1899, 12, 30)
# 1955 to 2099 as Excel serials: narrower than all integers, so that amounts are not taken for dates.
FIRST_SERIAL, LAST_SERIAL = 20_000, 73_050
ORDERS = ("ymd", "dmy", "mdy")
"""In which order a person may say that days, months and years stand."""
# What people write for "nothing".
# fmt: off
BLANK_MARKS = frozenset([
    "", "/", "//", "\\", "-", "--", "—", "——", "－", "／", "无", "空", "*",
    "N/A", "n/a", "#N/A", "NULL", "null", "None",
])
# fmt: on

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"
_INVISIBLE = f"{_CONTROLS}\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_SPACES = "\t\n\r\x85\xa0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Only letters, digits and signs of numbers and models: ① ² ℃ Ω and Chinese brackets keep their form and
# meaning.
_WIDE = "０-９Ａ-Ｚａ-ｚ＃＆＊＋－．／＝＠＿％"
_DIRTY = re.compile(f"[{_INVISIBLE}{_SPACES}{_WIDE}]|  ")
_REMOVE = re.compile(f"[{_INVISIBLE}]")
_SPACE = re.compile(f"[ {_SPACES}]+")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if re.match(f"[{_WIDE}]", chr(code))}
# Numbers and dates mean the same in any width, so here every wide form is narrowed, brackets and commas too.
_NARROW_ALL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xFFE5: "¥",
    0x2212: "-",
    0x3002: ".",
}

_TIME = r"(?: *(?:星期|周).)?(?:[ T]*(?:上午|下午)?[ T]*\d{1,2}[:时点]\d{1,2}.*)?"
_YEAR_FIRST = re.compile(
    rf"(\d{{4}}|\d{{2}}) ?([-/.年]) ?(\d{{1,2}}) ?(?:[-/.月] ?(\d{{1,2}}) ?[日号]?|月)?{_TIME}", re.S
)
_COMPACT = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}})(?:\d{{6}})?{_TIME}", re.S)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.S)
_SHORT_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{2}}){_TIME}", re.S)
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")

_SIGN = r"[-+]?"
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.\d{0,12})?|\.\d{1,12}"
_NUMBER = re.compile(rf"({_SIGN}) ?({_PLAIN})")
_CURRENCY = r"(?:¥|RMB|CNY|人民币|\$)?"
_UNIT = r"([千万亿]?) ?(?:元整|元|圆整|圆|RMB|CNY)?"
_MONEY = re.compile(rf"({_SIGN}) ?{_CURRENCY} ?({_SIGN}) ?({_PLAIN}) ?{_UNIT}", re.I)
_TIMES = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_SWAPPED = {ord(","): ".", ord("."): ","}
_FREE = frozenset(["免费", "免收", "免"])
_RATE = re.compile(rf"({_PLAIN}) ?(%|折)?")


def clean_text(text: str, *, blanks: frozenset[str] = frozenset()) -> str:
    """The words of a cell: no controls, no zero-width signs, single spaces, narrow letters and digits.

    `blanks` are the marks that mean "nothing" in this column (for example `BLANK_MARKS`); "/" is a legal
    serial.
    """
    if _DIRTY.search(text):
        text = _SPACE.sub(" ", _REMOVE.sub("", text)).translate(_NARROW)
    text = text.strip()
    return "" if text in blanks else text


@lru_cache(maxsize=1 << 15)
def parse_date(text: str, *, serials: bool = False, day_first: bool = False, order: str = "") -> date | None:
    """The day that a cell names, or None when it names none or an impossible one.

    `serials`: five-digit numbers are Excel days. `day_first`: 06/01/2019 is 6 January, else 1 June; a number
    above 12 is a day in either place. `order` (one of ORDERS) is what a person said and holds without such
    leniency, for years of two digits too. A month without a day is its first day; times are dropped.
    """
    text = _narrowed(text)
    if order in ("dmy", "mdy") and (found := _YEAR_LAST.fullmatch(text) or _SHORT_LAST.fullmatch(text)):
        return _as_ordered(found, order)
    if found := _COMPACT.fullmatch(text):
        return _day(found[1], found[2], found[3])
    if found := _YEAR_FIRST.fullmatch(text):
        return _year_first(found)
    if order != "ymd" and (found := _YEAR_LAST.fullmatch(text)):
        return _year_last(found, day_first)
    if serials and (found := _SERIAL.fullmatch(text)):
        return _from_serial(int(found[1]))
    return None


@lru_cache(maxsize=1 << 15)
def parse_money(text: str, *, comma: bool = False) -> Decimal | None:
    """The exact amount in yuan that a cell states; None for blanks and for what is no amount.

    (123.00) is negative, 1.2万 is 12000, 免费 is 0; with `comma`, 1.234,50 is 1234.50.
    Rounding to cents is the caller's (`to_cents`).
    """
    text = _pointed(text, comma=comma)
    if text in _FREE:
        return Decimal(0)
    negative = text.startswith("(") and text.endswith(")")
    found = _MONEY.fullmatch(text[1:-1].strip() if negative else text)
    if not found or (found[1] and found[2]):
        return None
    amount = Decimal(found[3].replace(",", "")) * _TIMES[found[4]]
    if amount > LARGEST_AMOUNT:
        return None
    return -amount if negative or "-" in (found[1], found[2]) else amount


@lru_cache(maxsize=1 << 14)
def parse_number(text: str) -> Decimal | None:
    """A plain decimal number, with thousands commas at most."""
    found = _NUMBER.fullmatch(_narrowed(text))
    return Decimal(found[1] + found[2].replace(",", "")) if found else None


@lru_cache(maxsize=1 << 12)
def parse_rate(text: str, *, comma: bool = False) -> Decimal | None:
    """A discount as the factor that is paid: 0.95, 95%, 9.5折 and 95折 are all 0.95."""
    found = _RATE.fullmatch(_pointed(text, comma=comma))
    if not found:
        return None
    factor = Decimal(found[1].replace(",", ""))
    if found[2] == "%":
        factor = factor.scaleb(-2)
    elif found[2] == "折":
        factor = factor.scaleb(-1 if factor <= 10 else -2)
    return factor if factor <= 10 else None


def to_cents(amount: Decimal) -> Decimal:
    """Rounded half up to two places, as every line is before it is summed."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def _narrowed(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else text.translate(_NARROW_ALL).strip()


def _pointed(text: str, *, comma: bool) -> str:
    """Narrow, and with a decimal point: "," and "." change places where a comma is the decimal sign."""
    text = _narrowed(text)
    return text.translate(_SWAPPED) if comma else text


def _as_ordered(found: re.Match[str], order: str) -> date | None:
    first, _, second, year = found.groups()
    day, month = (first, second) if order == "dmy" else (second, first)
    return _day(_full(year), month, day)


def _full(year: str) -> str:
    return year if len(year) == 4 else f"{19 if int(year) >= PIVOT else 20}{year}"


def _year_first(found: re.Match[str]) -> date | None:
    year, month, day = found.group(1, 3, 4)
    if day is None and len(year) == 2:
        return None  # "12.5" is a number, not May 2012
    return _day(_full(year), month, day or "1")


def _year_last(found: re.Match[str], day_first: bool) -> date | None:
    first, _, second, year = found.groups()
    if int(first) > 12 or (day_first and int(second) <= 12):
        first, second = second, first
    return _day(year, first, second)


def _day(year: str, month: str, day: str) -> date | None:
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _from_serial(days: int) -> date | None:
    return EXCEL_EPOCH + timedelta(days) if FIRST_SERIAL <= days <= LAST_SERIAL else None
