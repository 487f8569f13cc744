"""What formats a column's values are written in, to be shown before anything is imported."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hengke_analytics.warehouse import values

# A column is called dates or amounts when at least this share of its filled cells is.
MAJORITY = 0.6

_DATE_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.S))
    for name, pattern in (
        ("2019-01-06", r"\d{4} ?- ?\d{1,2} ?- ?\d{1,2}"),
        ("2019/01/06", r"\d{4} ?/ ?\d{1,2} ?/ ?\d{1,2}"),
        ("2019.01.06", r"\d{4} ?\. ?\d{1,2} ?\. ?\d{1,2}"),
        ("20190106", r"\d{8}(?:\d{6})?"),
        ("2019年1月6日", r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?[日号]?"),
        ("2019年1月", r"\d{4} ?年 ?\d{1,2} ?月"),
        ("19-01-06", r"\d{2}([-/.])\d{1,2}\1\d{1,2}"),
        ("01/06/2019", r"\d{1,2}([-/.])\d{1,2}\1\d{4}"),
        ("2019-01", r"\d{4}[-/.]\d{1,2}"),
        ("serial", r"\d{5}(?:\.\d+)?"),
    )
)
# A comma before one or two last digits separates nothing else.
DECIMAL_COMMA = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d{1,2}")
_DECIMAL_POINT = re.compile(r".*\.\d{1,2}\D*")
_MONEY_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("30", r"[-+]?\d+"),
        ("30.00", r"[-+]?\d*\.\d+"),
        ("1234,50", DECIMAL_COMMA.pattern),
        ("1,234.50", r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?"),
        ("￥30.00", r"[-+]?[¥￥].*"),
        ("30元", r".*[元圆]整?"),
        ("1.2万", r".*[千万亿]"),
        ("(30.00)", r"[(（].*[)）]"),
    )
)
_TIME = re.compile(r"[ T]+\d{1,2}[:时]\d.*", re.S)
_SLASHED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}")


@dataclass(frozen=True, slots=True)
class FormatGuess:
    """How a column is written. `kind` is date, money, text or empty; `counts` maps a format's example to
    its cells.

    `unread` counts cells that the kind's parser refuses. `day_first` is proven by a day above 12; `doubt`
    is true when day and month could be either and nothing proves which.
    """

    kind: str
    counts: dict[str, int]
    unread: int = 0
    with_time: int = 0
    day_first: bool = False
    doubt: bool = False

    @property
    def mixed(self) -> bool:
        """More than one way of writing."""
        return len(self.counts) > 1


def detect_formats(samples: Mapping[str, Iterable[str]]) -> dict[str, FormatGuess]:
    """Column -> what its sample cells are written in; blanks are not counted."""
    return {column: _guess([cell.strip() for cell in cells]) for column, cells in samples.items()}


def _guess(cells: list[str]) -> FormatGuess:
    filled = [cell for cell in cells if cell not in values.BLANK_MARKS]
    if not filled:
        return FormatGuess("empty", {})
    dates = [cell for cell in filled if values.parse_date(cell)]
    comma = has_comma(filled)
    amounts = [cell for cell in filled if values.parse_money(cell, comma=comma) is not None]
    serials = [cell for cell in filled if values.parse_date(cell, serials=True)]
    if len(dates) >= MAJORITY * len(filled) or (dates and len(serials) >= MAJORITY * len(filled)):
        return _dates(filled, serials)
    if len(serials) == len(filled):
        return _serials(filled)
    if len(amounts) >= MAJORITY * len(filled):
        counts = _count(amounts, _MONEY_SHAPES)
        return FormatGuess("money", counts, len(filled) - len(amounts))
    return FormatGuess("text", {})


def has_comma(cells: Iterable[str]) -> bool:
    """Whether amounts have a decimal comma: some cells prove it and none has a decimal point."""
    cells = list(cells)
    with_comma = any(DECIMAL_COMMA.fullmatch(cell) for cell in cells)
    return with_comma and not any(_DECIMAL_POINT.fullmatch(cell) for cell in cells)


def _dates(filled: list[str], read: list[str]) -> FormatGuess:
    bare = [_TIME.sub("", cell) for cell in read]
    pairs = [(int(found[1]), int(found[2])) for cell in bare if (found := _SLASHED.fullmatch(cell))]
    day_first = any(first > 12 for first, _ in pairs)
    month_first = any(second > 12 for _, second in pairs)
    return FormatGuess(
        "date",
        _count(bare, _DATE_SHAPES),
        unread=len(filled) - len(read),
        with_time=sum(short != cell for short, cell in zip(bare, read, strict=True)),
        day_first=day_first and not month_first,
        doubt=bool(pairs) and day_first == month_first,
    )


def _serials(filled: list[str]) -> FormatGuess:
    """All cells could be Excel days: whether they are, only the header can tell, so the kind stays money."""
    return FormatGuess("money", {"serial": len(filled)})


def _count(cells: list[str], shapes: tuple[tuple[str, re.Pattern[str]], ...]) -> dict[str, int]:
    found = Counter(
        next((name for name, shape in shapes if shape.fullmatch(cell)), "other") for cell in cells
    )
    return dict(found.most_common())
