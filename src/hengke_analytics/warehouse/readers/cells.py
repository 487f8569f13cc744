"""Typed values of workbooks and databases as the text that a person would have typed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal


def as_text(value: object) -> str:
    """Dates in ISO (midnight dropped), whole numbers without ".0", decimals exact, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _plain(Decimal(repr(value)))
    if isinstance(value, Decimal):
        return _plain(value, keep_zeros=True)
    return _other(value)


def _plain(number: Decimal, *, keep_zeros: bool = False) -> str:
    """Without exponent; repr of a float is the shortest decimal that means it, so 30.15 stays 30.15."""
    if not number.is_finite():
        return ""
    if not keep_zeros and number == number.to_integral_value():
        return str(int(number))
    return format(number, "f")


def _other(value: object) -> str:
    if isinstance(value, datetime):
        bare = value.replace(tzinfo=None)
        return bare.date().isoformat() if bare.time() == time() else bare.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("utf-8", "replace")
    return str(value)
