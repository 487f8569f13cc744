"""Money is Decimal in cents: rounded half up per line, summed exactly, written with two places."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from hengke.kernel.errors import InputError

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cents(value: Decimal | int | str) -> Decimal:
    """`value` rounded half up (away from zero) to two places; floats are refused by type on purpose."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def parse_money(text: str) -> Decimal:
    """Read a plain amount such as "8,911,407.90"; InputError `money_unreadable` for anything else."""
    try:
        amount = Decimal(text.strip().replace(",", ""))
        return to_cents(amount)
    except InvalidOperation:
        raise InputError("money_unreadable", 'The amount "{text}" is not a number.', text=text) from None


def format_money(amount: Decimal) -> str:
    """The exchange form, two places without grouping: "8911407.90"."""
    return f"{to_cents(amount):.2f}"


def ratio(part: Decimal, whole: Decimal) -> float | None:
    """`part / whole` as a float for display, None when there is nothing to divide by."""
    return float(part / whole) if whole else None
