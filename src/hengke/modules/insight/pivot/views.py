"""Pages of the pivot: the grid, the members of a field, what stands behind a figure, and the file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.charts import percent
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.dashboard import facts
from hengke.modules.insight.dashboard.choices import periods
from hengke.modules.insight.pivot import builder, charting, examples, panel, rights, saved
from hengke.modules.insight.pivot.asked import Asked
from hengke.modules.insight.pivot.formats import is_estimated
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import CHARTS, EVER, State
from hengke.modules.insight.pivot.table import Writer
from hengke.modules.insight.services import boards

if TYPE_CHECKING:
    from hengke_analytics.cube import Answer, Catalogue

MANY_COLUMNS = 5


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """The grid of the state in the address, with everything that changes it."""
    grants.require(request.actor, "view", rights.SUBJECT)
    try:
        asked = Asked.of(request)
    except NotFound as error:
        return _empty(request, _(error.template))
    try:
        answer, partial = asked.answer(request)
    except InputError as error:
        if error.code == "unknown_field":
            raise
        return _refused(request, asked, error)
    names = asked.names(answer)
    shown = Writer(answer, asked.state, asked.catalogue, names).table()
    context = _frame(request, asked, names) | {
        "table": shown, "partial": partial, "is_empty": answer.grid.is_empty,
        "period": answer.question.period, "before": answer.before and answer.before.period,
        "chart": charting.chart(answer, asked.state, names), "wide": len(shown.heads[-1]) > MANY_COLUMNS,
        "sampled": estimate(answer, asked.state),
    }  # fmt: skip
    return render(request, "insight/pivot/page.html", context)


def estimate(answer: Answer, state: State) -> dict[str, Any]:
    """What an estimate rests on, how far it may be off (19 times in 20), and the address of the exact answer."""
    grid = answer.grid
    wanted = [value for value in answer.question.values if is_estimated(grid.measures[value.measure], grid)]
    if not wanted:
        return {}
    counted = max(
        (int(grid.value((), (), value) or 0) for value in wanted if value.view == "value"), default=0
    )
    off = 1.96 * math.sqrt((grid.sampled - 1) / counted) if counted else None
    return {"share": grid.sampled, "off": percent(off, 1) if off else "", "url": state.url(exact=True)}


def _frame(request: StaffRequest, asked: Asked, names: Names) -> dict[str, Any]:
    """Everything around the grid."""
    state, catalogue = asked.state, asked.catalogue
    return {
        "title": _("Pivot"), "state": state, "zones": panel.zones(state, catalogue, names),
        "fields": panel.fields(state, catalogue), "keep": panel.hidden(state, "period", "compare", "chart", "heat"),
        "periods": periods(state.period or str(asked.span.last.year), asked.span.first, asked.span.last), "ever": EVER,
        "charts": [(name, charting.chart_name(name)) for name in CHARTS], "swap_url": _swapped(state),
        "tabs": examples.tabs(state, catalogue), "saved": saved.of(request.actor, state, catalogue),
        "query": state.query(), "gaps": builder.gaps(catalogue),
        "gap_keep": State(filters=state.filters, period=state.period).pairs(),
        "export": grants.may(request.actor, "export", facts.LINES), **_boards(request, state, catalogue),
    }  # fmt: skip


def _boards(request: StaffRequest, state: State, catalogue: Catalogue) -> dict[str, Any]:
    """The person's own boards, on which the question can be put, and a title for it there."""
    if not grants.may(request.actor, "change", boards.SUBJECT):
        return {}
    mine = [board for board in boards.visible(request.actor) if board.owner_id == request.actor.user_id]
    fields = [_(catalogue.dimension(name).label) for name in (*state.rows, *state.columns)]
    measures = [_(catalogue.measure(name).label) for name, _view in state.values[:1]]
    return {"boards": mine, "tile_title": " · ".join((*measures, *fields))[:80]}


def _swapped(state: State) -> str:
    return state.url(rows=state.columns, columns=state.rows, closed=(), sort="")


def _refused(request: StaffRequest, asked: Asked, error: InputError) -> HttpResponse:
    """The question cannot be answered: its fields stay, so that it can be mended."""
    words = _(error.template).format(**error.params)
    context = _frame(request, asked, Names()) | {"refused": words}
    return render(request, "insight/pivot/page.html", context, status=400)


def _empty(request: StaffRequest, words: str) -> HttpResponse:
    may_import = grants.may(request.actor, "change", "insight.import")
    context = {"title": _("Pivot"), "words": words, "import_url": "/imports/new" if may_import else ""}
    return render(request, "insight/dashboard/empty.html", context)
