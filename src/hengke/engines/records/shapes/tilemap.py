"""A map: how many objects each place has, on imported boundaries or the boundary-free tile map, and as a table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.charts import Chart, Reading
from hengke.engines.charts.places import short
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.shapes import boundaries, placing, pointmap
from hengke.engines.records.shapes.placing import Placing
from hengke.kernel.errors import InputError
from hengke.kernel.filters import Condition

PLACES = 300
POINTS = "points"


@dataclass(frozen=True)
class Place:
    """A place with the number of its objects and the list behind the number."""

    names: tuple[str, ...]
    count: int
    url: str


@dataclass(frozen=True)
class TileMap:
    """The provinces or one province drawn, its places as rows, what has no place; `approval` of what was imported."""

    title: str
    chart: Chart | None
    places: list[Place]
    nowhere: int
    up_url: str
    approval: str
    points: bool
    more: bool = False


def can_map(query: Query) -> bool:
    """Whether the record type says where its objects are, in fields that exist for the person."""
    return bool(placing.of(query.catalogue).place)


def read(query: Query, province: str, list_url: str, map_url: str, layer: str = "") -> TileMap:
    """All provinces, or the places of one; two levels as `RecordType.place` names them. Two queries, with the layer
    of points four.
    """
    if not can_map(query):
        raise InputError("no_map", "These entries have no place.")
    if layer not in ("", POINTS):
        raise InputError("map_layer", "There is no such layer of the map.")
    level = 1 if province else 0
    where = placing.of(query.catalogue)
    fields = where.place
    if province:
        query = replace(query, own=(*query.own, Condition(fields[0], "eq", province)))
    counts = _counts(query, where, level)
    codes = {tile.label: tile.code for tile in charts.tiles()}
    region = codes.get(short(province), "-") if province else ""
    named = [(name, number) for name, number in counts if name]
    title = province or _("All provinces")
    words = (_("Place"), str(query.catalogue.record.label_plural))

    def reading(label: str) -> Reading | None:
        number = sum(n for name, n in named if short(name) == short(label))
        name = _full(named, label)
        return (
            Reading(number, _link(query, fields[level], name, list_url, map_url, down=not province))
            if number
            else None
        )

    boundary = boundaries.of(region)
    drawn = boundaries.drawing(boundary) if boundary else None
    nowhere, more = sum(number for name, number in counts if not name), False
    chart: Chart | None
    if layer == POINTS:
        found = pointmap.read(query, drawn, title, list_url)
        chart, nowhere, more = found.chart, found.nowhere, found.more
    elif drawn is not None:
        areas = {shape.name: got for shape in drawn.shapes if (got := reading(shape.name))}
        chart = charts.choropleth(drawn, areas, title=title, columns=words)
    else:
        tiles = charts.tiles(region)
        known = {tile.code: got for tile in tiles if (got := reading(tile.label))}
        chart = charts.tile_map(tiles, known, title=title, columns=words) if tiles else None
    rows = [
        Place((name,), number, _link(query, fields[level], name, list_url, map_url, down=not province))
        for name, number in named[:PLACES]
    ]
    return TileMap(
        title,
        chart,
        rows,
        nowhere,
        _address(map_url, query.with_own(query.own[:-1]), layer=layer) if province else "",
        boundary.approval if boundary else "",
        layer == POINTS,
        more,
    )


def layers(query: Query, province: str, map_url: str, layer: str) -> list[dict[str, Any]]:
    """The layers that the map can show, as links."""
    return [
        {
            "label": words,
            "current": key == layer,
            "url": _address(map_url, query, layer=key, province=province),
        }
        for key, words in (("", _("Areas")), (POINTS, _("Points")))
    ]


def _counts(query: Query, where: Placing, level: int) -> list[tuple[str, int]]:
    path = where.place_paths[level]
    rows: Any = where.rows(query, where.place[level : level + 1])
    rows = rows.values(path).annotate(number=Count("pk"))
    found = [(str(value or ""), int(number)) for value, number in rows.values_list(path, "number")]
    return sorted(found, key=lambda item: (-item[1], item[0]))


def _link(query: Query, name: str, value: str, list_url: str, map_url: str, *, down: bool) -> str:
    if down:
        return _address(map_url, query, province=value)
    return list_url + query.with_own((*query.own, Condition(name, "eq", value))).address()


def _full(named: list[tuple[str, int]], label: str) -> str:
    """The name as the objects have it for a tile's short label."""
    return next((name for name, _n in named if short(name) == short(label)), label)


def _address(map_url: str, query: Query, **words: str) -> str:
    """The map of the same list with some words more."""
    more = urlencode({name: value for name, value in words.items() if value})
    state = query.address()
    return f"{map_url}{state}{'&' if len(state) > 1 and more else ''}{more}"
