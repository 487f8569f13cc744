"""A demo: an institution's market with its ledgers and the truth behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from hengke.kernel.errors import InputError

from . import billing, fleet, ledger, lines, population, profiles
from .billing import Bill
from .fleet import Fleet
from .lines import Lines
from .noise import Ints
from .population import Population
from .profiles import Profiles
from .seasons import Calendar
from .truth import Truth

CHUNK = 50_000  # lines rendered at once: bounds the memory


@dataclass(frozen=True)
class Demo:
    """`years` full calendar years before the year of `as_of`, and that year up to and with `as_of`.

    A year's rows are made when asked for, always the same; memory holds the customers and one year's columns.
    """

    as_of: date
    customers: int
    seed: int
    years: int

    def __post_init__(self) -> None:
        if self.customers < 1 or self.years < 1:
            raise InputError("demo.scale", "A demo needs at least one customer and one year.")
        _ = self.calendar  # a range outside the lunar table is refused here, not in the middle of the work

    @cached_property
    def calendar(self) -> Calendar:
        return Calendar(self.as_of.year - self.years, self.as_of.year)

    @cached_property
    def people(self) -> Population:
        return population.draw(self.customers, self.seed, self.calendar)

    @cached_property
    def fleet(self) -> Fleet:
        return fleet.build(self.people, self.seed, self.calendar)

    @cached_property
    def profiles(self) -> Profiles:
        return profiles.build(self.people, self.seed, self.calendar)

    @cached_property
    def truth(self) -> Truth:
        return Truth(self)

    def lines(self, year: int) -> Lines:
        """The year's lines as columns of numbers, in ledger order."""
        first = self.calendar.day(date(year, 1, 1))
        until = min(self.calendar.day(date(year + 1, 1, 1)), self.calendar.day(self.as_of) + 1)
        return lines.between(self.people, self.fleet, self.seed, first, until)

    def bill(self, part: Lines) -> Bill:
        as_of = self.calendar.day(self.as_of)
        return billing.price(self.people, self.fleet, self.discount, self.seed, part, as_of=as_of)

    @cached_property
    def discount(self) -> Ints:
        return billing.discounts(self.people, self.fleet, self.seed)

    def rows(self, year: int) -> Iterator[tuple[str, ...]]:
        """The year's rows in the order of `ledger.HEADER`; full years end with a total; then junk."""
        everything = self.lines(year)
        billed = received = cost = 0
        for start in range(0, len(everything), CHUNK):
            part = everything.part(start, start + CHUNK)
            bill = self.bill(part)
            billed += int(bill.billed.sum())
            received += int(bill.received.sum())
            cost += int(bill.cost.sum())
            yield from self._writer.rows(year, part, bill)
        if self.as_of >= date(year, 12, 31):
            yield _row(
                委托单号="合计",
                应收费=ledger.money(billed),
                实收费=ledger.money(received),
                成本=ledger.money(cost),
            )
        yield from _junk(year)

    @cached_property
    def _writer(self) -> ledger.Writer:
        return ledger.Writer(self.people, self.fleet, self.profiles, self.calendar, self.seed, self.as_of)


def _junk(year: int) -> Iterator[tuple[str, ...]]:
    """What nobody deleted: a note across the table and a test entry without customer, date or amount."""
    yield _row(委托单号="以上数据由业务受理室导出", 备注=f"{year}年度")
    yield _row(
        委托单号=f"TEST{year}", 送检日期=f"{year}-02-30", 器具名称="测试", 应收费="待定", 备注="测试数据勿删"
    )


def _row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, "") for name in ledger.HEADER)
