"""Boundaries out of a GeoJSON file (RFC 7946) that somebody uploads: read with suspicion, refused in words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hengke.kernel.errors import InputError
from hengke.kernel.texts import read_json

LARGEST = 10 * 1024 * 1024
MOST_FEATURES = 1_000
MOST_POINTS = 400_000
LONGEST_NAME = 60
NAMES = ("name", "NAME", "fullname", "名称", "name_zh", "NL_NAME_1")
Degrees = tuple[float, float]
Line = list[Degrees]
# How deep the positions of each kind of geometry lie.
_AREAS = {"Polygon": 2, "MultiPolygon": 3}
_LINES = {"LineString": 1, "MultiLineString": 2}


@dataclass
class Area:
    """What a feature says: its name, its rings, and lines that bound nothing."""

    name: str
    rings: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def read(data: bytes) -> list[Area]:
    """The areas of a file, those of one name together; InputError for what is no map."""
    if len(data) > LARGEST:
        raise InputError(
            "boundary_large",
            "The file is larger than {n} MB. Simplify the boundaries first.",
            n=LARGEST >> 20,
        )
    try:
        content = read_json(data)
    except InputError:
        raise InputError("boundary_json", "This file is no GeoJSON: it cannot be read as JSON.") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection" or not features:
        raise InputError("boundary_json", "This file is no GeoJSON: it holds no collection of features.")
    if len(features) > MOST_FEATURES:
        raise InputError("boundary_many", "The file has more than {n} areas.", n=MOST_FEATURES)
    return _read(features)


def _read(features: list[Any]) -> list[Area]:
    found: dict[str, Area] = {}
    nameless: list[Area] = []
    left = MOST_POINTS
    for number, feature in enumerate(features, start=1):
        area = _area(feature, number)
        left -= sum(map(len, (*area.rings, *area.lines)))
        if left < 0:
            raise InputError(
                "boundary_points",
                "The boundaries have more than {n} points. Simplify them first.",
                n=f"{MOST_POINTS:,}",
            )
        if not area.name:
            nameless.append(area)
        elif area.name in found:
            found[area.name].rings += area.rings
            found[area.name].lines += area.lines
        else:
            found[area.name] = area
    if not any(area.rings for area in found.values()):
        raise InputError("boundary_nameless", "No area in this file has a name, so none can be coloured.")
    return [*found.values(), *nameless]


def _area(feature: Any, number: int) -> Area:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if geometry is None:
        return Area("")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    area = Area(_name(properties if isinstance(properties, dict) else {}))
    if kind in _AREAS:
        area.rings = [
            _ring(line, number) for line in _lines(geometry.get("coordinates"), _AREAS[kind], number)
        ]
    elif kind in _LINES:
        area.lines = list(_lines(geometry.get("coordinates"), _LINES[kind], number))
    else:
        raise _wrong(number)
    return area


def _name(properties: dict[str, Any]) -> str:
    said = next(
        (value for key in NAMES if isinstance(value := properties.get(key), str) and value.strip()), ""
    )
    plain = "".join(c for c in said if unicodedata.category(c)[0] != "C")
    return plain.strip()[:LONGEST_NAME]


def _lines(value: Any, depth: int, number: int) -> Iterator[Line]:
    """The lines of positions that lie so deep."""
    if not isinstance(value, list):
        raise _wrong(number)
    if depth == 1:
        yield [_position(one, number) for one in value]
        return
    for inner in value:
        yield from _lines(inner, depth - 1, number)


def _ring(line: Line, number: int) -> Line:
    if len(line) < 4 or line[0] != line[-1]:
        raise InputError("boundary_open", "The boundary of area {n} is not closed.", n=number)
    return line


def _position(value: Any, number: int) -> Degrees:
    if not isinstance(value, list) or not 2 <= len(value) <= 4:
        raise _wrong(number)
    longitude, latitude = value[0], value[1]
    if type(longitude) not in (int, float) or type(latitude) not in (int, float):
        raise _wrong(number)
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise InputError(
            "boundary_degrees",
            "The coordinates of area {n} are not degrees: export the map in WGS 84 or CGCS2000.",
            n=number,
        )
    return float(longitude), float(latitude)


def _wrong(number: int) -> InputError:
    return InputError(
        "boundary_geometry", "Area {n} is not made of polygons or lines as GeoJSON has them.", n=number
    )
