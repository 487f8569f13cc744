"""The demo's fixed world: regions, trades and instruments, read once from the packaged tables in data/."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

HOME_PROVINCE = "安徽省"


@dataclass(frozen=True, slots=True)
class City:
    """A prefecture; `areas` are (six-digit GB/T 2260 code, name) of its counties and districts."""

    name: str
    province: str
    dial: str
    weight: int
    areas: tuple[tuple[str, str], ...]

    @property
    def home(self) -> bool:
        return self.province == HOME_PROVINCE


@dataclass(frozen=True, slots=True)
class Variant:
    """One model of an instrument: list fee in cents, interval in months, direct cost in % of the fee."""

    instrument: str
    model: str
    laboratory: str
    group: str
    service: str
    months: int
    cost: int
    fee: int


@dataclass(frozen=True, slots=True)
class Trade:
    """A kind of customer: how it is named, how many there are, how big, and what it submits.

    `words` are (full, short) parts of the name; `bundle` gives the weights of instruments submitted.
    """

    code: str
    label: str
    category: str
    shape: str
    share: int
    scale: float
    words: tuple[tuple[str, str], ...]
    bundle: dict[str, int]


@cache
def cities() -> tuple[City, ...]:
    return tuple(
        City(
            row["city"],
            row["province"],
            row["dial"],
            int(row["weight"]),
            tuple((area[:6], area[6:]) for area in row["areas"].split(";")),
        )
        for row in _rows("regions.csv")
    )


@cache
def variants() -> tuple[Variant, ...]:
    """Every model of every instrument; the position is the number that the fleet refers to."""
    return tuple(
        Variant(
            row["name"],
            model,
            row["laboratory"],
            row["group"],
            row["service"],
            int(row["months"]),
            int(row["cost"]),
            int(fee) * 100,
        )
        for row in _rows("instruments.csv")
        for model, fee in (pair.rsplit("=", 1) for pair in row["variants"].split(";"))
    )


@cache
def trades() -> tuple[Trade, ...]:
    return tuple(
        Trade(
            row["trade"],
            row["label"],
            row["category"],
            row["shape"],
            int(row["share"]),
            float(row["scale"]),
            tuple((full, short) for full, short in (pair.split("|") for pair in row["words"].split(";"))),
            {name: int(weight) for name, weight in (pair.split("*") for pair in row["bundle"].split(";"))},
        )
        for row in _rows("trades.csv")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with files(__package__).joinpath("data", name).open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)
