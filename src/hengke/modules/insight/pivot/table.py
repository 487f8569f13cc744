"""The grid as rows of cells that a template only writes out: heads, totals, heat, and where each leads."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.modules.insight.pivot import members
from hengke.modules.insight.pivot.formats import Format
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Catalogue, Dimension, Node, Value

PEOPLE = ("customers", "submitters", "new_customers", "lost_customers", "either_customers", "per_customer")


@dataclass(frozen=True)
class Head:
    """A head over columns: its words, how many columns it covers, and where it leads."""

    text: str
    span: int = 1
    url: str = ""
    unit: str = ""
    order: str = ""
    total: bool = False


@dataclass(frozen=True)
class Cell:
    """One figure: text, colour, the exact words of its title, and the list behind it."""

    text: str
    cls: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    """A member of the rows with its cells; `toggle` folds or unfolds what is below it."""

    text: str
    depth: int
    cells: Sequence[Cell]
    url: str = ""
    toggle: str = ""
    open: bool = True
    total: bool = False
    branch: bool = False
    hint: str = ""


@dataclass
class Shown:
    """A table ready to be written."""

    corner: str
    only: str
    heads: list[list[Head]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    total: Row | None = None


class Writer:
    """Writes one answer as a table; `state` is what its links change."""

    def __init__(self, answer: Answer, state: State, catalogue: Catalogue, names: Names) -> None:
        self.answer, self.grid, self.state, self.catalogue, self.names = (
            answer,
            answer.grid,
            state,
            catalogue,
            names,
        )
        self.values: tuple[Value, ...] = answer.question.values
        self.formats = [Format.of(value, self.grid) for value in self.values]
        self.columns = list(leaves(self.grid.columns))
        self.heats = [
            self._bounds(value) if state.heat and not form.signed and value.view != "rank" else None
            for value, form in zip(self.values, self.formats, strict=True)
        ]

    def table(self) -> Shown:
        """Everything: the total of all stands last, so that it stays in sight at the foot."""
        shown = Shown(" / ".join(_(dimension.label) for dimension in self.grid.row_fields), self._only())
        shown.heads = self._heads()
        for node in self.grid.rows.children:
            self._write(node, shown.rows)
        shown.total = self._row(self.grid.rows, _("Total"), total=True)
        return shown

    def _write(self, node: Node, rows: list[Row]) -> None:
        dimension = self.grid.row_fields[len(node.path) - 1]
        words = self.names(dimension, node.key)
        path = "/".join(
            members.written(d, key) for d, key in zip(self.grid.row_fields, node.path, strict=False)
        )
        is_open = path not in self.state.closed
        row = self._row(node, words)
        if not node.is_rest:
            url, hint = self._into(dimension, node)
            row = replace(row, url=url, hint=hint)
        if node.children:
            closed = (
                (*self.state.closed, path) if is_open else tuple(p for p in self.state.closed if p != path)
            )
            row = replace(row, toggle=self.state.url(closed=closed), open=is_open, branch=True)
        rows.append(row)
        if is_open:
            for child in node.children:
                self._write(child, rows)

    def _row(self, node: Node, words: str, *, total: bool = False) -> Row:
        cells = [
            self._cell(node, column, place, total=total)
            for column in self.columns
            for place in range(len(self.values))
        ]
        return Row(words, max(len(node.path) - 1, 0), cells, total=total)

    def _cell(self, row: Node, column: Node, place: int, *, total: bool) -> Cell:
        value, form = self.values[place], self.formats[place]
        found = self.grid.value(row.path, column.path, value)
        is_total = total or bool(row.children) or _is_total(column, self.grid.columns)
        cls = ["tot"] if _is_total(column, self.grid.columns) and self.grid.columns.children else []
        if form.signed:
            cls.append(form.direction(found))
        bounds = self.heats[place]
        if bounds is not None and not is_total and found is not None and found > 0:
            cls.append(f"q{bisect_right(bounds, float(found))}")
        text = form.text(found) if found or value.view != "value" else ("0" if found is not None else "–")
        url = self._behind(row, column, value) if found and not row.is_rest and not column.is_rest else ""
        return Cell(text, " ".join(cls), self._title(row, column, value, form), url)

    def _title(self, row: Node, column: Node, value: Value, form: Format) -> str:
        """The compared value, which the change beside it is counted from."""
        if value.view != "change":
            return ""
        before = self.grid.before(row.path, column.path, form.measure)
        plain = replace(form, view="value")
        return _("compared with {amount}").format(amount=f"{plain.text(before)} {plain.unit}".strip())

    def _behind(self, row: Node, column: Node, value: Value) -> str:
        """The list behind a figure: customers behind counts of customers, else lines."""
        sides = ((self.grid.row_fields, row.path), (self.grid.column_fields, column.path))
        pairs = [pair for fields, path in sides for pair in zip(fields, path, strict=False)]
        filters = self.state.filters
        for dimension, key in pairs:
            filters = narrowed(filters, dimension, key)
        asked = State(
            filters=filters, period=_written(self.answer), compare=self.state.compare,
            rows=tuple(d.name for d, _key in pairs if d.is_date), values=((value.measure, "value"),),
        )  # fmt: skip
        page = "customers" if value.measure in PEOPLE else "lines"
        return f"/pivot/{page}?{asked.query()}"

    def _into(self, dimension: Dimension, node: Node) -> tuple[str, str]:
        """Down into a member: only it, and the next level in the place of its own."""
        filters = narrowed(self.state.filters, dimension, node.key)
        below = self.catalogue.down(dimension)
        if below is None or below.name in (*self.state.rows, *self.state.columns):
            return self.state.url(filters=filters), _("Only this")
        rows = tuple(below.name if name == dimension.name else name for name in self.state.rows)
        hint = _("Open by {field}").format(field=_(below.label))
        return self.state.url(rows=rows, filters=filters, closed=(), sort=""), hint

    def _only(self) -> str:
        """The one value and its unit where no row of heads says them."""
        if len(self.values) > 1 or not self.grid.column_fields:
            return ""
        form = self.formats[0]
        return f"{form.full_label} · {form.unit}" if form.unit else form.full_label

    def _heads(self) -> list[list[Head]]:
        width, depth = len(self.values), len(self.grid.column_fields)
        heads = [[] for _level in range(depth)]  # type: list[list[Head]]
        for level in range(depth):
            for node, span in _spans(self.grid.columns, level + 1):
                total = _is_total(node, self.grid.columns) or len(node.path) <= level
                words = (
                    _("Total")
                    if not node.path
                    else (
                        _("Subtotal")
                        if len(node.path) <= level
                        else self.names(self.grid.column_fields[level], node.key)
                    )
                )
                heads[level].append(Head(words, span * width, total=total))
        last = [self._head(place, column) for column in self.columns for place in range(width)]
        return [*heads, last] if width > 1 or not depth else heads

    def _head(self, place: int, column: Node) -> Head:
        form = self.formats[place]
        if not self.grid.row_fields or column.path:
            return Head(form.label, unit=form.unit)
        now = self.state.sort
        sort = f"-{place}" if now != f"-{place}" else str(place)
        order = "descending" if now == f"-{place}" else "ascending" if now == str(place) else ""
        return Head(form.label, url=self.state.url(sort=sort), unit=form.unit, order=order)

    def _bounds(self, value: Value) -> list[float]:
        """Where the next heat colour begins: the cells are shared out evenly, or one giant would pale all others."""
        leaf_columns = [n for n in self.columns if not _is_total(n, self.grid.columns)] or self.columns
        found = [
            self.grid.value(node.path, column.path, value)
            for node in self.grid.rows.walk() if not node.children and not node.is_rest
            for column in leaf_columns if not column.is_rest
        ]  # fmt: skip
        return charts.bands([each for each in found if each is not None])


def unlinked(shown: Shown) -> Shown:
    """The same table without a way to anywhere."""
    rows = [_plain(row) for row in shown.rows]
    heads = [[replace(head, url="") for head in heads] for heads in shown.heads]
    return Shown(shown.corner, shown.only, heads, rows, shown.total and _plain(shown.total))


def _plain(row: Row) -> Row:
    return replace(row, url="", toggle="", cells=[replace(cell, url="") for cell in row.cells])


def narrowed(
    filters: tuple[tuple[str, str, bool], ...], dimension: Dimension, key: Any
) -> tuple[tuple[str, str, bool], ...]:
    """The filters with one member in the place of all members of its dimension: it was among them."""
    others = tuple(f for f in filters if f[0] != dimension.name or f[2])
    return (*others, (dimension.name, members.written(dimension, key), False))


def leaves(root: Node) -> list[Node]:
    """Columns from left to right: members, then what they add up to."""
    return [*(leaf for child in root.children for leaf in leaves(child)), root]


def _is_total(node: Node, root: Node) -> bool:
    return bool(node.children) or node is root


def _spans(root: Node, depth: int) -> list[tuple[Node, int]]:
    """What stands in a row of heads: members of that depth, and the totals above them, with their widths."""
    if len(root.path) == depth or not root.children:
        return [(root, len(leaves(root)))]
    return [*(span for child in root.children for span in _spans(child, depth)), (root, 1)]


def _written(answer: Answer) -> str:
    period = answer.question.period
    return f"{period.start}/{period.last_day}"
