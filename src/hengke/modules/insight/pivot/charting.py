"""The chart beside the grid: the same figures, drawn as the state says or as fits them best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.charts import Chart, Part, Reading, Series
from hengke.modules.insight.pivot import members
from hengke.modules.insight.pivot.formats import Format
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Dimension, Grid, Node, Value

MEMBERS, GROUPS, SERIES, SLICES = 60, 14, 6, 6


@dataclass(frozen=True)
class Drawn:
    """What is drawn: labels along, series beside each other, in the words of the first value."""

    title: str
    head: str
    labels: list[str]
    series: list[Series]
    form: Format
    values: tuple[Value, ...]
    grid: Grid
    nodes: list[Node]
    on_rows: bool
    cut: bool
    paired: bool


def chart(answer: Answer, state: State, names: Names) -> tuple[Drawn, Chart] | None:
    """The chart and what it shows; None when the person wants none, or one figure would make none."""
    drawn = _drawn(answer, names)
    wanted = state.chart or _fitting(drawn)
    if wanted == "none" or (not drawn.labels and wanted != "gauge"):
        return None
    return drawn, _KINDS[wanted](drawn)


def _fitting(drawn: Drawn) -> str:
    fields = drawn.grid.row_fields if drawn.on_rows else drawn.grid.column_fields
    if not drawn.labels:
        return "none"
    return "lines" if fields[0].is_date and len(drawn.labels) > 3 else "bars"


def _drawn(answer: Answer, names: Names) -> Drawn:
    """Along the first field of the rows (of the columns when there are none); the other axis makes the series."""
    grid, first = answer.grid, answer.question.values[0]
    on_rows = bool(grid.rows.children)
    along, beside = (grid.rows, grid.columns) if on_rows else (grid.columns, grid.rows)
    fields, other_fields = (
        (grid.row_fields, grid.column_fields) if on_rows else (grid.column_fields, grid.row_fields)
    )
    nodes = [node for node in along.children if not node.is_rest][:MEMBERS]
    if on_rows and beside.children:
        members = [node for node in beside.children if not node.is_rest][:SERIES]
        series = [
            Series(names(other_fields[0], m.key), [grid.value(n.path, m.path, first) for n in nodes])
            for m in members
        ]
    else:
        series = _measured(answer, nodes, on_rows)
    form = Format.of(first, grid)
    labels = [_label(fields[0], node.key, names) for node in nodes]
    unit = f" · {form.unit}" if form.unit else ""
    return Drawn(
        f"{form.full_label}{unit}", _(fields[0].label) if fields else "", labels, series, form,
        answer.question.values, grid, nodes, on_rows, len(along.children) > len(nodes),
        len(series) == 2 and bool(answer.question.compare) and not (on_rows and beside.children),
    )  # fmt: skip


def _label(dimension: Dimension, key: Any, names: Names) -> str:
    """Under a bar there is room for a short word only."""
    return members.written(dimension, key) if dimension.name == "quarter" else names(dimension, key)


def _measured(answer: Answer, nodes: Sequence[Node], on_rows: bool) -> list[Series]:
    """The first measure, the compared period before it, and further measures of the same kind."""
    from hengke_analytics.cube import Value

    grid, first = answer.grid, answer.question.values[0]
    measure = grid.measures[first.measure]
    wanted = [first]
    if answer.question.compare and first.view == "value" and not measure.both:
        wanted.insert(0, Value(first.measure, "before"))
    else:
        wanted += [
            v
            for v in answer.question.values[1:]
            if v.view == first.view and grid.measures[v.measure].kind == measure.kind
        ]
    return [
        Series(Format.of(value, grid).full_label, [
            grid.value(n.path, (), value) if on_rows else grid.value((), n.path, value) for n in nodes
        ])
        for value in wanted[:SERIES]
    ]  # fmt: skip


def _same(draw: Callable[..., Chart]) -> Callable[[Drawn], Chart]:
    return lambda d: draw(d.labels, d.series, title=d.title, head=d.head, fmt=d.form.text)


def _bars(d: Drawn) -> Chart:
    """The compared period pale beside the present one; many bars are cut to those that can be told apart."""
    most = GROUPS if len(d.series) > 1 else 2 * GROUPS
    few = [Series(each.name, each.values[:most]) for each in d.series]
    colours = ("was", "now") if d.paired else ()
    return charts.bars(d.labels[:most], few, title=d.title, head=d.head, fmt=d.form.text, colours=colours)


def _lines(d: Drawn) -> Chart:
    """The compared period grey behind the present one."""
    colours = ("p5", "p1") if d.paired else ()
    return charts.lines(d.labels, d.series, title=d.title, head=d.head, fmt=d.form.text, colours=colours)


def _now(d: Drawn) -> Series:
    """The first measure itself over all series."""
    first = d.values[0]
    found = [
        d.grid.value(n.path, (), first) if d.on_rows else d.grid.value((), n.path, first) for n in d.nodes
    ]
    return Series(d.form.full_label, found)


def _combined(d: Drawn) -> Chart:
    """Bars of the first measure, and a line of the first rate: a change, a share or a percentage."""
    rate = next((v for v in d.values[1:] if Format.of(v, d.grid).is_ratio), None)
    if rate is None:
        return _pareto(d)
    form = Format.of(rate, d.grid)
    found = [d.grid.value(n.path, (), rate) if d.on_rows else d.grid.value((), n.path, rate) for n in d.nodes]
    return charts.combined(
        d.labels,
        _now(d),
        Series(form.full_label, found),
        title=d.title,
        head=d.head,
        fmt=d.form.text,
        rate_fmt=form.axis,
    )


def _pareto(d: Drawn) -> Chart:
    return charts.ranked(
        d.labels, _now(d), title=d.title, head=d.head, share=_("Cumulative share"), fmt=d.form.text
    )


def _parts(d: Drawn) -> list[Part]:
    pairs = sorted(
        ((label, value or 0) for label, value in zip(d.labels, _now(d).values, strict=True)),
        key=lambda pair: -pair[1],
    )
    parts = [
        Part(label, value, f"p{place}") for place, (label, value) in enumerate(pairs[: SLICES - 1], start=1)
    ]
    others = sum(value for _label, value in pairs[SLICES - 1 :] if value > 0)
    return [*parts, Part(_("Others together"), others, "q2")] if others else parts


def _pie(d: Drawn) -> Chart:
    return charts.pie(
        _parts(d), title=d.title, columns=(d.head, d.form.full_label, _("Share")), fmt=d.form.text
    )


def _funnel(d: Drawn) -> Chart:
    parts = [Part(label, value or 0) for label, value in zip(d.labels, _now(d).values, strict=True)]
    return charts.funnel(
        parts[:12], title=d.title, columns=(d.head, d.form.full_label, _("Of the first")), fmt=d.form.text
    )


def _radar(d: Drawn) -> Chart:
    """Two spokes make no web: then it is bars."""
    if len(d.labels) < 3:
        return _bars(d)
    few = [Series(each.name, each.values[:12]) for each in d.series]
    return charts.radar(d.labels[:12], few, title=d.title, head=d.head, fmt=d.form.text)


def _gauge(d: Drawn) -> Chart:
    """The first rate of the whole; without one the share that the largest member holds."""
    rate = next(
        (v for v in d.values if d.grid.measures[v.measure].kind == "percent" and v.view == "value"), None
    )
    if rate is not None:
        form = Format.of(rate, d.grid)
        value = d.grid.value((), (), rate)
        return charts.gauge(value, title=form.full_label, text=form.text(value))
    amounts = [float(value) for value in _now(d).values if value and value > 0]
    share = max(amounts) / sum(amounts) if amounts else 0.0
    return charts.gauge(share, title=_("Share of the largest"), text=charts.percent(share, 1))


def _heat(d: Drawn) -> Chart:
    columns = [each.name for each in d.series]
    values = [[each.values[i] for each in d.series] for i in range(len(d.labels))]
    return charts.heat(d.labels, columns, values, title=d.title, head=d.head, fmt=d.form.text)


def _map(d: Drawn) -> Chart:
    """Tiles of provinces, or of the prefectures of the province that holds most of the cities shown."""
    amounts = list(zip(d.labels, _now(d).values, strict=True))
    sets = [charts.tiles(), *(charts.tiles(tile.code) for tile in charts.tiles())]
    best = max(
        sets, key=lambda tiles: sum(1 for t in tiles for label, _v in amounts if label.startswith(t.label))
    )
    readings = {
        tile.code: Reading(value)
        for tile in best
        for label, value in amounts
        if value and label.startswith(tile.label)
    }
    if not readings:
        return _bars(d)
    return charts.tile_map(
        best, readings, title=d.title, columns=(d.head, d.form.full_label), fmt=d.form.text
    )


_KINDS: dict[str, Callable[[Drawn], Chart]] = {
    "bars": _bars, "lines": _lines, "stacked": _same(charts.stacked_bars),
    "combined": _combined, "pie": _pie, "radar": _radar, "gauge": _gauge, "funnel": _funnel, "heat": _heat,
    "map": _map, "pareto": _pareto,
}  # fmt: skip


def chart_name(kind: str) -> str:
    """The words for a kind of chart."""
    names: dict[str, Any] = {
        "bars": _("Bars"), "lines": _("Lines"), "stacked": _("Stacked bars"), "combined": _("Bars and line"),
        "pie": _("Ring"), "radar": _("Radar"), "gauge": _("Gauge"), "funnel": _("Funnel"), "heat": _("Heat map"),
        "map": _("Tile map"), "pareto": _("Pareto"), "none": _("No chart"),
    }  # fmt: skip
    return str(names[kind])
