"""What a source line becomes: a typed row, or a reject that says why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any, NamedTuple

from hengke.kernel.errors import sentence
from hengke_analytics.warehouse.ledger_fields import FIELDS, NAMES, Kind

POSITION = {name: position for position, name in enumerate(NAMES)}
_TYPED = frozenset(field.name for field in FIELDS if field.kind in (Kind.DATE, Kind.MONEY, Kind.RATE))


class LedgerRow(NamedTuple):
    """One line of the ledger; texts are "" and dates, amounts and rates None where the source has nothing.

    `row_hash` and `key_hash` are 16 bytes. `notes` name optional cells that could not be read and were left
    out.
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


@dataclass(frozen=True, slots=True)
class Run:
    """Successive lines that are plainly rows, column by column: `parsed` and `texts` hold one list per field,
    in the order of NAMES, all of one length. A line then costs no Python call of its own.
    """

    lines: list[int]
    parsed: list[list[Any]]
    texts: list[list[str]]
    row_hashes: list[bytes]
    key_hashes: list[bytes]

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[Any]:
        """The values of a field."""
        return self.parsed[POSITION[name]]

    def plain(self, name: str) -> list[str | None]:
        """The values of a field as plain text, days and amounts too; None for nothing where that is no text."""
        texts = self.texts[POSITION[name]]
        return [text or None for text in texts] if name in _TYPED else list(texts)

    def part(self, first: int, end: int) -> Run:
        """The lines from `first` to before `end`."""
        cut = slice(first, end)
        return Run(
            self.lines[cut],
            [values[cut] for values in self.parsed],
            [texts[cut] for texts in self.texts],
            self.row_hashes[cut],
            self.key_hashes[cut],
        )

    def rows(self) -> list[LedgerRow]:
        """The same line by line."""
        fields = zip(self.lines, *self.parsed, self.row_hashes, self.key_hashes, repeat(()), strict=False)
        # What LedgerRow._make does, without a Python call per line.
        return list(map(tuple.__new__, repeat(LedgerRow), fields))


REASONS = {
    "no_customer": sentence("The customer's name is missing."),
    "no_date": sentence("The submission date is missing."),
    "bad_date": sentence("“{cell}” in {field} is not a date."),
    "future_date": sentence("The submission date {cell} lies in the future."),
    "no_amount": sentence("The billed amount is missing."),
    "bad_amount": sentence("“{cell}” in {field} is not an amount."),
    "too_long": sentence("The text in {field} is longer than {limit} characters."),
    "blank": sentence("The line holds nothing that could be loaded."),
}


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that is not loaded: where, why, and what it held.

    `params` fill the reason's sentence. `amounts` is what its money cells said, so that a total that counts
    the line can be explained.
    """

    line_no: int
    code: str
    params: dict[str, object]
    cells: tuple[str, ...]
    amounts: dict[str, Decimal] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The reason in English."""
        return REASONS[self.code].format(**self.params)


def changed_fields(old: object, new: object) -> tuple[str, ...]:
    """Fields in which two rows differ although both are filled: evidence that they are different lines.

    A cell that was blank and is filled now is progress (done, paid), not difference. Any two objects with the
    canonical fields as attributes will do.
    """
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in NAMES)
    return tuple(name for name, a, b in pairs if a != b and a not in (None, "") and b not in (None, ""))
