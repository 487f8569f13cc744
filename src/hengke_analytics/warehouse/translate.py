"""A mapped source line becomes a typed ledger row, a claimed total, or a reject with its reason.

Lines are translated in batches, column by column: a cell then costs one look-up in a cache, and a million
lines a quarter of what they cost one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import ledger_fields, values
from hengke_analytics.warehouse.ledger_fields import FIELDS, NAMES, Kind, LedgerField
from hengke_analytics.warehouse.ledger_key import digest
from hengke_analytics.warehouse.ledger_row import POSITION, LedgerRow, Reject, Run, changed_fields
from hengke_analytics.warehouse.mapping import Mapping
from hengke_analytics.warehouse.totals import Level, TotalLine, is_total_word, total_level

__all__ = ["LedgerRow", "Reject", "Run", "TotalLine", "Translated", "Translator", "changed_fields"]

Cells = tuple[str, ...]
Reading = tuple[object, str]
"""A cell's value and its normal text: what is hashed, so that 30元 and 30.00 are the same fact."""

BATCH = 512
# Cells remembered per field before it forgets all: some megabytes at most.
MOST_REMEMBERED = 1 << 15
# Stands before the normal text of a cell that could not be read; no clean text holds a control character.
UNREAD = "\x18"
SEPARATOR = "\x1f"
# Longest text kept of a cell: names, addresses and remarks of real ledgers stay below.
LONGEST_TEXT = 1_000

_CUSTOMER, _SUBMITTED, _BILLED = (POSITION[name] for name in ("customer_name", "submitted_on", "billed"))
_ORDER = POSITION["order_no"]
_NAMING = (_ORDER, _CUSTOMER, POSITION["instrument_name"])
_MONEY = tuple(sorted(POSITION[name] for name in ledger_fields.MONEY))
_TEXTUAL = frozenset([Kind.TEXT, Kind.PHONE, Kind.CODE])


Translated = LedgerRow | TotalLine | Reject


class Translator:
    """Translates lines by one mapping; `not_after` rejects submissions dated later (a mistyped year)."""

    def __init__(self, mapping: Mapping, *, not_after: date | None = None) -> None:
        if mapping.missing:
            missing = (ledger_fields.BY_NAME[name] for name in mapping.missing)
            names = ", ".join(f"{field.chinese} ({field.english})" for field in missing)
            raise InputError("mapping_incomplete", "Choose a column for: {fields}.", fields=names)
        self._last_day = not_after or date.max
        self._width = len(mapping.columns)
        # A field without a column reads the blank column behind the last one.
        self._places = [mapping.targets.get(name, self._width) for name in NAMES]
        self._readers = [_reader(spec, mapping) for spec in FIELDS]
        self._key = [POSITION[name] for name in mapping.key]
        self._weak_key = list(dict.fromkeys([*self._key, _SUBMITTED, _CUSTOMER]))
        self._needs_order = "order_no" in mapping.key

    def translate(self, line_no: int, cells: Cells) -> Translated:
        """The row, total or reject that one source line is; short lines count as filled with blanks."""
        return next(self.translate_all([(line_no, cells)]))

    def translate_all(self, numbered: Iterable[tuple[int, Cells]]) -> Iterator[Translated]:
        """The same for many lines, in order."""
        for said in self.translate_runs(numbered):
            yield from said.rows() if isinstance(said, Run) else (said,)

    def translate_runs(self, numbered: Iterable[tuple[int, Cells]]) -> Iterator[Run | Translated]:
        """The same, in order, plain rows in runs: what needs no look at each line is done for all at once."""
        lines = iter(numbered)
        while batch := list(islice(lines, BATCH)):
            yield from self._batch(batch)

    def _batch(self, batch: list[tuple[int, Cells]]) -> Iterator[Run | Translated]:
        lines = [line_no for line_no, _ in batch]
        columns = [*zip(*[self._fitted(cells) for _, cells in batch], strict=True), ("",) * len(batch)]
        picked = [columns[place] for place in self._places]
        parsed = [read.values_of(cells) for read, cells in zip(self._readers, picked, strict=True)]
        texts = [
            found if spec.kind in _TEXTUAL else read.texts_of(cells)
            for spec, read, cells, found in zip(FIELDS, self._readers, picked, parsed, strict=True)
        ]
        normal = list(map(SEPARATOR.join, zip(*texts, strict=True)))
        run = Run(lines, parsed, texts, list(map(digest, normal)), list(self._key_hashes(texts)))
        done = 0
        for index in self._unusual(parsed, texts, normal):
            if done < index:
                yield run.part(done, index)
            (row,) = run.part(index, index + 1).rows()
            yield self._judged(row, batch[index][1], [text[index] for text in texts])
            done = index + 1
        if done < len(run):
            yield run.part(done, len(run)) if done else run

    def _fitted(self, cells: Cells) -> Cells:
        width = self._width
        return cells if len(cells) == width else (*cells[:width], *("",) * (width - len(cells)))

    def _key_hashes(self, texts: list[list[str]]) -> Iterator[bytes]:
        strong = map(SEPARATOR.join, zip(*(texts[position] for position in self._key), strict=True))
        if not self._needs_order or all(texts[_ORDER]):
            return map(digest, strong)
        # A line without its order number would share its key with the same instrument's lines of other years.
        weak = map(SEPARATOR.join, zip(*(texts[position] for position in self._weak_key), strict=True))
        return (digest(s if order else w) for order, s, w in zip(texts[_ORDER], strong, weak, strict=True))

    def _unusual(self, parsed: list[Any], texts: list[list[str]], normal: list[str]) -> list[int]:
        """Lines that are not plainly rows: a cell unread, something required missing, or a name that says
        total."""
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

    def _judged(self, row: Any, cells: Cells, texts: list[str]) -> Translated:
        fitted = (*self._fitted(cells), "")
        amounts = {NAMES[i]: amount for i in _MONEY if (amount := getattr(row, NAMES[i])) is not None}
        if level := _level(cells, row, texts):
            return TotalLine(row.line_no, level, amounts, cells)
        if reason := self._reason(row, texts, [fitted[place] for place in self._places]):
            code, params = reason
            return Reject(row.line_no, code, params, cells, amounts)
        unread = tuple(NAMES[i] for i, text in enumerate(texts) if text.startswith(UNREAD))
        judged: LedgerRow = row._replace(notes=unread)
        return judged

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


def normal_text(cell: str, target: str, mapping: Mapping) -> str | None:
    """How a cell of the field `target` is read, as text ("" for nothing); None when it cannot be read."""
    text = _reader(ledger_fields.BY_NAME[target], mapping)._read(cell)[1]
    return None if text.startswith(UNREAD) else text


def _level(cells: Cells, row: Any, texts: list[str]) -> Level | None:
    """A line is a total when a cell says so and it has no date, or names the total where a name should
    stand."""
    levels = [level for cell in cells if (level := total_level(cell))]
    named = any(is_total_word(texts[position]) for position in _NAMING)
    return max(levels) if levels and (named or row.submitted_on is None) else None


class _Reader(dict[str, Any]):
    """Cell -> value of one field, remembered because columns repeat themselves; `texts` holds the normal
    texts."""

    def __init__(self, read: Callable[[str], Reading]) -> None:
        super().__init__()
        self._read = read
        self._texts: dict[str, str] = {}

    def __missing__(self, cell: str) -> Any:
        self[cell], self._texts[cell] = reading = self._read(cell)
        return reading[0]

    def values_of(self, cells: Sequence[str]) -> list[Any]:
        """Parsed values."""
        if len(self) > MOST_REMEMBERED:
            self.clear()
            self._texts.clear()
        return list(map(self.__getitem__, cells))

    def texts_of(self, cells: Sequence[str]) -> list[str]:
        """Normal texts of cells whose values were asked for just before."""
        return list(map(self._texts.__getitem__, cells))


def _reader(spec: LedgerField, mapping: Mapping) -> _Reader:
    if spec.kind is Kind.DATE:
        return _Reader(
            partial(
                _date, serials=mapping.serial_dates, day_first=mapping.day_first, order=mapping.date_order
            )
        )
    if spec.kind is Kind.MONEY:
        return _Reader(partial(_money, comma=mapping.comma))
    if spec.kind is Kind.RATE:
        return _Reader(partial(_rate, comma=mapping.comma))
    return _Reader(partial(_text, blanks=frozenset[str]() if spec.keeps_marks else values.BLANK_MARKS))


def _date(cell: str, *, serials: bool, day_first: bool, order: str) -> Reading:
    day = values.parse_date(cell, serials=serials, day_first=day_first, order=order)
    return (day, day.isoformat()) if day else _unread(cell)


def _money(cell: str, *, comma: bool) -> Reading:
    amount = values.parse_money(cell, comma=comma)
    if amount is None:
        return _unread(cell)
    cents = values.to_cents(amount)
    return cents, str(cents)


def _rate(cell: str, *, comma: bool) -> Reading:
    rate = values.parse_rate(cell, comma=comma)
    return _unread(cell) if rate is None else (rate, format(rate.normalize(), "f"))


def _text(cell: str, *, blanks: frozenset[str]) -> Reading:
    text = values.clean_text(cell, blanks=blanks)
    text = text if len(text) <= LONGEST_TEXT else UNREAD + text[:LONGEST_TEXT]
    return text, text


def _unread(cell: str) -> Reading:
    text = values.clean_text(cell, blanks=values.BLANK_MARKS)
    return (None, UNREAD + text) if text else (None, "")
