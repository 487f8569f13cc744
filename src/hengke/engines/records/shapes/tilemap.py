"""A map: how many objects each place has, on the boundary-free tile map, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.charts import Chart, Reading
from hengke.engines.records.reading.listing import Query
from hengke.kernel.errors import InputError
from hengke.kernel.filters import Condition

PLACES = 300


@dataclass(frozen=True)
class Place:
    """A place with the number of its objects and the list behind the number."""

    names: tuple[str, ...]
    count: int
    url: str


@dataclass(frozen=True)
class TileMap:
    """Tiles of the provinces or of one province, its places as rows, and what has no place."""

    title: str
    chart: Chart | None
    places: list[Place]
    nowhere: int
    up_url: str


def can_map(query: Query) -> bool:
    """Whether the record type says where its objects are, in fields that exist for the person."""
    place = query.catalogue.record.place
    fields = query.catalogue.fields
    return bool(place) and all(name in fields and fields[name].filter for name in place)


def read(query: Query, province: str, list_url: str, map_url: str) -> TileMap:
    """All provinces, or the places of one; two levels as `RecordType.place` names them. One query."""
    if not can_map(query):
        raise InputError("no_map", "These entries have no place.")
    level = 1 if province else 0
    fields = query.catalogue.record.place
    if province:
        query = replace(query, own=(*query.own, Condition(fields[0], "eq", province)))
    counts = _counts(query, fields[level])
    codes = {tile.label: tile.code for tile in charts.tiles()}
    tiles = charts.tiles(codes.get(_short(province), "-")) if province else charts.tiles()
    named = [(name, number) for name, number in counts if name]
    readings = {}
    for tile in tiles:
        number = sum(n for name, n in named if _short(name) == _short(tile.label))
        if number:
            href = _link(query, fields[level], _full(named, tile.label), list_url, map_url, down=not province)
            readings[tile.code] = Reading(number, href)
    title = province or _("All provinces")
    words = (_("Place"), str(query.catalogue.record.label_plural))
    chart = charts.tile_map(tiles, readings, title=title, columns=words) if tiles else None
    rows = [
        Place((name,), number, _link(query, fields[level], name, list_url, map_url, down=not province))
        for name, number in named[:PLACES]
    ]
    nowhere = sum(number for name, number in counts if not name)
    return TileMap(
        title,
        chart,
        rows,
        nowhere,
        f"{map_url}{query.with_own(query.own[:-1]).address()}" if province else "",
    )


def _counts(query: Query, name: str) -> list[tuple[str, int]]:
    path = query.catalogue.paths[name]
    rows: Any = query.rows().order_by().values(path).annotate(number=Count("pk"))
    found = [(str(value or ""), int(number)) for value, number in rows.values_list(path, "number")]
    return sorted(found, key=lambda item: (-item[1], item[0]))


def _link(query: Query, name: str, value: str, list_url: str, map_url: str, *, down: bool) -> str:
    if down:
        mark = "&" if len(query.address()) > 1 else ""
        return f"{map_url}{query.address()}{mark}" + urlencode({"province": value})
    return list_url + query.with_own((*query.own, Condition(name, "eq", value))).address()


def _full(named: list[tuple[str, int]], label: str) -> str:
    """The name as the objects have it for a tile's short label."""
    return next((name for name, _n in named if _short(name) == _short(label)), label)


_ENDINGS = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市", "地区", "自治州", "盟", "区", "县",
)  # fmt: skip


def _short(name: str) -> str:
    """安徽省 and 安徽, 合肥市 and 合肥 are one tile."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
