"""提问: the page of questions in plain sentences, and the page of one with its answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.period import Period
from hengke.modules.insight.boards import sentences
from hengke.modules.insight.boards.answers import SUBJECT, Asker
from hengke.modules.insight.boards.sentences import Sentence, offered, words_of
from hengke.modules.insight.dashboard.choices import periods
from hengke.modules.insight.pivot import charting
from hengke.modules.insight.services import boards

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue

_GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Piece:
    """A piece of a sentence: words, or a gap with what can stand in it."""

    text: str = ""
    name: str = ""
    label: str = ""
    options: tuple[tuple[str, str], ...] = ()
    chosen: str = ""


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Every question that the person can ask."""
    grants.require(request.actor, "view", SUBJECT)
    try:
        asker = Asker.of(request.actor)
    except NotFound as error:
        return _empty(request, _(error.template))
    return render(request, "insight/boards/questions.html", {
        "title": _("Questions"), "questions": _all(asker.spoken, ""),
    })  # fmt: skip


@require_GET
def page(request: StaffRequest, slug: str) -> HttpResponse:
    """One question with its gaps filled, and the answer: a sentence, a chart and a table."""
    grants.require(request.actor, "view", SUBJECT)
    try:
        asker = Asker.of(request.actor)
    except NotFound as error:
        return _empty(request, _(error.template))
    asked = sentences.find(slug, asker.spoken)
    if asked is None:
        raise NotFound("question_unknown", "This question does not exist, or the data has no answer to it.")
    words = asked.filled(request.GET, asker.spoken)
    period = request.GET.get("period", "")
    if period:
        Period.parse(period)
    pieces = split(asked, words, asker.spoken)
    title = spoken(pieces)
    context = {
        "title": title, "asked": asked, "pieces": pieces, "questions": _all(asker.spoken, slug), "period": period,
        "periods": periods(period or str(asker.span.last.year), asker.span.first, asker.span.last),
        **_answer(request, asker, asked, words, period, title),
    }  # fmt: skip
    return render(request, "insight/boards/question.html", context)


def split(asked: Sentence, words: dict[str, str], catalogue: Catalogue) -> list[Piece]:
    """The translated sentence as words and gaps in their order."""
    gaps = {gap.name: gap for gap in asked.gaps}
    found = []
    for place, text in enumerate(_GAP.split(_(asked.text))):
        if place % 2 == 0:
            if text.strip():
                found.append(Piece(text))
            continue
        gap = gaps[text]
        options = tuple((choice, words_of(gap, choice, catalogue)) for choice in offered(gap, catalogue))
        found.append(Piece("", gap.name, _(gap.label), options, words[gap.name]))
    return found


def spoken(pieces: list[Piece]) -> str:
    """The sentence as it is filled."""
    return "".join(piece.text or dict(piece.options)[piece.chosen] for piece in pieces)


def _all(catalogue: Catalogue, slug: str) -> list[dict[str, Any]]:
    return [
        {
            "slug": each.slug, "current": each.slug == slug,
            "words": spoken(split(each, each.filled({}, catalogue), catalogue)),
        }
        for each in sentences.usable(catalogue)
    ]  # fmt: skip


def _answer(
    request: StaffRequest, asker: Asker, asked: Sentence, words: dict[str, str], period: str, title: str
) -> dict[str, Any]:
    state = asked.state(words)
    state = replace(state, period=period) if period and not state.period else state
    context: dict[str, Any] = {
        "query": state.query(), "url": state.url(),
        "opens": asker.opens,
        "boards": [b for b in boards.visible(request.actor) if b.owner_id == request.actor.user_id],
        "tile_title": title[:80], "fixed_period": bool(asked.state(words).period),
    }  # fmt: skip
    try:
        found = asker.ask(state, patient=True)
    except InputError as error:
        return context | {"refused": _(error.template).format(**error.params)}
    if found is None or found[0].grid.is_empty:
        return context | {"refused": _("No line fits this question in the period.")}
    answer, partial = found
    names = asker.names([answer])
    drawn = charting.chart(answer, state, names)
    return context | {
        "told": asked.tell(answer, names), "chart": drawn[1] if drawn else None, "partial": partial,
        "table": asker.table(answer, state, names), "shown_period": answer.question.period,
        "before": answer.before and answer.before.period,
    }  # fmt: skip


def _empty(request: StaffRequest, words: str) -> HttpResponse:
    may_import = grants.may(request.actor, "change", "insight.import")
    context = {"title": _("Questions"), "words": words, "import_url": "/imports/new" if may_import else ""}
    return render(request, "insight/dashboard/empty.html", context)
