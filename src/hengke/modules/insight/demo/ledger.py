"""The ledger as the institution's old system would export it: columns of text, one row per instrument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from . import noise, words
from .billing import Bill
from .catalog import City, cities, variants
from .choices import Texts
from .fleet import Fleet
from .lines import Lines
from .noise import Floats, Ints
from .population import Population
from .profiles import SEPARATOR, Profiles
from .seasons import Calendar

_COLUMNS = (
    "委托单号 送检日期 单位名称 统一社会信用代码 联系人 联系电话 单位地址 器具名称 规格型号 出厂编号 "
    "检定室 项目组 服务类别 检定日期 有效期至 标准收费 折扣 应收费 实收费 收费日期 成本 经手人 备注"
)
HEADER = tuple(_COLUMNS.split())
DATE_STYLES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")
ODD_DATES, ODD_MONEY = 0.04, 0.015  # shares of cells that a clerk wrote in another style
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def order_number(year: int, position: int) -> str:
    return f"JL{year}{position:07d}"


class Writer:
    """Turns lines and their bills into rows of text."""

    def __init__(
        self, people: Population, fleet: Fleet, profiles: Profiles, calendar: Calendar, seed: int, as_of: date
    ) -> None:
        self._people = people
        self._fleet = fleet
        self._profiles = profiles
        self._calendar = calendar
        self._seed = seed
        self._as_of = calendar.day(as_of)
        self._dates = _date_table(calendar.dates)
        self._places = _place_table(cities())
        names = ("instrument", "model", "laboratory", "group", "service")
        self._catalogue = [np.array([getattr(v, name) for v in variants()], dtype=object) for name in names]

    def rows(self, year: int, lines: Lines, bill: Bill) -> Iterable[tuple[str, ...]]:
        """Rows in the order of `HEADER`."""
        variant = self._fleet.variant[lines.instrument]
        done, ends = self._work(lines, variant)
        contacts, phones = self._contacts(lines)
        instrument, model, laboratory, group, service = (
            column[variant].tolist() for column in self._catalogue
        )
        return zip(
            [order_number(year, position) for position in lines.position.tolist()],
            self._written(lines.day, "in", lines.order),
            self._names(lines),
            self._codes(year, lines),
            contacts,
            phones,
            self._addresses(lines),
            instrument,
            model,
            self._serials(lines, variant),
            laboratory,
            group,
            service,
            self._written(done, "done", lines.number),
            self._written(ends, "ends", lines.number),
            self._money(bill.listed, "listed", lines.number),
            [_RATES[percent] for percent in bill.discount.tolist()],
            self._money(bill.billed, "billed", lines.number),
            _blanked(self._money(bill.received, "received", lines.number), bill.paid < 0),
            self._written(bill.paid, "paid", lines.order),
            self._money(bill.cost, "", lines.number),
            _choice(words.CLERKS, noise.uniform(self._seed, "clerk", lines.order)),
            self._notes(lines, bill),
            strict=True,
        )

    def _work(self, lines: Lines, variant: Ints) -> tuple[Ints, Ints]:
        """Days of calibration and of the end of validity; -1 while the work is not done by the as-of date."""
        wait = 2 + noise.integers(self._seed, "bench", lines.number, 12)
        done = self._calendar.work_days(lines.day + wait)
        months = np.array([v.months for v in variants()])[variant]
        ends = np.select([months == 6, months == 12], [self._calendar.expiries[m][done] for m in (6, 12)], 0)
        ends = np.where(months == 24, self._calendar.expiries[24][done], ends)
        open_work = done > self._as_of
        return np.where(open_work, -1, done), np.where(open_work, -1, ends)

    def _names(self, lines: Lines) -> list[str]:
        sets = self._profiles.names[lines.customer] + (lines.day >= self._people.renamed[lines.customer])
        chance = noise.uniform(self._seed, "name", lines.order)
        return _texts(self._profiles.register.sets.pick(sets, chance))

    def _codes(self, year: int, lines: Lines) -> list[str]:
        """Codes fill up as the years pass: the reception began to ask for them late."""
        years = self._calendar.years
        asked = 0.15 + 0.6 * (year - years[0]) / max(1, len(years) - 1)
        given = noise.uniform(self._seed, "code", lines.order) < asked
        return _blanked(_texts(self._profiles.code[lines.customer]), ~given)

    def _contacts(self, lines: Lines) -> tuple[list[str], list[str]]:
        """Contacts and phones: an agent's where one hands in; a sixth of the orders lack the phone."""
        contacts, customer = self._profiles.contacts, lines.customer
        sets = contacts.first[customer] + (lines.day[:, None] >= contacts.since[customer]).sum(axis=1)
        agent = self._people.agent[customer]
        brought = (agent >= 0) & (noise.uniform(self._seed, "agent", lines.order) < 0.85)
        sets = np.where(brought, contacts.agent[np.maximum(agent, 0)], sets)
        chosen = contacts.sets.pick(sets, noise.uniform(self._seed, "contact", lines.order))
        pairs = [text.split(SEPARATOR) for text in _texts(chosen)]
        silent = noise.uniform(self._seed, "phone", lines.order) < 0.18
        return [name for name, _ in pairs], _blanked([phone for _, phone in pairs], silent)

    def _addresses(self, lines: Lines) -> list[str]:
        """Street with or without province and city; a third leaves it out, some write full-width digits."""
        known, customer = self._profiles.addresses, lines.customer
        moved = lines.day >= known.moved[customer]
        street = np.where(moved, known.later[customer], known.street[customer])
        chance = noise.uniform(self._seed, "address", lines.order)
        form = np.select([chance < 0.3, chance < 0.5], [0, 1], 2)
        addresses = _texts(self._places[form, self._people.city[customer]] + street)
        for place in np.flatnonzero((chance * 1000 % 1) < 0.04).tolist():
            addresses[place] = addresses[place].translate(FULL_WIDTH).removesuffix("号")
        return _blanked(addresses, chance > 0.66)

    def _serials(self, lines: Lines, variant: Ints) -> list[str]:
        serials = self._fleet.serial[lines.instrument].tolist()
        return [_serial(number, style) for number, style in zip(serials, variant.tolist(), strict=True)]

    def _written(self, days: Ints, cell: str, ids: Ints) -> list[str]:
        """Dates as text, most in ISO form; days below zero are blank."""
        odd = noise.uniform(self._seed, "date" + cell, ids)
        style = np.where(odd < ODD_DATES, 1 + (odd / ODD_DATES * 4).astype(np.int64), 0)
        return _texts(self._dates[style, days])

    def _money(self, cents: Ints, cell: str, ids: Ints) -> list[str]:
        """Amounts as text; a few as a clerk types them."""
        amounts = [money(value) for value in cents.tolist()]
        if cell:
            odd = noise.uniform(self._seed, "money" + cell[:3], ids)
            for place in np.flatnonzero(odd < ODD_MONEY).tolist():
                amounts[place] = _typed(int(cents[place]), int(odd[place] / ODD_MONEY * 4))
        return amounts

    def _notes(self, lines: Lines, bill: Bill) -> list[str]:
        chance = noise.uniform(self._seed, "note", lines.order)
        notes = _choice(words.NOTES, chance / 0.07 % 1)
        notes = _blanked(notes, chance >= 0.07)
        for place in np.flatnonzero(bill.surcharged).tolist():
            notes[place] = "加测点"
        return notes


_RATES = {percent: f"{percent / 100:.2f}".rstrip("0").rstrip(".") for percent in range(50, 101)}


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _typed(cents: int, style: int) -> str:
    if style == 0:
        return f"￥{cents // 100:,}.{cents % 100:02d}"
    if style == 1:
        return f"{money(cents)}元"
    if style == 2:
        return f"{cents // 100:,}.{cents % 100:02d}"
    return money(cents).removesuffix(".00")


def _serial(number: int, style: int) -> str:
    if number < 0:
        return "/"
    if style % 3 == 0:
        return f"{'ABCDEFGHJK'[number % 10]}{number // 10}"
    return f"{number:08d}" if style % 3 == 1 else f"SN{number // 100}"


def _date_table(dates: Sequence[date]) -> Texts:
    """Style x day -> text; the last column is blank, so that day -1 is no date."""
    table = np.full((len(DATE_STYLES), len(dates) + 1), "", dtype=object)
    for style, form in enumerate(DATE_STYLES):
        table[style, :-1] = [day.strftime(form) for day in dates]
    return table


def _place_table(known: Sequence[City]) -> Texts:
    """Form x city -> what stands before the street."""
    return np.array(
        [[c.province + c.name for c in known], [c.name for c in known], ["" for _ in known]], dtype=object
    )


def _choice(options: Sequence[str], chance: Floats) -> list[str]:
    return _texts(np.array(options, dtype=object)[(chance * len(options)).astype(np.int64)])


def _blanked(texts: list[str], blank: np.typing.NDArray[np.bool_]) -> list[str]:
    for place in np.flatnonzero(blank).tolist():
        texts[place] = ""
    return texts


def _texts(column: Texts) -> list[str]:
    texts: list[str] = column.tolist()
    return texts
