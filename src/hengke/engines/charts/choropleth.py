"""A map of imported areas, coloured by amounts, and points of places over it or over a bare net of degrees."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hengke.engines.charts.boundary import Boundary, Shape
from hengke.engines.charts.projection import Degrees, Projection, fitting
from hengke.engines.charts.svg import Chart, Format, Number, Svg, Table, el, figure, group, grouped, num, path
from hengke.engines.charts.tiles import CLASSES, Reading, bands, keys

LABEL_ROOM = 34.0
CELL = 44.0  # points in one square of a net are one cluster
NEAR = 38.0  # and so are clusters nearer than this
LEAST, MORE = 12, 9  # radius of a cluster: of the smallest, and what the largest has more
STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)


@dataclass(frozen=True)
class Spot:
    """So many objects at a place in degrees."""

    longitude: float
    latitude: float
    count: int
    name: str


@dataclass(frozen=True)
class Cluster:
    """Spots near each other in a drawing: their middle and sum."""

    x: float
    y: float
    count: int
    spots: Sequence[Spot]


def choropleth(
    boundary: Boundary,
    readings: Mapping[str, Reading],
    *,
    title: str,
    columns: tuple[str, str],
    fmt: Format = grouped,
) -> Chart:
    """Colour the areas by their readings (by name); those without one are hollow. The table lists the readings."""
    bounds = bands([reading.value for reading in readings.values()])
    cells = [_area(shape, readings.get(shape.name), bounds, fmt) for shape in boundary.shapes]
    # Labels over all areas, else the next area would cover them.
    labels = [_label(shape, readings.get(shape.name), bounds, fmt) for shape in boundary.shapes]
    parts = [*cells, el("path", cls="edge", d=boundary.lines), *labels]
    role = "group" if any(reading.href for reading in readings.values()) else "img"
    drawing = figure(boundary.width, boundary.height, title, parts, "areas", role)
    known = sorted(((name, r.value) for name, r in readings.items()), key=lambda one: (-one[1], one[0]))
    return Chart(
        title, drawing, Table(title, columns, [[n, fmt(v)] for n, v in known]), keys(bounds, fmt, "")
    )


def points(
    spots: Sequence[Spot],
    *,
    boundary: Boundary | None,
    href: Callable[[Cluster], str],
    title: str,
    columns: tuple[str, str],
) -> Chart:
    """Clusters of spots over the areas, or over a net of degrees where no boundary was imported."""
    ground, width, height, projection = _ground(spots, boundary)
    found = clusters(spots, projection)
    most = max((cluster.count for cluster in found), default=1)
    marks = [_mark(cluster, most, href(cluster)) for cluster in found]
    drawing = figure(width, height, title, [*ground, *marks], "areas", "group" if found else "img")
    sums: dict[str, int] = {}
    for spot in spots:
        sums[spot.name] = sums.get(spot.name, 0) + spot.count
    rows = sorted(sums.items(), key=lambda one: (-one[1], one[0]))
    return Chart(title, drawing, Table(title, columns, [[name, grouped(n)] for name, n in rows]))


def clusters(spots: Iterable[Spot], projection: Projection) -> list[Cluster]:
    """Spots put together by the squares of a net and then by nearness, the largest first; no two overlap much, and
    the same spots give the same clusters.
    """
    found: list[Cluster] = []
    for one in _squares(spots, projection):
        near = next(
            (n for n, other in enumerate(found) if math.dist((one.x, one.y), (other.x, other.y)) < NEAR), None
        )
        if near is None:
            found.append(one)
        else:
            found[near] = _together(found[near], one)
    return sorted(found, key=lambda cluster: (-cluster.count, cluster.x, cluster.y))


def _together(large: Cluster, small: Cluster) -> Cluster:
    """The larger one stays where it is, so that it does not move into a third."""
    return Cluster(large.x, large.y, large.count + small.count, [*large.spots, *small.spots])


def _squares(spots: Iterable[Spot], projection: Projection) -> list[Cluster]:
    squares: dict[tuple[int, int], list[tuple[float, float, Spot]]] = {}
    for spot in spots:
        x, y = projection(spot.longitude, spot.latitude)
        squares.setdefault((math.floor(x / CELL), math.floor(y / CELL)), []).append((x, y, spot))
    found = []
    for inside in squares.values():
        count = sum(spot.count for _x, _y, spot in inside)
        x = sum(x * spot.count for x, _y, spot in inside) / count
        y = sum(y * spot.count for _x, y, spot in inside) / count
        found.append(Cluster(x, y, count, [spot for _x, _y, spot in inside]))
    return sorted(found, key=lambda cluster: (-cluster.count, cluster.x, cluster.y))


def _ground(spots: Sequence[Spot], boundary: Boundary | None) -> tuple[list[Svg], float, float, Projection]:
    if boundary is not None:
        land = [el("path", cls="ar qn", d=shape.path) for shape in boundary.shapes]
        edge = el("path", cls="edge", d=boundary.lines)
        return [*land, edge], boundary.width, boundary.height, boundary.projection
    places: list[Degrees] = [(spot.longitude, spot.latitude) for spot in spots] or [(105.0, 35.0)]
    wide = [(x + dx, y + dy) for x, y in places for dx in (-0.4, 0.4) for dy in (-0.4, 0.4)]
    projection, width, height = fitting(wide)
    return list(_net(wide, projection)), width, height, projection


def _net(places: Sequence[Degrees], projection: Projection) -> Iterable[Svg]:
    """Meridians and parallels, some six each way; they claim nothing."""
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    step = next((s for s in STEPS if max(east - west, north - south) / s <= 7), STEPS[-1])
    for n in range(math.ceil(west / step), math.floor(east / step) + 1):
        line = [projection(n * step, south + (north - south) * i / 12) for i in range(13)]
        yield el("path", cls="net", d=path(line))
        yield el("text", f"{num(abs(n * step))}°{'E' if n >= 0 else 'W'}", x=line[0][0] + 3, y=line[0][1] - 4)
    for n in range(math.ceil(south / step), math.floor(north / step) + 1):
        line = [projection(west + (east - west) * i / 12, n * step) for i in range(13)]
        yield el("path", cls="net", d=path(line))
        yield el("text", f"{num(abs(n * step))}°{'N' if n >= 0 else 'S'}", x=line[0][0] + 3, y=line[0][1] - 4)


def _area(shape: Shape, reading: Reading | None, bounds: Sequence[float], fmt: Format) -> Svg:
    words = f"{shape.name}: {fmt(reading.value)}" if reading else shape.name
    drawn = el("path", el("title", words), cls=f"ar {_colour(reading, bounds)}", d=shape.path)
    return el("a", drawn, href=reading.href, aria_label=words) if reading and reading.href else drawn


def _label(shape: Shape, reading: Reading | None, bounds: Sequence[float], fmt: Format) -> Svg:
    if not shape.name or shape.room < LABEL_ROOM:
        return Svg("")
    (x, y), dark = shape.at, _colour(reading, bounds) in ("q4", "q5")
    parts = [el("text", shape.name, cls="m", x=x, y=y - 2 if reading else y + 4)]
    parts += [el("text", fmt(reading.value), cls="m", x=x, y=y + 12)] if reading else []
    return group(parts, cls="cell inv" if dark else "cell", aria_hidden="true")


def _colour(reading: Reading | None, bounds: Sequence[float]) -> str:
    if reading is None:
        return "qn"
    level = sum(float(reading.value) >= bound for bound in bounds)
    return f"q{CLASSES - 1 - len(bounds) + level}"


def _mark(cluster: Cluster, most: Number, href: str) -> Svg:
    names = list(dict.fromkeys(spot.name for spot in cluster.spots))
    words = f"{'、'.join(names[:3])}{'…' if len(names) > 3 else ''}: {grouped(cluster.count)}"
    radius = LEAST + MORE * math.sqrt(cluster.count / float(most))
    parts = [
        el("circle", el("title", words), cls="spot", cx=cluster.x, cy=cluster.y, r=radius),
        el("text", grouped(cluster.count), cls="m", x=cluster.x, y=cluster.y + 4),
    ]
    mark = group(parts, cls="mark")
    return el("a", mark, href=href, aria_label=words) if href else mark
