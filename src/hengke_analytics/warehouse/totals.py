"""Total lines (小计, 合计, 总计) are checked against the sums of the lines that they count."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import lru_cache
from operator import attrgetter

from hengke.kernel.errors import InputError
from hengke_analytics.warehouse.ledger_fields import MONEY
from hengke_analytics.warehouse.ledger_row import Run

ZERO = Decimal("0.00")
_amounts = attrgetter(*MONEY)


class Level(IntEnum):
    """How far back a total counts: to the previous total of its own or a higher level."""

    SUBTOTAL = 1
    TOTAL = 2
    GRAND = 3


_SPACES = re.compile(r"[\s:：.。*【】\[\]（）()]+")
_WORDS = (
    (Level.GRAND, re.compile(r"(?:.{0,6})(?:总计|总合计|累计)(?:金额|费用|元)*|grand ?totals?")),
    (
        Level.SUBTOTAL,
        re.compile(
            r"(?:.{0,20})小计(?:金额|费用|元)*|(?:本页|本日|当页|每页)合计|sub-? ?totals?|page ?totals?"
        ),
    ),
    (
        Level.TOTAL,
        re.compile(
            r"(?:(?:\d{2,4}年?)?(?:\d{1,2}月份?)?|本月|本年|本季|全年|全部|年度|月度|收费|费用|金额|总)?(?:合计|共计|总额)(?:金额|费用|元)*"
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
    """One claimed sum beside what was counted: loaded lines, and lines rejected although their amount could
    be read."""

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


class Checksum:
    """Sums per money column since the last total of each level. One per file or sheet, fed in file order.

    `to_json` and `from_json` carry it over a restart of the import.
    """

    def __init__(self) -> None:
        self._counted = dict.fromkeys(MONEY, ZERO)
        self._rejected = dict.fromkeys(MONEY, ZERO)
        # What stood at the last total of each level: a total counts from there.
        self._counted_at = {level: dict(self._counted) for level in Level}
        self._rejected_at = {level: dict(self._rejected) for level in Level}

    @property
    def sums(self) -> dict[str, Decimal]:
        """Sum of all loaded rows per money column."""
        return dict(self._counted)

    def add(self, row: object) -> None:
        """Count a loaded row: any object with the money fields as attributes."""
        counted = self._counted
        for name, amount in zip(MONEY, _amounts(row), strict=True):
            if amount:
                counted[name] += amount

    def add_all(self, run: Run) -> None:
        """Count a run of loaded rows."""
        for name in MONEY:
            self._counted[name] += sum(filter(None, run.column(name)), ZERO)

    def add_rejected(self, amounts: dict[str, Decimal]) -> None:
        """Count what a rejected line said."""
        for name, amount in amounts.items():
            self._rejected[name] += amount

    def check(self, total: TotalLine) -> list[SumCheck]:
        """The claims of a total line beside the counts, which then start anew for its level and those
        below."""
        counted, rejected = self._counted_at[total.level], self._rejected_at[total.level]
        checks = [
            SumCheck(
                total.line_no,
                name,
                claimed,
                self._counted[name] - counted[name],
                self._rejected[name] - rejected[name],
            )
            for name, claimed in total.claimed.items()
        ]
        for level in Level:
            if level <= total.level:
                self._counted_at[level], self._rejected_at[level] = dict(self._counted), dict(self._rejected)
        return checks

    def to_json(self) -> str:
        """The state as text."""
        states = [self._counted, self._rejected, *self._counted_at.values(), *self._rejected_at.values()]
        return json.dumps([{name: str(amount) for name, amount in state.items()} for state in states])

    @classmethod
    def from_json(cls, text: str) -> Checksum:
        """The state as it was saved."""
        checksum = cls()
        try:
            states = [{name: Decimal(state[name]) for name in MONEY} for state in json.loads(text)]
            checksum._counted, checksum._rejected = states[:2]
            checksum._counted_at = dict(zip(Level, states[2:5], strict=True))
            checksum._rejected_at = dict(zip(Level, states[5:], strict=True))
        except (ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise InputError(
                "bad_checksum", "The saved sums cannot be read: start the import again."
            ) from error
        return checksum


def total_level(cell: str) -> Level | None:
    """The level that a cell's words name, or None when it is no total."""
    if len(cell) > 30 or not ("计" in cell or "额" in cell or "otal" in cell.lower()):
        return None
    word = _SPACES.sub("", cell.strip().casefold())
    return next((level for level, pattern in _WORDS if pattern.fullmatch(word)), None)


@lru_cache(maxsize=1 << 14)
def is_total_word(text: str) -> bool:
    """Whether a name cell says "total"; cached because every line asks."""
    return total_level(text) is not None
