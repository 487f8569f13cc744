"""Areas become paths: the right place, few points, no island lost, and nothing but numbers in them."""

from __future__ import annotations

import json
import math
import re
import zipfile
from pathlib import Path

import pytest

from hengke.engines.charts import boundary, geojson, simplify, tiles
from hengke.engines.charts.boundary import Boundary, prepare
from hengke.engines.charts.geojson import Area, Degrees
from hengke.engines.charts.places import short
from hengke.engines.charts.projection import WIDTH, fitting


def _circle(x: float, y: float, radius: float, points: int = 400) -> list[Degrees]:
    turns = [2 * math.pi * n / points for n in range(points)]
    ring = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
    return [*ring, ring[0]]


def test_the_projection_keeps_directions_and_areas() -> None:
    project, width, _height = fitting([(73.5, 18), (135, 53.5)])
    assert width == pytest.approx(WIDTH)
    harbin, kunming, shanghai = project(126.6, 45.8), project(102.7, 25.0), project(121.5, 31.2)
    assert kunming[0] < shanghai[0]
    assert harbin[1] < shanghai[1] < kunming[1]

    def area(x: float, y: float) -> float:
        (ax, ay), (bx, by), (cx, cy) = project(x, y), project(x + 0.1, y), project(x, y + 0.1)
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / math.cos(math.radians(y + 0.05))

    assert area(80, 20) == pytest.approx(area(130, 50), rel=2e-3)


@pytest.mark.parametrize(
    "places", [[(0.0, 0.0)], [(105.0, 35.0)] * 3, [(-180.0, -90.0), (180.0, 90.0)], [(10, -1), (12, 1)]]
)
def test_odd_extents_still_give_a_drawing(places: list[Degrees]) -> None:
    project, width, height = fitting(places)
    assert all(math.isfinite(v) for place in places for v in (*project(*place), width, height))


def test_a_line_loses_what_cannot_be_seen() -> None:
    line = [(0.0, 0.0), (1.0, 0.01), (2.0, 0.0), (3.0, 5.0)]
    assert simplify.weights(line) == [math.inf, pytest.approx(0.01), pytest.approx(5.0, rel=0.6), math.inf]
    assert simplify.kept(line, simplify.weights(line), 0.1) == [line[0], line[2], line[3]]
    assert simplify.weights([(0, 0), (1, 1)]) == [math.inf, math.inf]
    assert simplify.weights([]) == []
    # The worst case of the older method, in which each point is far from the line through the others.
    comb = [(float(n), float(n % 2 * (n + 5))) for n in range(20_000)]
    assert len(simplify.kept(comb, simplify.weights(comb), 3.0)) > 10_000


def test_areas_are_simplified_and_islands_stay() -> None:
    islands = [_circle(112 + n / 4, 10, 0.001, 8) for n in range(4)]
    drawn = prepare([Area("陆", [_circle(110, 30, 8, 4_000)]), Area("岛", islands)])
    land, isles = drawn.shapes
    assert 12 < land.path.count("L") < 300
    assert isles.path.count("M") == 4
    assert land.room == pytest.approx(drawn.width - 16, abs=1)
    assert math.dist(land.at, drawn.projection(110, 30)) < 6
    assert Boundary.from_json(drawn.as_json()) == drawn
    assert re.fullmatch(r"[MLZ0-9 .\-]+", land.path + isles.path)


def test_a_very_fine_boundary_is_made_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary, "POINTS", 60)
    drawn = prepare([Area(f"{n}", [_circle(100 + n, 30, 0.6)]) for n in range(6)])
    assert sum(shape.path.count(" ") for shape in drawn.shapes) <= 60


def _unpacked(packed: str, offset: list[int]) -> list[list[float]]:
    """A ring as the reference map packs it: differences, zigzag, 1/1024 of a degree."""
    ring, last = [], list(offset)
    for n in range(0, len(packed), 2):
        for axis in (0, 1):
            step = ord(packed[n + axis]) - 64
            last[axis] += (step >> 1) ^ -(step & 1)
        ring.append([last[0] / 1024, last[1] / 1024])
    return [*ring, ring[0]]


def test_a_real_country_fits_a_page(shared: Path) -> None:
    with zipfile.ZipFile(shared / "data/reference/echarts490_map_json.zip") as archive:
        country = json.loads(archive.read("china.json"))
    for feature in country["features"]:
        shape = feature["geometry"]
        several = shape["type"] == "MultiPolygon"
        parts = shape["coordinates"] if several else [shape["coordinates"]]
        offsets = shape["encodeOffsets"] if several else [shape["encodeOffsets"]]
        rings = [
            [_unpacked(*one) for one in zip(*pair, strict=True)] for pair in zip(parts, offsets, strict=True)
        ]
        shape["coordinates"] = rings if several else rings[0]
    drawn = prepare(geojson.read(json.dumps(country).encode()))
    assert len(json.dumps(drawn.as_json())) < 150_000
    names = {short(shape.name) for shape in drawn.shapes}
    assert {tile.label for tile in tiles()} <= names
    beijing = next(shape for shape in drawn.shapes if shape.name == "北京")
    assert math.dist(beijing.at, drawn.projection(116.4, 40.1)) < 8
