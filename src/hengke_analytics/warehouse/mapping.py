"""Which source column is which ledger field: proposed from headers and values, edited by people, saved,
found again."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse import ledger_fields, values
from hengke_analytics.warehouse.formats import DECIMAL_COMMA, FormatGuess, detect_formats, has_comma
from hengke_analytics.warehouse.ledger_fields import FIELDS, Kind, LedgerField

# Below it a proposal costs the user more in checking than it saves.
LEAST_CONFIDENCE = 0.5
# A header that is only alike (委托单位名 ~ 委托单位名称) never outranks an exact one.
ALIKE, LEAST_ALIKE = 0.85, 82.0
# How much of a column's filled cells must look like its kind for the values to speak for or against it.
AGREES, CONTRADICTS = 0.8, 0.3

_NOISE = re.compile(r"[\s_\-·.,:：;；*#/\\|'\"“”‘’、。]+|[(（\[【<《].*?[)）\]】>》]")
_COMPANY = re.compile(
    r"公司|厂$|集团|医院|学校|大学|中心|研究|局$|站$|院$|所$|店$|企业|有限|部$|\b(?:Ltd|Inc|GmbH|Co)\b", re.I
)
_PHONE = re.compile(r"(?:\+?86[- ]?)?(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|\d{7,8})(?:[-转]\d+)?")
_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
# Looks like nothing else, so that values may speak where the header says nothing.
_SURE = {Kind.CODE: _CODE, Kind.PHONE: re.compile(r"1[3-9]\d{9}|0\d{2,3}-\d{7,8}")}
_LOOKS: dict[Kind, Callable[[str], bool]] = {
    Kind.DATE: lambda cell: values.parse_date(cell, serials=True) is not None,
    Kind.MONEY: lambda cell: (
        values.parse_money(cell) is not None
        or cell in values.BLANK_MARKS
        or bool(DECIMAL_COMMA.fullmatch(cell))
    ),
    Kind.RATE: lambda cell: values.parse_rate(cell) is not None or cell in values.BLANK_MARKS,
    Kind.PHONE: lambda cell: bool(_PHONE.fullmatch(cell)),
    Kind.CODE: lambda cell: bool(_CODE.fullmatch(cell)),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A source column and the field it feeds; `target` None leaves it out."""

    index: int
    header: str
    target: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Mapping:
    """All columns of a source, in order, with how to read dates and what makes a line the same line."""

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ledger_fields.KEY_WITH_ORDER
    day_first: bool = False
    serial_dates: bool = False
    decimal_comma: bool = False
    date_order: str = ""
    """What a person chose (one of values.ORDERS) instead of what was detected, "" for nothing; so `decimal`,
    "." or ","."""
    decimal: str = ""
    formats: dict[str, FormatGuess] = field(default_factory=dict, compare=False)
    """What was detected per header, to be shown beside the proposal; it is not saved."""

    @property
    def targets(self) -> dict[str, int]:
        """Field name -> column index."""
        return {column.target: column.index for column in self.columns if column.target}

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that no column feeds; such a mapping cannot translate."""
        return tuple(name for name in ledger_fields.REQUIRED if name not in self.targets)

    @property
    def rivals(self) -> tuple[str, ...]:
        """Headers of columns left out that name what is billed as well: the proposal chose between them."""
        spare = [column.header for column in self.columns if not column.target]
        return tuple(h for h in spare if _header_score(_simplified(_plain(h)), "billed") >= LEAST_CONFIDENCE)

    @property
    def comma(self) -> bool:
        """Whether amounts have a decimal comma: as chosen, else as detected."""
        return self.decimal == "," if self.decimal else self.decimal_comma

    @property
    def fingerprint(self) -> str:
        """Under which this mapping is saved and found again."""
        return fingerprint([column.header for column in self.columns])

    def assign(self, index: int, target: str | None) -> Mapping:
        """With one column set by a person; the field leaves whatever column fed it before."""
        if target is not None and target not in ledger_fields.BY_NAME:
            raise InputError("unknown_field", "There is no ledger field {name}.", name=target)
        columns = (
            replace(column, target=target, confidence=1.0)
            if column.index == index
            else replace(column, target=None, confidence=0.0)
            if target and column.target == target
            else column
            for column in self.columns
        )
        return _with_key(replace(self, columns=tuple(columns)))

    def reading(self, *, date_order: str, decimal: str) -> Mapping:
        """With the order of dates and the decimal sign that a person chose, "" to go by what is detected."""
        if date_order not in ("", *values.ORDERS):
            orders = ", ".join(values.ORDERS)
            raise InputError("unknown_order", "Dates stand in one of these orders: {orders}.", orders=orders)
        if decimal not in ("", ".", ","):
            raise InputError("unknown_decimal", "The decimal sign is a point or a comma.")
        return replace(self, date_order=date_order, decimal=decimal)

    def for_headers(self, headers: Sequence[str]) -> Mapping:
        """The same mapping on a file with the same headers in another order."""
        if [column.header for column in self.columns] == list(headers):
            return self
        wanted: dict[str, list[Column]] = {}
        for column in self.columns:
            wanted.setdefault(_plain(column.header), []).append(column)
        columns = []
        for index, header in enumerate(headers):
            known = wanted.get(_plain(header))
            columns.append(
                replace(known.pop(0), index=index, header=header) if known else Column(index, header)
            )
        return replace(self, columns=tuple(columns))

    def detect(self, sample_rows: Sequence[Sequence[str]]) -> Mapping:
        """With formats and the reading of dates judged by these rows: after an edit, or for another file."""
        samples = {column.header: _filled(sample_rows, column.index) for column in self.columns}
        guesses = detect_formats(samples)
        dates = [guesses[column.header] for column in self.columns if column.target in ledger_fields.DATES]
        paid = [column.header for column in self.columns if column.target in ledger_fields.MONEY]
        amounts = [cell for header in paid for cell in samples[header]]
        return replace(
            self,
            formats=guesses,
            day_first=any(guess.day_first for guess in dates),
            serial_dates=any("serial" in guess.counts for guess in dates),
            decimal_comma=has_comma(amounts),
        )

    def to_json(self) -> str:
        """As text to be saved; `from_json` reads it."""
        columns = [[c.header, c.target, round(c.confidence, 3)] for c in self.columns]
        kept = {
            "columns": columns,
            "key": self.key,
            "day_first": self.day_first,
            "serial_dates": self.serial_dates,
        }
        chosen = {"decimal_comma": self.decimal_comma, "date_order": self.date_order, "decimal": self.decimal}
        kept |= {name: value for name, value in chosen.items() if value}
        return json.dumps(kept, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Mapping:
        """A saved mapping; raises InputError for what is none."""
        try:
            return cls._from_dict(json.loads(text))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                "bad_mapping", "This is not a saved column mapping: choose the columns again."
            ) from error

    @classmethod
    def _from_dict(cls, kept: dict[str, Any]) -> Mapping:
        columns = tuple(
            Column(index, str(header), target, float(confidence))
            for index, (header, target, confidence) in enumerate(kept["columns"])
        )
        targets = [column.target for column in columns if column.target]
        # A key is proposed before anybody has said which columns there are: what has none does not count yet.
        key = tuple(name for name in kept["key"] if name in targets)
        known = {*targets, *kept["key"]} <= ledger_fields.BY_NAME.keys()
        if not known or len(set(targets)) != len(targets):
            raise ValueError("unknown or repeated field")
        read = cls(columns, key, bool(kept["day_first"]), bool(kept["serial_dates"]))
        read = replace(read, decimal_comma=bool(kept.get("decimal_comma")))
        return read.reading(date_order=kept.get("date_order", ""), decimal=kept.get("decimal", ""))


def propose(headers: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> Mapping:
    """The likeliest mapping of `headers`, judged by their words and by the first rows' values.

    Every field is given to at most one column, the surest first; the rest stays unmapped.
    """
    samples = [_filled(sample_rows, index) for index in range(len(headers))]
    scores = sorted(
        (
            (-_confidence(header, samples[index], target), index, position)
            for index, header in enumerate(headers)
            for position, target in enumerate(FIELDS)
        ),
    )
    chosen: dict[int, tuple[str, float]] = {}
    for score, index, position in scores:
        taken = {name for name, _ in chosen.values()}
        if -score >= LEAST_CONFIDENCE and index not in chosen and FIELDS[position].name not in taken:
            chosen[index] = (FIELDS[position].name, -score)
    columns = tuple(Column(i, header, *chosen.get(i, (None, 0.0))) for i, header in enumerate(headers))
    return _with_key(Mapping(columns)).detect(sample_rows)


def fingerprint(headers: Sequence[str]) -> str:
    """The same for the same headers in any order, width, case and spacing."""
    plain = "\x1f".join(sorted(_plain(header) for header in headers))
    return hashlib.sha256(plain.encode()).hexdigest()[:32]


def _with_key(mapping: Mapping) -> Mapping:
    wanted = (
        ledger_fields.KEY_WITH_ORDER if "order_no" in mapping.targets else ledger_fields.KEY_WITHOUT_ORDER
    )
    return replace(mapping, key=tuple(name for name in wanted if name in mapping.targets))


def _filled(rows: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index].strip() for row in rows if index < len(row) and row[index].strip()]


def _confidence(header: str, sample: list[str], target: LedgerField) -> float:
    """How sure the header is, raised or lowered by what the column holds."""
    words = _header_score(_simplified(_plain(header)), target.name)
    if target.name == "serial" and _is_count(sample):
        return 0.0
    shape = _shape_score(sample, target)
    if shape is None:
        return words
    if shape >= AGREES:
        sure = _SURE.get(target.kind)
        alone = 0.6 if sure and all(map(sure.fullmatch, sample)) else 0.0
        return max(min(1.0, words + 0.02), alone) if words else alone
    return words * 0.4 if shape < CONTRADICTS else words * 0.8


def _header_score(plain: str, name: str) -> float:
    if not plain:
        return 0.0
    known = _known_headers(name)
    if plain in known:
        # The earlier in the list, the plainer the word: 单位名称 before 单位, 应收费 before 金额.
        return 0.98 - 0.2 * known[plain] / len(known)
    from rapidfuzz import fuzz, process

    found = process.extractOne(plain, known.keys(), scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE)
    return found[1] / 100 * ALIKE * (0.98 - 0.2 * known[found[0]] / len(known)) if found else 0.0


def _shape_score(sample: list[str], target: LedgerField) -> float | None:
    """Share of filled cells that look like the field's kind; None where any text will do."""
    looks = _looks_like(target)
    return sum(map(looks, sample)) / len(sample) if looks and sample else None


def _is_count(sample: list[str]) -> bool:
    """Whether cells are 1, 2, 3 …: the number of the row, whatever the header calls it."""
    if len(sample) < 2 or not (sample[0].isascii() and sample[0].isdecimal()):
        return False
    first = int(sample[0])
    return sample == [str(number) for number in range(first, first + len(sample))]


def _looks_like(target: LedgerField) -> Callable[[str], bool] | None:
    if target.name == "customer_name":
        # A column of customer numbers often bears the same header as the names.
        return lambda cell: not cell.isascii() or bool(_COMPANY.search(cell)) or cell.isalpha()
    return _LOOKS.get(target.kind)


def _plain(header: str) -> str:
    """A header without width, case, units in brackets, spaces and signs: `应收费（元）` -> `应收费`."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return _NOISE.sub("", text) or text.strip()


@lru_cache(maxsize=1 << 10)
def _simplified(plain: str) -> str:
    """單位名稱 as 单位名称: headers of Big5 files name the same fields."""
    try:
        plain.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(plain))
    return plain


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _known_headers(name: str) -> dict[str, int]:
    known: dict[str, int] = {}
    for header in ledger_fields.BY_NAME[name].headers:
        known.setdefault(_plain(header), len(known))
    return known
