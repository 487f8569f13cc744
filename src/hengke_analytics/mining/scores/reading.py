"""From a plain table to inputs: what each column is, and which columns must not be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from hengke_analytics import files
from hengke_analytics.mining.scores.inputs import Column, Inputs, categories, numbers
from hengke_analytics.warehouse import values

#: A column is of numbers (or dates) when so many of its filled cells are; the others then count as missing.
MOSTLY = 0.9
_NOTHING = frozenset((*values.BLANK_MARKS, "na", "nan", "n.a.", "?", ".", "#n/a", "missing", "（空）"))
_PERCENT = re.compile(r"([-+]?[\d.,]+) ?%")
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Cells:
    """A column as text, blanks and marks for nothing as null, with its distinct words and their rows."""

    words: list[str]
    places: np.ndarray
    missing: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Cells:
        """Read each distinct word once."""
        text = files.parsed(column.cast(pa.string()), _word, pa.string())
        encoded = text.combine_chunks()
        encoded = (encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded).dictionary_encode()
        places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        return cls(encoded.dictionary.to_pylist(), places, places < 0)

    def mapped(self, found: Sequence[float | None]) -> list[float | None]:
        """What each row says when its word says `found`."""
        return [None if place < 0 else found[place] for place in self.places]

    def share(self, found: Sequence[float | None]) -> float:
        """Share of filled cells whose word could be read."""
        filled = self.places[~self.missing]
        read = np.array([value is not None for value in found], dtype=bool)
        return float(read[filled].mean()) if len(filled) else 0.0


def column_of(name: str, column: pa.ChunkedArray) -> Column:
    """A column of numbers, of dates, or of words, by what its cells are."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column_of(name, column.cast(kind.value_type))
    if pa.types.is_temporal(kind) and not pa.types.is_time(kind) and not pa.types.is_duration(kind):
        return numbers(name, _days(column.cast(pa.date32(), safe=False).to_pylist()), kind="date")
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return numbers(name, column.cast(pa.float64(), safe=False).to_pylist())
    return _from_text(name, Cells.of(column), column)


def inputs_of(table: pa.Table, names: Sequence[str]) -> Inputs:
    """Several columns."""
    return Inputs(tuple(column_of(name, table[name]) for name in names))


def _from_text(name: str, cells: Cells, column: pa.ChunkedArray) -> Column:
    as_numbers = [_number(word) for word in cells.words]
    if cells.words and cells.share(as_numbers) >= MOSTLY:
        return numbers(name, cells.mapped(as_numbers))
    as_days = _days(files.dates(column).to_pylist()) if _looks_dated(cells.words) else []
    filled = int((~cells.missing).sum())
    if filled and sum(day is not None for day in as_days) >= MOSTLY * filled:
        return numbers(name, as_days, kind="date")
    return categories(name, [None if place < 0 else cells.words[place] for place in cells.places])


def _looks_dated(words: Sequence[str]) -> bool:
    some = words[:50]
    return bool(some) and sum(values.parse_date(word) is not None for word in some) > len(some) / 2


def _word(text: str) -> str | None:
    clean = values.clean_text(text)
    return None if clean.casefold() in _NOTHING else clean


def _number(word: str) -> float | None:
    try:
        found = float(word)
    except ValueError:
        return _written_number(word)
    return found if np.isfinite(found) and "_" not in word else None


def _written_number(word: str) -> float | None:
    percent = _PERCENT.fullmatch(word)
    amount = values.parse_number(percent[1]) if percent else values.parse_money(word)
    return None if amount is None else float(amount) / (100 if percent else 1)


def _days(found: Sequence[date | None]) -> list[float | None]:
    return [None if day is None else float((day - _EPOCH).days) for day in found]
