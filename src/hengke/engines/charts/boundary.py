"""Areas ready to be drawn: projected, simplified and written as paths once, when a boundary is imported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hengke.engines.charts import simplify
from hengke.engines.charts.geojson import Area, Line
from hengke.engines.charts.projection import Projection, fitting
from hengke.engines.charts.svg import num

POINTS = 9_000  # a page of some 90 kB before compression
LEAST = 0.25  # square units of a triangle that nobody misses
SPECK = 1.2  # an island is at least so large in the drawing: none is left out
Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """One area: its name, its path, where its label stands and how much room it has there."""

    name: str
    path: str
    at: Point
    room: float


@dataclass(frozen=True)
class Boundary:
    """A drawing of areas; `projection` puts further places on it."""

    width: float
    height: float
    projection: Projection
    shapes: Sequence[Shape]
    lines: str

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        shapes = [[s.name, s.path, *s.at, s.room] for s in self.shapes]
        return {
            "size": [self.width, self.height], "projection": self.projection.as_json(), "shapes": shapes,
            "lines": self.lines,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Boundary:
        """The way back."""
        shapes = [Shape(name, path, (x, y), room) for name, path, x, y, room in data["shapes"]]
        width, height = data["size"]
        return cls(width, height, Projection(*data["projection"]), shapes, data["lines"])


def prepare(areas: Sequence[Area]) -> Boundary:
    """Project and simplify; as coarse as it takes to stay within POINTS (specks not counted, one for each square
    unit at most).
    """
    places = [place for area in areas for line in (*area.rings, *area.lines) for place in line]
    projection, width, height = fitting(places)
    rings = [[_drawn(ring, projection) for ring in area.rings] for area in areas]
    lines = [_drawn(line, projection) for area in areas for line in area.lines]
    least = _least(
        [weight for drawn in (*(ring for of in rings for ring in of), *lines) for weight in drawn.weights]
    )
    shapes = [_shape(area.name, of, least) for area, of in zip(areas, rings, strict=True) if of]
    edges = "".join(_path(line.kept(least), close=False) for line in lines)
    return Boundary(round(width, 1), round(height, 1), projection, shapes, edges)


@dataclass(frozen=True)
class _Drawn:
    """A line in the drawing, and how much each of its points matters."""

    points: list[Point]
    weights: list[float]

    def kept(self, least: float) -> list[Point]:
        return simplify.kept(self.points, self.weights, least)


def _drawn(line: Line, projection: Projection) -> _Drawn:
    points = [projection(*place) for place in line]
    return _Drawn(points, simplify.weights(points))


def _least(weights: list[float]) -> float:
    """The weight above which points are kept: no more of them than POINTS."""
    weights.sort(reverse=True)
    return max(LEAST, weights[POINTS] if len(weights) > POINTS else 0.0)


def _shape(name: str, rings: list[_Drawn], least: float) -> Shape:
    parts, specks = [], set[Point]()
    for ring in rings:
        kept = ring.kept(least)[:-1]
        if len(kept) < 3 or max(_extent(kept)) < SPECK:
            specks.add((round(ring.points[0][0]), round(ring.points[0][1])))
        else:
            parts.append(_path(kept, close=True))
    parts += [_path(_speck(place), close=True) for place in sorted(specks)]
    largest = max((ring.points[:-1] for ring in rings), key=lambda ring: _extent(ring)[0] * _extent(ring)[1])
    x, y = _middle(largest)
    return Shape(name, "".join(parts), (round(x, 1), round(y, 1)), round(_extent(largest)[0], 1))


def _speck(place: Point) -> list[Point]:
    x, y = place
    half = SPECK / 2
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def _extent(points: Sequence[Point]) -> tuple[float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return max(xs) - min(xs), max(ys) - min(ys)


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of mass of an area; of one without any, the middle of its points."""
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in _sides(ring))
    if abs(twice) < 1e-9:
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)
    x = sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in _sides(ring))
    y = sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in _sides(ring))
    return x / (3 * twice), y / (3 * twice)


def _sides(ring: Sequence[Point]) -> list[tuple[Point, Point]]:
    return list(zip(ring, [*ring[1:], ring[0]], strict=True))


def _path(points: Sequence[Point], *, close: bool) -> str:
    """Path data to a tenth of a unit."""
    steps = "L".join(f"{num(round(x, 1))} {num(round(y, 1))}" for x, y in points)
    return f"M{steps}{'Z' if close else ''}" if points else ""
