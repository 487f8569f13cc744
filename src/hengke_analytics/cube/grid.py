"""The grid: a cell for every pair of a row and a column, totals included, looked at in any way.

A cell is known by the paths of its row and of its column, and holds parts; measures are finished from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hengke.kernel.errors import InputError
from hengke_analytics.cube import axes
from hengke_analytics.cube.axes import Node, Path
from hengke_analytics.cube.catalogue import BEFORE, Catalogue, Dimension, Measure, Part
from hengke_analytics.cube.question import Question, Value

Cell = dict[str, Any]
Cells = dict[tuple[Path, Path], Cell]
MOST_SHOWN = 60_000
AVERAGED = 3


@dataclass(frozen=True)
class Grid:
    """Both axes with their fields, and the parts of every cell; customers are counted from one in `sampled`."""

    question: Question
    rows: Node
    columns: Node
    row_fields: Sequence[Dimension]
    column_fields: Sequence[Dimension]
    cells: Cells
    measures: Mapping[str, Measure]
    zero: Cell
    sampled: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether no fact fits the question."""
        return not any(value for cell in self.cells.values() for value in cell.values())

    def parts(self, row: Path, column: Path) -> Cell:
        """The parts of a cell; zeros where there are no facts."""
        return self.cells.get((row, column), self.zero)

    def value(self, row: Path, column: Path, value: Value) -> Any:
        """A measure of a cell, looked at as asked; None where it cannot be said."""
        return _VIEWS[value.view](self, row, column, self.measures[value.measure])

    def before(self, row: Path, column: Path, measure: Measure) -> Any:
        """A measure in the compared period; None for one that has no earlier value."""
        return _before(measure, self.parts(row, column))

    @cached_property
    def _siblings(self) -> dict[tuple[bool, Path], list[Path]]:
        """Paths of the members below each path, by name; of the rows (True) and of the columns."""
        found = {}
        for is_row, root in ((True, self.rows), (False, self.columns)):
            for node in root.walk():
                found[is_row, node.path] = [child.path for child in node.children]
        return found

    @cached_property
    def _on_rows(self) -> bool:
        """Whether time runs along the rows."""
        return not any(dimension.is_date for dimension in self.column_fields)


def build(question: Question, cells: Cells, catalogue: Catalogue, sampled: int = 1) -> Grid:
    """Fold the sums of the finest cells into every total, and put the members in order."""
    fields = (
        [catalogue.dimension(name) for name in question.rows],
        [catalogue.dimension(name) for name in question.columns],
    )
    measures = {measure.name: measure for measure in question.measures(catalogue)}
    names = {name for measure in measures.values() for name in measure.parts}
    sums = {name for name in names if isinstance(catalogue.parts[name], Part)}
    finest = [place for place in cells if (len(place[0]), len(place[1])) == tuple(map(len, fields))]
    for place in finest:
        _fold(cells, place, {name for name in cells[place] if name.removesuffix(BEFORE) in sums})
    zero = dict.fromkeys((*names, *(name + BEFORE for name in names)), 0)
    whole = {place: zero | cell for place, cell in cells.items()}
    rows, columns = (
        axes.tree((place[side] for place in finest), question, fields[side], catalogue) for side in (0, 1)
    )
    grid = Grid(question, rows, columns, *fields, whole, measures, zero, sampled)
    _bounded(grid)
    by = (
        question.values[int(question.sort.lstrip("-"))]
        if question.sort.lstrip("-").isdigit()
        else Value(question.values[0].measure)
    )
    axes.order(rows, fields[0], lambda path: grid.value(path, (), by), question.sort)
    axes.order(columns, fields[1], lambda path: grid.value((), path, Value(question.values[0].measure)))
    return grid


def _fold(cells: Cells, place: tuple[Path, Path], sums: set[str]) -> None:
    """Add a finest cell's sums to the totals above it."""
    row, column = place
    cell = cells[place]
    for row_depth in range(len(row) + 1):
        for column_depth in range(len(column) + 1):
            above = (row[:row_depth], column[:column_depth])
            if above != place:
                total = cells.setdefault(above, {})
                for name in sums:
                    total[name] = total.get(name, 0) + cell[name]


def _bounded(grid: Grid) -> None:
    shown = sum(1 for _ in grid.rows.walk()) * sum(1 for _ in grid.columns.walk()) * len(grid.question.values)
    if shown > MOST_SHOWN:
        raise too_many(MOST_SHOWN)


def too_many(most: int) -> InputError:
    """What nobody could read is refused before it is drawn."""
    return InputError(
        "too_many_cells",
        "This makes more than {most} cells. Take a field away, filter, or show only the largest members.",
        most=f"{most:,}",
    )


def _plain(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
    return measure.finish(grid.parts(row, column))


def _before(measure: Measure, parts: Mapping[str, Any]) -> Any:
    if measure.both:
        return None
    return measure.finish({name: parts[name + BEFORE] for name in measure.parts})


def _change(now: Any, before: Any, measure: Measure) -> Any:
    """(now − before) / before; of a rate the difference, which is in points."""
    if now is None or before is None:
        return None
    if measure.kind == "percent":
        return now - before
    return float(now - before) / abs(float(before)) if before else None


def _changed(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
    return _change(_plain(grid, row, column, measure), grid.before(row, column, measure), measure)


def _difference(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
    now, before = _plain(grid, row, column, measure), grid.before(row, column, measure)
    return None if now is None or before is None else now - before


def _share_of(row_total: bool, column_total: bool) -> Callable[[Grid, Path, Path, Measure], Any]:
    def share(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
        part = _plain(grid, row, column, measure)
        whole = _plain(grid, () if column_total else row, () if row_total else column, measure)
        return float(part) / float(whole) if whole and part is not None else None

    return share


def _rank(grid: Grid, row: Path, column: Path, measure: Measure) -> int | None:
    """Place among the members beside it, 1 for the largest; equal ones share a place; totals have none."""
    on_rows = bool(row)
    path = row if on_rows else column
    own = _plain(grid, row, column, measure)
    if not path or own is None:
        return None
    beside = grid._siblings.get((on_rows, path[:-1]), [])
    others = (
        _plain(grid, other, column, measure) if on_rows else _plain(grid, row, other, measure)
        for other in beside
        if other[-1] not in (axes.REST, axes.REST_NUMBER)
    )
    return 1 + sum(1 for other in others if other is not None and other > own)


def _run(grid: Grid, row: Path, column: Path, last: int | None) -> list[Cell]:
    """The cells up to this one along time, at most the `last`; only itself where no time runs."""
    path, fields = (row, grid.row_fields) if grid._on_rows else (column, grid.column_fields)
    dated = [place for place, dimension in enumerate(fields[: len(path)]) if dimension.is_date]
    if not dated:
        return [grid.parts(row, column)]
    place = dated[-1]
    beside = grid._siblings.get((grid._on_rows, path[:place]), [])
    keys = sorted(other[-1] for other in beside if other[-1] <= path[place])
    paths = [(*path[:place], key, *path[place + 1 :]) for key in (keys[-last:] if last else keys)]
    return [grid.parts(p, column) if grid._on_rows else grid.parts(row, p) for p in paths]


def _folded(cells: Sequence[Cell], measure: Measure, suffix: str = "") -> Any:
    return measure.finish({name: sum(cell[name + suffix] for cell in cells) for name in measure.parts})


def _cumulative(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
    return _folded(_run(grid, row, column, None), measure)


def _cumulative_change(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
    cells = _run(grid, row, column, None)
    return _change(_folded(cells, measure), _folded(cells, measure, BEFORE), measure)


def _average(grid: Grid, row: Path, column: Path, measure: Measure) -> Any:
    """Mean of this member and those just before it; a rate is that of all of them together."""
    cells = _run(grid, row, column, AVERAGED)
    found = _folded(cells, measure)
    return found / len(cells) if measure.additive else found


_VIEWS: Mapping[str, Callable[[Grid, Path, Path, Measure], Any]] = {
    "value": _plain,
    "before": lambda grid, row, column, measure: grid.before(row, column, measure),
    "change": _changed,
    "difference": _difference,
    "share": _share_of(True, True),
    "row_share": _share_of(True, False),
    "column_share": _share_of(False, True),
    "rank": _rank,
    "cumulative": _cumulative,
    "cumulative_change": _cumulative_change,
    "average3": _average,
}
