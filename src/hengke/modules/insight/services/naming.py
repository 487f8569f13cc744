"""Survivorship: of all that was written about a customer, what the record says."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from hengke.kernel.identifiers import uscc_is_valid
from hengke.modules.insight.services.sightings import Sighting

SHARED_BY = 5
LONGEST_SHORT_NAME = 12


@dataclass(frozen=True)
class Profile:
    """The fields of a customer that the ledger can fill."""

    name: str
    short_name: str
    province: str
    city: str
    county: str
    address: str
    phone: str
    code: str


def phone_spread(groups: Iterable[Iterable[Sighting]]) -> Counter[str]:
    """In how many customers each phone is seen: an agent's phone is nobody's own."""
    return Counter(phone for group in groups for phone in {s.phone for s in group if s.phone})


def profile(sightings: list[Sighting], spread: Counter[str]) -> Profile:
    """Name: the full legal name seen most, then last, then the longest.

    Other fields: seen most, then last.
    """
    from hengke_analytics.identity.normalise import normalise

    names = _ranked(sightings, "name")
    full = [name for name in names if normalise(name).complete]
    name = (full or names)[0]
    parts = normalise(name)
    short = next((n for n in names if n not in full and len(n) <= LONGEST_SHORT_NAME and n != name), "")
    own_phones = [phone for phone in _ranked(sightings, "phone") if spread[phone] <= SHARED_BY]
    addresses = _ranked(sightings, "address")
    codes = [code for code in _ranked(sightings, "code") if uscc_is_valid(code)]
    province, city, county = region([*addresses[:3], *names[:3]])
    return Profile(
        name=name,
        short_name=short or (parts.region.short + parts.core)[:100],
        province=province,
        city=city,
        county=county,
        address=addresses[0][:300] if addresses else "",
        phone=own_phones[0][:40] if own_phones else "",
        code=codes[0] if codes else "",
    )


def region(texts: Iterable[str]) -> tuple[str, str, str]:
    """Official names of province, city and county of the text that places a customer most exactly."""
    from hengke_analytics.identity.regions import split_region

    names = _region_names()
    found = [split_region(text, keep=0)[0] for text in texts]
    best = max(found, key=lambda r: bool(r.province) + bool(r.city) + bool(r.county), default=None)
    if best is None:
        return "", "", ""
    city = best.city if best.city in names else ""
    return names.get(best.province, ""), names.get(city, ""), names.get(best.county, "")


@cache
def _region_names() -> dict[str, str]:
    """Name by code; a municipality is its own city."""
    text = resources.files("hengke_analytics.identity").joinpath("data/regions.csv").read_text("utf-8")
    names = {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}
    return names | {
        code + "01": name for code, name in names.items() if len(code) == 2 and name.endswith("市")
    }


def _ranked(sightings: Iterable[Sighting], field: str) -> list[str]:
    """Distinct values, the one seen in most lines first; ties: seen last, longest, alphabet."""
    lines: Counter[str] = Counter()
    last: dict[str, date] = {}
    for sighting in sightings:
        value = getattr(sighting, field)
        if value:
            lines[value] += sighting.lines
            last[value] = max(last.get(value, date.min), sighting.last or date.min)
    return sorted(lines, key=lambda v: (-lines[v], -last[v].toordinal(), -len(v), v))
