"""Pages of customers' voices."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, DateTimeField, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce, TruncMonth
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.requests import StaffRequest
from hengke.kernel import clock
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.filters import EVERYTHING
from hengke.kernel.numbers import is_whole
from hengke.modules.activities.models import Activity
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight, NoteReading
from hengke.modules.insight.pages import foresight
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.voices import words

SUBJECT = "activities.activity"
PAGE = 30
MONTHS = 12
SHOWN = 6


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """How customers sound, what they ask for, what they speak about."""
    grants.require(request.actor, "view", SUBJECT)
    try:
        run = _run()
        tones = _tones(request.actor)
    except NotFound as error:
        return foresight.empty(request, _("Customers' voices"), error)
    found = visible(request.actor)
    whole = grants.row_filter(request.actor, SUBJECT) == EVERYTHING
    context = {
        "title": _("Customers' voices"), "run": run, "now": foresight.state(request, run), "kpis": _kpis(tones),
        "needs": _needs(found), "chart": _chart(found), "topics": _topics(run, found) if whole else [],
        "keywords": _keywords(run) if whole else [],
        "worst": [_note(row) for row in _read(found.filter(tone="negative")).order_by("score", "-pk")[:SHOWN]],
    }  # fmt: skip
    return render(request, "insight/voices/page.html", context)


@require_GET
def notes(request: StaffRequest) -> HttpResponse:
    """The notes behind a figure, newest first."""
    grants.require(request.actor, "view", SUBJECT)
    run = _run()
    found, label, query = _chosen(request, run)
    number = request.GET.get("page", "1")
    at = int(number) if is_whole(number) and 0 < int(number[:9]) <= 20_000 else 1
    rows = list(_read(found).order_by("-at", "-pk")[(at - 1) * PAGE : at * PAGE + 1])
    context = {
        "title": label, "rows": [_note(row) for row in rows[:PAGE]], "count": found.count(),
        "previous": f"?{urlencode(query | {'page': at - 1})}" if at > 1 else "",
        "next": f"?{urlencode(query | {'page': at + 1})}" if len(rows) > PAGE else "",
    }  # fmt: skip
    return render(request, "insight/voices/notes.html", context)


def visible(actor: Actor) -> QuerySet[NoteReading]:
    """Readings of the notes that the actor may see."""
    return NoteReading.objects.filter(activity__in=Activity.objects.visible_to(actor))


def _run() -> Foresight:
    run = runs.newest(Room.NOTES)
    if run is None:
        raise NotFound("not_foreseen", "Nothing has been worked out yet.")
    return run


def _tones(actor: Actor) -> dict[str, int]:
    counts = dict(visible(actor).values_list("tone").annotate(Count("pk")).order_by())
    if not counts:
        raise NotFound("no_notes", "There is no note here that you may see.")
    return {tone: counts.get(tone, 0) for tone in words.TONES}


def _chosen(request: StaffRequest, run: Foresight) -> tuple[QuerySet[NoteReading], str, dict[str, Any]]:
    found = visible(request.actor)
    tone, need, topic = (request.GET.get(name, "") for name in ("tone", "need", "topic"))
    if tone in words.TONES:
        return found.filter(tone=tone), words.tone_name(tone), {"tone": tone}
    if need in words.need_names():
        asked = found.annotate(said=Cast("needs", TextField())).filter(said__contains=f'"{need}"')
        return asked, words.need_names()[need], {"need": need}
    whole = grants.row_filter(request.actor, SUBJECT) == EVERYTHING
    if whole and is_whole(topic) and int(topic[:4]) < len(run.facts["topics"]):
        label = pgettext("list", ", ").join(run.facts["topics"][int(topic)][:3])
        return found.filter(topic=int(topic)), label, {"topic": topic}
    raise InputError("set_unknown", "Unknown list: {set}.", set=(tone or need or topic)[:60])


def _read(found: QuerySet[NoteReading]) -> QuerySet[Any]:
    at = Coalesce("activity__starts_at", "activity__created_at", output_field=DateTimeField())
    return found.annotate(at=at).select_related("activity__customer", "activity__owner")


def _kpis(tones: dict[str, int]) -> list[dict[str, Any]]:
    whole = sum(tones.values())
    return [
        {"label": words.tone_name(tone), "value": f"{count:,}", "note": charts.percent(count / whole),
         "url": f"/voices/notes?tone={tone}", "direction": "flat"}
        for tone, count in tones.items()
    ]  # fmt: skip


def _needs(found: QuerySet[NoteReading]) -> list[dict[str, Any]]:
    counts = Counter(need for needs in found.values_list("needs", flat=True) for need in needs)
    names, most = words.need_names(), max(counts.values(), default=1)
    return [
        {"name": names[need], "count": count, "url": f"/voices/notes?need={need}",
         "bar": charts.share_bar(count / most, f"{count}")}
        for need, count in counts.most_common() if need in names
    ]  # fmt: skip


def _chart(found: QuerySet[NoteReading]) -> charts.Chart | None:
    """Tones of the last twelve months."""
    since = clock.now() - timedelta(days=366)
    rows = (
        _read(found)
        .filter(at__gte=since, at__lte=clock.now())
        .annotate(month=TruncMonth("at"))
        .values_list("month", "tone")
        .annotate(count=Count("pk"))
        .order_by("month")
    )
    counts = {(f"{month:%Y-%m}", tone): count for month, tone, count in rows}
    months = sorted({month for month, _tone in counts})[-MONTHS:]
    if len(months) < 2:
        return None
    series = [
        charts.Series(words.tone_name(tone), [counts.get((month, tone), 0) for month in months])
        for tone in words.TONES
    ]
    return charts.stacked_bars(
        months, series, title=_("How customers sound, month by month"), head=_("Month")
    )


def _topics(run: Foresight, found: QuerySet[NoteReading]) -> list[dict[str, Any]]:
    counts = dict(found.values_list("topic").annotate(Count("pk")).order_by())
    return [
        {"words": pgettext("list", ", ").join(each), "count": counts[place], "url": f"/voices/notes?topic={place}"}
        for place, each in enumerate(run.facts["topics"])
        if counts.get(place)
    ]  # fmt: skip


def _keywords(run: Foresight) -> list[dict[str, Any]]:
    return [{"word": each["word"], "count": each["texts"]} for each in run.facts["keywords"]]


def _note(row: Any) -> dict[str, Any]:
    names = words.need_names()
    return {
        "activity": row.activity, "customer": row.activity.customer, "at": row.at, "tone": words.tone_name(row.tone),
        "badge": words.BADGES[row.tone], "needs": [names[need] for need in row.needs if need in names],
    }  # fmt: skip
