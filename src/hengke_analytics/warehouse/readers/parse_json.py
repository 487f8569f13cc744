"""JSON files, in the child: lists of records at any depth, and one record a line (JSON Lines)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.readers import nested
from hengke_analytics.warehouse.readers.decoding import text_of

LONGEST_NUMBER = 40
"""Characters of a number; nobody's amount has more, and 1e999999999 would fill any memory."""


def look(path: Path) -> Iterator[dict[str, Any]]:
    """Every list of records."""
    document, label = _document(path)
    for sheet in nested.look(document):
        yield {**sheet, "encoding": label}


def read(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The records of one list."""
    yield from nested.read(_document(path)[0], sheet)


def decoded(text: str) -> Any:
    """Plain data from one JSON text, numbers as they stand; ValueError for what is none."""
    return _decoder.decode(text)


def _document(path: Path) -> tuple[Any, str]:
    text, label = text_of(path)
    text = text.removeprefix("\ufeff")
    try:
        return _decoder.decode(text), label
    except json.JSONDecodeError as whole:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and whole.msg == "Extra data":
            return [_line(number, line) for number, line in enumerate(lines, 1)], label
        raise _broken(whole.lineno) from whole


def _line(number: int, line: str) -> Any:
    try:
        return _decoder.decode(line)
    except json.JSONDecodeError as error:
        raise _broken(number) from error


def _number(text: str) -> Decimal | str:
    """Digits as they stand; exponents only as far as an amount may have them."""
    number = Decimal(text)
    exponent = number.as_tuple().exponent
    small = isinstance(exponent, int) and abs(exponent) < LONGEST_NUMBER and len(text) <= LONGEST_NUMBER
    return number if small else text


def _broken(line: int) -> InputError:
    return InputError(
        "damaged_json",
        "The file is cut off or no JSON: line {line} cannot be read. Export it again.",
        line=line,
    )


_decoder = json.JSONDecoder(parse_float=_number, parse_int=str, parse_constant=lambda _name: "")
