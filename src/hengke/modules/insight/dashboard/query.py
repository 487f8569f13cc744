"""What the overview is asked for: period, unit, source, basis and share; all of it stands in the URL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import urlencode

from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole
from hengke.kernel.period import ONE_DAY, Period

Basis = Literal["billed", "received", "lines", "margin"]
BASES: tuple[Basis, ...] = ("billed", "received", "lines", "margin")
DEFAULT_CUTS = (Decimal("0.01"), Decimal("0.05"), Decimal("0.2"))


@dataclass(frozen=True)
class Query:
    """The overview's question; empty words mean the default, so that a short URL keeps its meaning."""

    period: str = ""
    unit: str = ""
    source: str = ""
    basis: Basis = "billed"
    share: int = 80
    cuts: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> Query:
        """From a request; InputError when a value is not one of ours."""
        names = {field.name for field in fields(cls)}
        given: dict[str, Any] = {name: value for name, value in parameters.items() if name in names and value}
        if parameters.get("from") and parameters.get("to"):
            given["period"] = f"{parameters['from']}/{parameters['to']}"
        if parameters.get("cut1"):
            given["cuts"] = "-".join(parameters.get(name, "") for name in ("cut1", "cut2", "cut3"))
        if given.get("basis", "billed") not in BASES:
            raise InputError("basis_unknown", "Unknown basis: {basis}.", basis=given["basis"])
        share = given.pop("share", "80")
        if not is_whole(share) or not 10 <= int(share) <= 99:
            raise InputError("share_range", "The share must be a whole percentage from 10 to 99.")
        query = cls(**given, share=int(share))
        query.cut_shares()
        if query.period:
            Period.parse(query.period)
        if query.source and not is_whole(query.source):
            raise InputError("source_unknown", "Unknown source: {source}.", source=query.source)
        return query

    def cut_shares(self) -> tuple[Decimal, ...]:
        """The pyramid's cuts as shares: "1-5-20" (percent) -> .01, .05, .2."""
        if not self.cuts:
            return DEFAULT_CUTS
        try:
            shares = tuple(Decimal(part) / 100 for part in self.cuts.split("-"))
            increasing = len(shares) == 3 and 0 < shares[0] < shares[1] < shares[2] < 1
        except ArithmeticError:  # no number, not finite, or beyond all bounds
            increasing = False
        if not increasing:
            raise InputError("cuts", "The pyramid needs three increasing percentages between 0 and 100.")
        return shares

    def url(self, **changes: object) -> str:
        """The query string of this question with some words changed; defaults are left out."""
        changed = replace(self, **{name: value for name, value in changes.items() if hasattr(self, name)})  # type: ignore[arg-type]
        default = Query()
        words = {f.name: getattr(changed, f.name) for f in fields(Query)}
        own = {name: value for name, value in words.items() if value != getattr(default, name)}
        further = {name: value for name, value in changes.items() if name not in words and value != ""}
        return urlencode(own | further)


@dataclass(frozen=True)
class Periods:
    """The period asked for, the one it is compared with, and how they read."""

    this: Period
    last: Period
    partial: bool

    @classmethod
    def of(cls, query: Query, first: date, last: date) -> Periods:
        """The asked period, by default the last year with data; an unfinished one ends with the data.

        Comparing an unfinished year with a whole one would show a loss where there is none.
        """
        asked = Period.parse(query.period) if query.period else Period.year(last.year)
        known_until = last + ONE_DAY
        partial = asked.start < known_until < asked.end and (asked.end - known_until).days > 10
        this = Period(asked.start, known_until) if partial else asked
        return cls(this, this.last_year(), partial)
