"""Where a named place of China lies, for points on a map; see data/NOTICE for the source of the coordinates."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市", "地区", "自治州", "盟", "区", "县",
)  # fmt: skip
Degrees = tuple[float, float]


def short(name: str) -> str:
    """安徽省 and 安徽, 合肥市 and 合肥 are one place."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def locate(names: Sequence[str]) -> Degrees | None:
    """The coordinates of the nearest place that the names lead to, from the wider to the nearer; None when the first
    known one is of several places.
    """
    code, found = "", None
    for name in names:
        known = _by_name().get(short(name.strip()), ())
        inside = [one for one in known if one[0].startswith(code) and len(one[0]) > len(code)]
        if inside and (code or len({len(one[0]) for one in inside}) == len(inside)):
            code, found = inside[0][0], inside[0][1]
    return found


@cache
def _by_name() -> dict[str, list[tuple[str, Degrees]]]:
    """Codes (2, 4 or 6 digits) and coordinates by short name, the wider places first."""
    places: dict[str, list[tuple[str, Degrees]]] = {}
    with files("hengke.engines.charts").joinpath("data/places.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            place = (row["code"], (float(row["longitude"]), float(row["latitude"])))
            places.setdefault(short(row["name"]), []).append(place)
    return {name: sorted(found, key=lambda one: (len(one[0]), one[0])) for name, found in places.items()}
