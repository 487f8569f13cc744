"""Derive `data/tiles.json`: one hexagon for each province, and for each prefecture of a province.

Neighbours should stay neighbours and keep their direction. Points are the divisions' coordinates; the Gabriel
graph says who is whose neighbour; springs of length one along its edges and repulsion spread the points
evenly; the Hungarian method puts them on distinct cells of a hexagonal grid; swaps and moves that lessen the
strain finish. No randomness: the same input gives the same file.

    python -m hengke.engines.charts.tools.tile_grid REFERENCE_FOLDER OUTPUT
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
from collections import defaultdict
from itertools import combinations, product
from pathlib import Path

Point = tuple[float, float]
Cell = tuple[int, int]

# Cities governed directly have no prefectures; their districts take the place.
MUNICIPALITIES = {"11", "12", "31", "50"}
# 那曲地区 became 那曲市 in 2017; the coordinates still stand under its old code.
RECODED = {"542400000000": "540600000000"}
PROVINCE_SUFFIX = re.compile(r"(维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|省|市)$")
PEOPLES = (
    "蒙古族|回族|藏族|维吾尔族|苗族|彝族|壮族|布依族|朝鲜族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|"
    "羌族|景颇族|柯尔克孜|土族|仡佬族|蒙古"
)
PREFECTURE_SUFFIX = re.compile(rf"(({PEOPLES})*自治(州|县)|地区|林区|盟|市|新区|区|县)$")
ATTRIBUTION = (
    "Derived by hengke.engines.charts.tools.tile_grid from the codes and coordinates of cpca (MIT) and the "
    "divisions of china-division (MIT / WTFPL); a tile is a place in a diagram and claims no boundary."
)


def short(name: str, pattern: re.Pattern[str]) -> str:
    """内蒙古自治区 -> 内蒙古, 黔东南苗族侗族自治州 -> 黔东南; names of two characters stay whole."""
    cut = pattern.sub("", name)
    return cut if len(cut) > 1 else name


def gabriel(points: list[Point]) -> list[tuple[int, int]]:
    """Pairs whose circle of that diameter holds no third point."""

    def free(i: int, j: int) -> bool:
        middle = ((points[i][0] + points[j][0]) / 2, (points[i][1] + points[j][1]) / 2)
        reach = math.dist(points[i], points[j]) / 2
        return all(math.dist(middle, p) >= reach for k, p in enumerate(points) if k not in (i, j))

    return [(i, j) for i, j in combinations(range(len(points)), 2) if free(i, j)]


def spread(points: list[Point], edges: list[tuple[int, int]], rounds: int = 600) -> list[Point]:
    """Even out distances: edges pull or push to length one in their own direction, close pairs repel."""
    lengths = sorted(math.dist(points[i], points[j]) for i, j in edges)
    unit = lengths[len(lengths) // 2] if lengths else 1.0
    now = [(x / unit, y / unit) for x, y in points]
    want = {(i, j): _toward(now[i], now[j]) for i, j in edges}
    for step in range(rounds):
        force = [[0.0, 0.0] for _ in now]
        for i, j in edges:
            dx, dy = now[j][0] - now[i][0] - want[i, j][0], now[j][1] - now[i][1] - want[i, j][1]
            _pull(force, i, j, 0.12 * dx, 0.12 * dy)
        for i, j in combinations(range(len(now)), 2):
            gap = math.dist(now[i], now[j])
            if gap < 1.0:
                ux, uy = _toward(now[i], now[j])
                _pull(force, i, j, -0.35 * (1 - gap) * ux, -0.35 * (1 - gap) * uy)
        cool = 1 - step / rounds
        now = [(x + fx * cool, y + fy * cool) for (x, y), (fx, fy) in zip(now, force, strict=True)]
    return now


def _toward(a: Point, b: Point) -> Point:
    length = math.dist(a, b) or 1.0
    return (b[0] - a[0]) / length, (b[1] - a[1]) / length


def _pull(force: list[list[float]], i: int, j: int, fx: float, fy: float) -> None:
    force[i][0] += fx
    force[i][1] += fy
    force[j][0] -= fx
    force[j][1] -= fy


def centre(cell: Cell) -> Point:
    """Middle of a flat-topped hexagon with neighbours at distance one; odd columns hang half a tile lower."""
    column, row = cell
    return column * math.sqrt(3) / 2, row + (column % 2) / 2


def assign(points: list[Point]) -> list[Cell]:
    """Distinct cells with the least sum of squared distances, over several placings of the grid."""
    best: tuple[float, list[Cell]] | None = None
    for shift_x, shift_y in product((0.0, 0.3, 0.6), (0.0, 0.25, 0.5, 0.75)):
        moved = [(x + shift_x, y + shift_y) for x, y in points]
        cells = _cells_around(moved)
        cost = [[math.dist(p, centre(c)) ** 2 for c in cells] for p in moved]
        chosen = hungarian(cost)
        total = sum(cost[i][c] for i, c in enumerate(chosen))
        if best is None or total < best[0] - 1e-9:
            best = total, [cells[c] for c in chosen]
    if best is None:
        raise ValueError("no point to place")
    return best[1]


def _cells_around(points: list[Point]) -> list[Cell]:
    columns = [round(x / (math.sqrt(3) / 2)) for x, _y in points]
    rows = [round(y) for _x, y in points]
    return list(product(range(min(columns) - 1, max(columns) + 2), range(min(rows) - 1, max(rows) + 2)))


def hungarian(cost: list[list[float]]) -> list[int]:
    """Column of each row in the cheapest assignment (rows <= columns); Kuhn–Munkres with potentials."""
    n, m = len(cost), len(cost[0])
    u, v, match = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1)
    for i in range(1, n + 1):
        match[0], column = i, 0
        least, before, seen = [math.inf] * (m + 1), [0] * (m + 1), [False] * (m + 1)
        while match[column]:
            seen[column] = True
            row, step, nearest = match[column], math.inf, 0
            for j in range(1, m + 1):
                if seen[j]:
                    continue
                reduced = cost[row - 1][j - 1] - u[row] - v[j]
                if reduced < least[j]:
                    least[j], before[j] = reduced, column
                if least[j] < step:
                    step, nearest = least[j], j
            for j in range(m + 1):
                if seen[j]:
                    u[match[j]] += step
                    v[j] -= step
                else:
                    least[j] -= step
            column = nearest
        while column:
            match[column], column = match[before[column]], before[column]
    result = [0] * n
    for j in range(1, m + 1):
        if match[j]:
            result[match[j] - 1] = j - 1
    return result


def strain(cells: list[Cell], edges: list[tuple[int, int]], want: dict[tuple[int, int], Point]) -> float:
    """How far neighbours are from lying side by side in the direction of the map."""
    total = 0.0
    for i, j in edges:
        (ax, ay), (bx, by) = centre(cells[i]), centre(cells[j])
        dx, dy = want[i, j]
        total += (bx - ax - dx) ** 2 + (by - ay - dy) ** 2
    return total


def settle(cells: list[Cell], points: list[Point], edges: list[tuple[int, int]]) -> list[Cell]:
    """Swap two tiles, or move one to a free cell nearby, as long as that lessens the strain."""
    want = {(i, j): _toward(points[i], points[j]) for i, j in edges}
    now, least = list(cells), strain(cells, edges, want)
    improved = True
    while improved:
        improved = False
        for trial in _neighbours(now):
            value = strain(trial, edges, want)
            if value < least - 1e-9:
                now, least, improved = trial, value, True
                break
    return now


def _neighbours(cells: list[Cell]) -> list[list[Cell]]:
    trials = []
    for i, j in combinations(range(len(cells)), 2):
        swapped = list(cells)
        swapped[i], swapped[j] = cells[j], cells[i]
        trials.append(swapped)
    taken = set(cells)
    for i, (column, row) in enumerate(cells):
        for dc, dr in product((-1, 0, 1), (-1, 0, 1)):
            if (cell := (column + dc, row + dr)) not in taken:
                trials.append([*cells[:i], cell, *cells[i + 1 :]])
    return trials


def place(divisions: list[tuple[str, str, float, float]]) -> list[list[str | int]]:
    """(code, label, lon, lat) -> [code, label, column, row], near zero with the parity of columns kept."""
    divisions = sorted(divisions)
    middle = sum(d[3] for d in divisions) / len(divisions)
    squeeze = math.cos(math.radians(middle))
    points = [(lon * squeeze, -lat) for _code, _label, lon, lat in divisions]
    edges = gabriel(points)
    cells = settle(assign(spread(points, edges)), points, edges)
    if len(set(cells)) != len(cells):
        raise ValueError("two tiles share a cell")
    left = min(c for c, _r in cells)
    left -= left % 2
    top = min(r for _c, r in cells)
    return [[d[0], d[1], c - left, r - top] for d, (c, r) in zip(divisions, cells, strict=True)]


def read(folder: Path) -> dict[str, list[tuple[str, str, float, float]]]:
    """Sets of divisions: "" for the provinces, a province's code for its prefectures (or districts)."""
    sets: dict[str, list[tuple[str, str, float, float]]] = defaultdict(list)
    with (folder / "cpca_adcodes.csv").open(encoding="utf-8-sig", newline="") as file:
        located = [r for r in csv.DictReader(file) if r["longitude"]]
    rows = [
        (RECODED.get(r["adcode"], r["adcode"]), r["name"], float(r["longitude"]), float(r["latitude"]))
        for r in located
    ]
    with (folder / "cities.csv").open(encoding="utf-8-sig", newline="") as file:
        present = {r["code"] for r in csv.DictReader(file)}
    for code, name, lon, lat in rows:
        if code.endswith("0" * 10):
            sets[""].append((code[:2], short(name, PROVINCE_SUFFIX), lon, lat))
        elif code[:2] in MUNICIPALITIES:
            if code.endswith("0" * 6) and code[4:6] != "00":
                sets[code[:2]].append((code[:6], short(name, PREFECTURE_SUFFIX), lon, lat))
        elif code.endswith("0" * 8) and code[:4] in present and code[2:4] != "90":
            sets[code[:2]].append((code[:4], short(name, PREFECTURE_SUFFIX), lon, lat))
    return dict(sorted(sets.items()))


def main(folder: str, output: str) -> None:
    """Write the file, one set on a line."""
    sets = {code: place(divisions) for code, divisions in read(Path(folder)).items()}
    lines = ",\n".join(f'"{code}": {json.dumps(tiles, ensure_ascii=False)}' for code, tiles in sets.items())
    text = f'{{"attribution": {json.dumps(ATTRIBUTION)},\n"sets": {{\n{lines}\n}}}}\n'
    Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
