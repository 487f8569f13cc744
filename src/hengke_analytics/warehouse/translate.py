"""A mapped source line becomes a typed ledger row, a claimed total, or a reject with its reason.

Lines are translated in batches, column by column: a cell then costs one look-up in a cache, and a million lines a
quarter of what they cost one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import ledger_fields, values
from hengke_analytics.warehouse.ledger_fields import FIELDS, NAMES, Kind, LedgerField
from hengke_analytics.warehouse.ledger_key import digest
from hengke_analytics.warehouse.mapping import Mapping
from hengke_analytics.warehouse.totals import Level, TotalLine, is_total_word, total_level

Cells = tuple[str, ...]
Reading = tuple[object, str]
"""A cell's value and its normal text: what is hashed, so that 30元 and 30.00 are the same fact."""

BATCH = 512
# Stands before the normal text of a cell that could not be read; no clean text holds a control character.
UNREAD = "\x18"
SEPARATOR = "\x1f"
# Longest text kept of a cell: names, addresses and remarks of real ledgers stay below.
LONGEST_TEXT = 1_000

_POSITION = {name: position for position, name in enumerate(NAMES)}
_CUSTOMER, _SUBMITTED, _BILLED = (_POSITION[name] for name in ("customer_name", "submitted_on", "billed"))
_ORDER = _POSITION["order_no"]
_NAMING = (_ORDER, _CUSTOMER, _POSITION["instrument_name"])
_MONEY = tuple(sorted(_POSITION[name] for name in ledger_fields.MONEY))
_TEXTUAL = frozenset([Kind.TEXT, Kind.PHONE, Kind.CODE])


@dataclass(slots=True)
class LedgerRow:
    """One line of the ledger; texts are "" and dates, amounts and rates None where the source has nothing.

    `row_hash` and `key_hash` are 16 bytes. `notes` name optional cells that could not be read and were left out.
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


Translated = LedgerRow | TotalLine | Reject


class Translator:
    """Translates lines by one mapping; `not_after` rejects submissions dated later (a mistyped year)."""

    def __init__(self, mapping: Mapping, *, not_after: date | None = None) -> None:
        if mapping.missing:
            names = ", ".join(ledger_fields.BY_NAME[name].english for name in mapping.missing)
            raise InputError("mapping_incomplete", "Choose a column for: {fields}.", fields=names)
        self._last_day = not_after or date.max
        self._width = len(mapping.columns)
        # A field without a column reads the blank column behind the last one.
        self._places = [mapping.targets.get(name, self._width) for name in NAMES]
        self._readers = [_reader(spec, mapping) for spec in FIELDS]
        self._key = [_POSITION[name] for name in mapping.key]
        self._weak_key = list(dict.fromkeys([*self._key, _SUBMITTED, _CUSTOMER]))
        self._needs_order = "order_no" in mapping.key

    def translate(self, line_no: int, cells: Cells) -> Translated:
        """The row, total or reject that one source line is; short lines count as filled with blanks."""
        return self._batch([(line_no, cells)])[0]

    def translate_all(self, numbered: Iterable[tuple[int, Cells]]) -> Iterator[Translated]:
        """The same for many lines, in order."""
        lines = iter(numbered)
        while batch := list(islice(lines, BATCH)):
            yield from self._batch(batch)

    def _batch(self, batch: list[tuple[int, Cells]]) -> list[Translated]:
        columns = [*zip(*[self._fitted(cells) for _, cells in batch], strict=True), ("",) * len(batch)]
        parsed: list[Iterable[Any]] = []
        texts: list[tuple[str, ...]] = []
        for place, read in zip(self._places, self._readers, strict=True):
            value, text = zip(*map(read, columns[place]), strict=True)
            parsed.append(value)
            texts.append(text)
        normal = list(map(SEPARATOR.join, zip(*texts, strict=True)))
        rows: list[Translated] = [
            LedgerRow(line_no, *fields)
            for (line_no, _), fields in zip(
                batch, zip(*parsed, map(digest, normal), self._key_hashes(texts), strict=True), strict=True
            )
        ]
        for index in self._unusual(parsed, texts, normal):
            line_no, cells = batch[index]
            rows[index] = self._judged(line_no, cells, rows[index], [text[index] for text in texts])
        return rows

    def _fitted(self, cells: Cells) -> Cells:
        width = self._width
        return cells if len(cells) == width else (*cells[:width], *("",) * (width - len(cells)))

    def _key_hashes(self, texts: list[tuple[str, ...]]) -> Iterator[bytes]:
        strong = map(SEPARATOR.join, zip(*(texts[position] for position in self._key), strict=True))
        if not self._needs_order or all(texts[_ORDER]):
            return map(digest, strong)
        # A line without its order number would share its key with the same instrument's lines of other years.
        weak = map(SEPARATOR.join, zip(*(texts[position] for position in self._weak_key), strict=True))
        return (digest(s if order else w) for order, s, w in zip(texts[_ORDER], strong, weak, strict=True))

    def _unusual(self, parsed: list[Any], texts: list[tuple[str, ...]], normal: list[str]) -> list[int]:
        """Lines that are not plainly rows: a cell unread, something required missing, or a name that says total."""
        last_day = self._last_day
        totals = {name for position in _NAMING for name in set(texts[position]) if is_total_word(name)}
        return [
            index
            for index, (line, day, customer, billed, *names) in enumerate(
                zip(
                    normal, parsed[_SUBMITTED], texts[_CUSTOMER], parsed[_BILLED],
                    *([texts[position] for position in _NAMING] if totals else ()), strict=True,
                )
            )
            if UNREAD in line or day is None or day > last_day or not customer or billed is None
            or not totals.isdisjoint(names)
        ]  # fmt: skip

    def _judged(self, line_no: int, cells: Cells, row: Any, texts: list[str]) -> Translated:
        fitted = (*self._fitted(cells), "")
        amounts = {NAMES[i]: amount for i in _MONEY if (amount := getattr(row, NAMES[i])) is not None}
        if level := _level(cells, row, texts):
            return TotalLine(line_no, level, amounts, cells)
        if reason := self._reason(row, texts, [fitted[place] for place in self._places]):
            code, params = reason
            return Reject(line_no, code, REASONS[code].format(**params), cells, amounts)
        row.notes = tuple(NAMES[i] for i, text in enumerate(texts) if text.startswith(UNREAD))
        return row

    def _reason(self, row: Any, texts: list[str], picked: list[str]) -> tuple[str, dict[str, object]] | None:
        """The first thing that keeps the line out, most telling first."""
        if not any(texts):
            return "blank", {}
        for position in (_SUBMITTED, *_MONEY):
            if texts[position].startswith(UNREAD):
                code = "bad_date" if position == _SUBMITTED else "bad_amount"
                return code, {"cell": picked[position][:40], "field": FIELDS[position].english}
        for spec, text in zip(FIELDS, texts, strict=True):
            if text.startswith(UNREAD) and spec.kind in _TEXTUAL:
                return "too_long", {"field": spec.english, "limit": LONGEST_TEXT}
        if not row.customer_name:
            return "no_customer", {}
        if row.submitted_on is None:
            return "no_date", {}
        if row.billed is None:
            return "no_amount", {}
        return ("future_date", {"cell": texts[_SUBMITTED]}) if row.submitted_on > self._last_day else None


def _level(cells: Cells, row: Any, texts: list[str]) -> Level | None:
    """A line is a total when a cell says so and it has no date, or names the total where a name should stand."""
    levels = [level for cell in cells if (level := total_level(cell))]
    named = any(is_total_word(texts[position]) for position in _NAMING)
    return max(levels) if levels and (named or row.submitted_on is None) else None


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
