"""Total lines (小计, 合计, 总计) are checked against the sums of the lines that they count."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.ledger_fields import MONEY

ZERO = Decimal("0.00")


class Level(IntEnum):
    """How far back a total counts: to the previous total of its own or a higher level."""

    SUBTOTAL = 1
    TOTAL = 2
    GRAND = 3


_SPACES = re.compile(r"[\s:：.。*【】\[\]（）()]+")
_WORDS = (
    (Level.GRAND, re.compile(r"(?:.{0,6})(?:总计|总合计|累计)(?:金额|费用)?|grand ?totals?")),
    (Level.SUBTOTAL, re.compile(r"(?:.{0,20})小计(?:金额|费用)?|(?:本页|本日|当页|每页)合计|sub-? ?totals?|page ?totals?")),
    (
        Level.TOTAL,
        re.compile(
            r"(?:(?:\d{2,4}年?)?(?:\d{1,2}月份?)?|本月|本年|本季|全年|全部|年度|月度|收费|费用|金额|总)?(?:合计|共计|总额)(?:金额|费用)?"
            r"|totals?"
        ),
    ),
)


@dataclass(slots=True)
class TotalLine:
    """A line that claims sums: the field it fills -> the amount. Legacy ledgers fill 应收费 only."""

    line_no: int
    level: Level
    claimed: dict[str, Decimal]
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SumCheck:
    """One claimed sum beside what was counted: loaded lines, and lines rejected although their amount could be read."""

    line_no: int
    field: str
    claimed: Decimal
    counted: Decimal
    rejected: Decimal

    @property
    def agrees(self) -> bool:
        """The loaded lines give the claimed sum to the cent."""
        return self.claimed == self.counted

    @property
    def explained(self) -> bool:
        """The claimed sum is reached with the rejected lines: nothing else is missing."""
        return self.claimed == self.counted + self.rejected


@dataclass(slots=True)
class _Count:
    counted: Decimal = ZERO
    rejected: Decimal = ZERO


@dataclass(slots=True)
class Checksum:
    """Running sums per money column since the last total of each level. One per file or sheet, in file order.

    `to_json` and `from_json` carry it over a restart of the import.
    """

    _counts: dict[tuple[Level, str], _Count] = field(
        default_factory=lambda: {(level, name): _Count() for level in Level for name in MONEY}
    )

    def add(self, row: object) -> None:
        """Count a loaded row: any object with the money fields as attributes."""
        for name in MONEY:
            if amount := getattr(row, name):
                for level in Level:
                    self._counts[level, name].counted += amount

    def add_rejected(self, amounts: dict[str, Decimal]) -> None:
        """Count what a rejected line said."""
        for name, amount in amounts.items():
            for level in Level:
                self._counts[level, name].rejected += amount

    def check(self, total: TotalLine) -> list[SumCheck]:
        """The claims of a total line beside the counts, which then start anew for its level and those below."""
        checks = [
            SumCheck(total.line_no, name, claimed, count.counted, count.rejected)
            for name, claimed in total.claimed.items()
            if (count := self._counts[total.level, name])
        ]
        for level, name in self._counts:
            if level <= total.level:
                self._counts[level, name] = _Count()
        return checks

    def to_json(self) -> str:
        """The state as text."""
        return json.dumps([[level, name, str(c.counted), str(c.rejected)] for (level, name), c in self._counts.items()])

    @classmethod
    def from_json(cls, text: str) -> Checksum:
        """The state as it was saved."""
        try:
            state = {(Level(lv), str(n)): _Count(Decimal(c), Decimal(r)) for lv, n, c, r in json.loads(text)}
        except (ValueError, TypeError, ArithmeticError) as error:
            raise InputError("bad_checksum", "The saved sums cannot be read: start the import again.") from error
        return cls(state)


def total_level(cell: str) -> Level | None:
    """The level that a cell's words name, or None when it is no total."""
    if len(cell) > 30:
        return None
    word = _SPACES.sub("", cell.strip().casefold())
    return next((level for level, pattern in _WORDS if pattern.fullmatch(word)), None)


@lru_cache(maxsize=1 << 14)
def is_total_word(text: str) -> bool:
    """Whether a name cell says "total"; cached because every line asks."""
    return total_level(text) is not None
