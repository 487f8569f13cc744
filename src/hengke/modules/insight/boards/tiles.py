"""A tile as it is drawn: one figure, a chart or a table, each with the way into the pivot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.kernel.errors import InputError
from hengke.kernel.period import Period
from hengke.modules.insight.boards.answers import Asker
from hengke.modules.insight.enums import TileKind
from hengke.modules.insight.pivot import charting
from hengke.modules.insight.pivot.formats import Format
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import State
from hengke.modules.insight.pivot.table import Shown

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer

ROWS = {1: 4, 2: 9, 3: 15, 4: 22}
"""How many rows of a table a tile of each height has room for."""


@dataclass(frozen=True)
class Asked:
    """A tile's question before it is answered; `key` tells the tiles of a board apart."""

    key: str
    title: str
    kind: str
    state: State
    width: int
    height: int


@dataclass(frozen=True)
class Figure:
    """One figure with its comparison and its course."""

    label: str
    value: str
    unit: str
    change: str
    direction: str
    note: str
    spark: Any


@dataclass(frozen=True)
class Drawn:
    """A tile ready to be written; `words` say why there is nothing to show, `waiting` that it is still to come."""

    asked: Asked
    url: str
    figure: Figure | None = None
    chart: Any = None
    table: Shown | None = None
    hidden_rows: int = 0
    cut: bool = False
    period: Period | None = None
    before: str = ""
    partial: bool = False
    unit: str = ""
    words: str = ""
    waiting: bool = False


def state_of(query: str, period: str = "") -> State:
    """The question of a saved address, about the period of the whole board where it has one."""
    state = State.read(QueryDict(query))
    return replace(state, period=period) if period else state


def drawn(tiles: Sequence[Asked], asker: Asker, *, patient: bool = False) -> list[Drawn]:
    """All tiles of a board. Queries of the database: one for each kind of names, however many tiles there are."""
    found: list[tuple[Asked, tuple[Answer, bool] | None, str]] = []
    for tile in tiles:
        try:
            found.append((tile, asker.ask(tile.state, patient=patient), ""))
        except InputError as error:
            found.append((tile, None, _words(error)))
    names = asker.names(answer[0] for _tile, answer, _why in found if answer)
    return [_drawn(tile, answer, words, asker, names) for tile, answer, words in found]


def usual_period(tiles: Sequence[Drawn]) -> Period | None:
    """The period of most tiles, which the page says once."""
    known = Counter(tile.period for tile in tiles if tile.period)
    return known.most_common(1)[0][0] if known else None


def _words(error: InputError) -> str:
    if error.code == "unknown_field":
        return _("This tile asks for something that your role does not show, or that the data does not have.")
    return _(error.template).format(**error.params)


def _drawn(tile: Asked, found: tuple[Answer, bool] | None, words: str, asker: Asker, names: Names) -> Drawn:
    shown = Drawn(tile, tile.state.url(), words=words, waiting=found is None and not words)
    if found is None:
        return shown
    answer, partial = found
    shown = replace(
        shown, period=answer.question.period, before=str(answer.before.period) if answer.before else "",
        partial=partial,
    )  # fmt: skip
    if answer.grid.is_empty and tile.kind != TileKind.FIGURE:
        return replace(shown, words=_("No line fits this question in the period."))
    if tile.kind == TileKind.FIGURE:
        return replace(shown, figure=_figure(answer))
    if tile.kind == TileKind.TABLE:
        return _with_table(shown, answer, asker, names)
    chart = charting.chart(answer, tile.state, names)
    if chart is None:
        return _with_table(shown, answer, asker, names)
    return replace(shown, chart=chart[1], cut=chart[0].cut, unit=chart[0].form.unit)


def _with_table(shown: Drawn, answer: Answer, asker: Asker, names: Names) -> Drawn:
    table = asker.table(answer, shown.asked.state, names)
    room = ROWS[shown.asked.height]
    hidden = max(len(table.rows) - room, 0)
    table.rows = table.rows[:room]
    return replace(shown, table=table, hidden_rows=hidden)


def _figure(answer: Answer) -> Figure:
    """The first measure of the whole, its change, and its course where the question runs over time."""
    from hengke_analytics.cube import Value

    grid, value = answer.grid, answer.question.values[0]
    form = Format.of(value, grid)
    amount = grid.value((), (), value)
    change, direction, note = "", "flat", ""
    if answer.before is not None and form.measure.both:
        note = _("compared with {amount}").format(amount=answer.before.period)
    if answer.before is not None and not form.measure.both and value.view == "value":
        against = Format.of(Value(value.measure, "change"), grid)
        moved = grid.value((), (), Value(value.measure, "change"))
        change, direction = against.text(moved), against.direction(moved)
        before = form.text(grid.before((), (), form.measure))
        note = _("compared with {amount}").format(amount=f"{before} {form.unit}".strip())
    return Figure(form.full_label, form.text(amount), form.unit, change, direction, note, _spark(answer))


def _spark(answer: Answer) -> Any:
    grid, value = answer.grid, answer.question.values[0]
    if not (grid.row_fields and grid.row_fields[0].is_date):
        return None
    course = [grid.value(node.path, (), value) for node in sorted(grid.rows.children, key=lambda n: n.key)]
    if answer.question.period.end.day != 1:  # a month that is not over would end every trend with a fall
        course = course[:-1]
    return charts.sparkline([None if v is None else float(v) for v in course])
