"""A mapped source line becomes a typed ledger row, a claimed total, or a reject with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from operator import itemgetter

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import ledger_fields, values
from hengke_analytics.warehouse.ledger_fields import FIELDS, NAMES, Kind, LedgerField
from hengke_analytics.warehouse.ledger_key import digest
from hengke_analytics.warehouse.mapping import Mapping
from hengke_analytics.warehouse.totals import Level, TotalLine, is_total_word, total_level

Cells = tuple[str, ...]
Reading = tuple[object, str]
"""A cell's value and its normal text: what is hashed, so that 30元 and 30.00 are the same fact."""

# Stands before the normal text of a cell that could not be read; no clean text holds a control character.
UNREAD = "\x18"
# Longest text kept of a cell: names, addresses and remarks of real ledgers stay below.
LONGEST_TEXT = 1_000

_POSITION = {name: position for position, name in enumerate(NAMES)}
_CUSTOMER, _SUBMITTED, _BILLED = (_POSITION[name] for name in ("customer_name", "submitted_on", "billed"))
_ORDER, _INSTRUMENT = _POSITION["order_no"], _POSITION["instrument_name"]
_MONEY = frozenset(_POSITION[name] for name in ledger_fields.MONEY)


@dataclass(slots=True)
class LedgerRow:
    """One line of the ledger; texts are "" and dates, amounts and rates None where the source has nothing.

    `row_hash` and `key_hash` are 16 bytes. `notes` name the optional cells that could not be read and were left out.
    """

    line_no: int
    order_no: str
    submitted_on: date
    customer_name: str
    contact: str
    phone: str
    address: str
    code: str
    instrument_name: str
    model: str
    serial: str
    laboratory: str
    project_group: str
    service_kind: str
    item: str
    done_on: date | None
    valid_until: date | None
    list_price: Decimal | None
    discount: Decimal | None
    billed: Decimal
    received: Decimal | None
    received_on: date | None
    cost: Decimal | None
    handler: str
    remark: str
    row_hash: bytes
    key_hash: bytes
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Reject:
    """A line that is not loaded: where, why (code and English sentence), and what it held."""

    line_no: int
    code: str
    message: str
    cells: Cells
    amounts: dict[str, Decimal] = field(default_factory=dict)
    """What its money cells said, so that a total that counts it can be explained."""


REASONS = {
    "no_customer": "The customer's name is missing.",
    "no_date": "The submission date is missing.",
    "bad_date": "“{cell}” in {field} is not a date.",
    "future_date": "The submission date {cell} lies in the future.",
    "no_amount": "The billed amount is missing.",
    "bad_amount": "“{cell}” in {field} is not an amount.",
    "too_long": "The text in {field} is longer than {limit} characters.",
    "blank": "The line holds nothing that could be loaded.",
}


class Translator:
    """Translates lines by one mapping; `not_after` rejects submissions dated later (a mistyped year)."""

    def __init__(self, mapping: Mapping, *, not_after: date | None = None) -> None:
        if mapping.missing:
            names = ", ".join(ledger_fields.BY_NAME[name].english for name in mapping.missing)
            raise InputError("mapping_incomplete", "Choose a column for: {fields}.", fields=names)
        self._not_after = not_after
        self._width = len(mapping.columns)
        # A field without a column picks the empty cell that is added behind the last one.
        self._pick = itemgetter(*(mapping.targets.get(name, self._width) for name in NAMES))
        self._read = tuple(_reader(spec, mapping) for spec in FIELDS)
        self._key = tuple(_POSITION[name] for name in mapping.key)
        self._weak_key = tuple(dict.fromkeys((*self._key, _SUBMITTED, _CUSTOMER)))
        self._needs_order = "order_no" in mapping.key

    def translate(self, line_no: int, cells: Cells) -> LedgerRow | TotalLine | Reject:
        """The row, total or reject that source line `line_no` is; short lines count as filled with blanks."""
        picked = self._pick(self._padded(cells))
        parsed, texts = zip(*[read(cell) for read, cell in zip(self._read, picked, strict=True)], strict=True)
        normal = "\x1f".join(texts)
        submitted = parsed[_SUBMITTED]
        if (
            UNREAD in normal
            or submitted is None
            or parsed[_BILLED] is None
            or not texts[_CUSTOMER]
            or (self._not_after and submitted > self._not_after)
            or is_total_word(texts[_ORDER])
            or is_total_word(texts[_CUSTOMER])
            or is_total_word(texts[_INSTRUMENT])
        ):
            return self._unusual(line_no, cells, picked, parsed, texts)
        return LedgerRow(line_no, *parsed, digest(normal), self._key_hash(texts))

    def _padded(self, cells: Cells) -> Cells:
        width = self._width
        if len(cells) == width:
            return (*cells, "")
        return (*cells[:width], *("",) * (width + 1 - len(cells)))

    def _key_hash(self, texts: Cells) -> bytes:
        # A line without its order number would share its key with the same instrument's lines of other years.
        key = self._key if texts[_ORDER] or not self._needs_order else self._weak_key
        return digest("\x1f".join([texts[position] for position in key]))

    def _unusual(
        self, line_no: int, cells: Cells, picked: Cells, parsed: tuple[object, ...], texts: Cells
    ) -> LedgerRow | TotalLine | Reject:
        amounts = {NAMES[i]: amount for i in sorted(_MONEY) if isinstance(amount := parsed[i], Decimal)}
        if level := self._level(cells, parsed):
            return TotalLine(line_no, level, amounts, cells)
        if reason := self._reason(picked, parsed, texts):
            code, params = reason
            return Reject(line_no, code, REASONS[code].format(**params), cells, amounts)
        notes = tuple(NAMES[i] for i, text in enumerate(texts) if text.startswith(UNREAD))
        normal = "\x1f".join(texts)
        return LedgerRow(line_no, *parsed, digest(normal), self._key_hash(texts), notes)  # type: ignore[arg-type]

    def _level(self, cells: Cells, parsed: tuple[object, ...]) -> Level | None:
        """A line is a total when a cell says so and it lacks a date or names the total where a name should stand."""
        levels = [level for cell in cells if (level := total_level(cell))]
        named = any(total_level(str(parsed[i])) for i in (_ORDER, _CUSTOMER, _INSTRUMENT))
        return max(levels) if levels and (named or parsed[_SUBMITTED] is None) else None

    def _reason(
        self, picked: Cells, parsed: tuple[object, ...], texts: Cells
    ) -> tuple[str, dict[str, object]] | None:
        """The first thing that keeps the line out, most telling first."""
        if not any(texts):
            return "blank", {}
        for position in (_SUBMITTED, *sorted(_MONEY)):
            if texts[position].startswith(UNREAD):
                code = "bad_amount" if position in _MONEY else "bad_date"
                return code, {"cell": picked[position][:40], "field": FIELDS[position].english}
        for position, text in enumerate(texts):
            if text.startswith(UNREAD) and FIELDS[position].kind in (Kind.TEXT, Kind.PHONE, Kind.CODE):
                return "too_long", {"field": FIELDS[position].english, "limit": LONGEST_TEXT}
        if not texts[_CUSTOMER]:
            return "no_customer", {}
        if parsed[_SUBMITTED] is None:
            return "no_date", {}
        if parsed[_BILLED] is None:
            return "no_amount", {}
        if self._not_after and parsed[_SUBMITTED] > self._not_after:  # type: ignore[operator]
            return "future_date", {"cell": texts[_SUBMITTED]}
        return None


def changed_fields(old: object, new: object) -> tuple[str, ...]:
    """Fields in which two rows differ although both are filled: evidence that they are different lines.

    A cell that was blank and is filled now is progress (done, paid), not difference. Any two objects with the
    canonical fields as attributes will do.
    """
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in NAMES)
    return tuple(name for name, a, b in pairs if a != b and a not in (None, "") and b not in (None, ""))


def _reader(spec: LedgerField, mapping: Mapping) -> Callable[[str], Reading]:
    """The cached reading of one field's cells."""
    read: Callable[[str], Reading]
    if spec.kind is Kind.DATE:
        read = partial(_date, serials=mapping.serial_dates, day_first=mapping.day_first)
    elif spec.kind is Kind.MONEY:
        read = _money
    elif spec.kind is Kind.RATE:
        read = _rate
    else:
        read = partial(_text, blanks=frozenset[str]() if spec.keeps_marks else values.BLANK_MARKS)
    return lru_cache(maxsize=1 << 14)(read)


def _date(cell: str, *, serials: bool, day_first: bool) -> Reading:
    day = values.parse_date(cell, serials=serials, day_first=day_first)
    return (day, day.isoformat()) if day else _unread(cell)


def _money(cell: str) -> Reading:
    amount = values.parse_money(cell)
    if amount is None:
        return _unread(cell)
    cents = values.to_cents(amount)
    return cents, str(cents)


def _rate(cell: str) -> Reading:
    rate = values.parse_rate(cell)
    return _unread(cell) if rate is None else (rate, format(rate.normalize(), "f"))


def _text(cell: str, *, blanks: frozenset[str]) -> Reading:
    text = values.clean_text(cell, blanks=blanks)
    return (text, text) if len(text) <= LONGEST_TEXT else (None, UNREAD + text[:LONGEST_TEXT])


def _unread(cell: str) -> Reading:
    text = values.clean_text(cell, blanks=values.BLANK_MARKS)
    return (None, UNREAD + text) if text else (None, "")
