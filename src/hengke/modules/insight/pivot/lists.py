"""Behind the figures: lines and customers of a cell; and the members that a filter can name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.kernel.numbers import is_whole
from hengke.kernel.texts import is_usable
from hengke.modules.insight.dashboard.boards import customers as people_of
from hengke.modules.insight.dashboard.lists import PAGE, Slice, with_origin
from hengke.modules.insight.pivot import members, panel, rights
from hengke.modules.insight.pivot.asked import Asked
from hengke.modules.insight.pivot.members import Names
from hengke.modules.insight.pivot.state import State, question

if TYPE_CHECKING:
    from hengke_analytics.cube import Question

MOST_PAGES = 20_000
MOST_MEMBERS = 300
AMOUNTS = ("amount", "received", "cost")
# Which measure a person must be able to see for a column of the lines to be there.
_MEASURES = {"amount": "billed", "received": "received", "cost": "cost"}
_WANTED = ("line_id", "customer", "date", "order_no", "instrument_name", "model", "serial", "laboratory", "line_no",
           "import_id")  # fmt: skip


@require_GET
def lines(request: StaffRequest) -> HttpResponse:
    """The ledger lines behind a figure, each with its file and line."""
    from hengke_analytics.cube import behind

    asked = Asked.of(request)
    wanted, page = _question(asked), _page(request)
    amounts = [name for name in AMOUNTS if _MEASURES[name] in asked.catalogue.measures]
    found = behind.page(
        wanted, rights.sources(request.actor), asked.catalogue, (*_WANTED, *amounts), (page - 1) * PAGE, PAGE
    )
    shown = found.rows
    with_origin(shown)
    slice_ = Slice(shown, found.count, found.sums, page)
    context = _context(request, asked, wanted, slice_) | {"title": _("Ledger lines")}
    return render(request, "insight/pivot/lines.html", context)


@require_GET
def customers(request: StaffRequest) -> HttpResponse:
    """The customers behind a figure, with what they brought in both periods."""
    from hengke_analytics.cube import behind
    from hengke_analytics.engine import keeping, rows

    asked = Asked.of(request)
    wanted, page = _question(asked), _page(request)
    with keeping() as keep:
        found = behind.people(wanted, rights.sources(request.actor), asked.catalogue, keep)
        whole = rows(found.aggregate(count=found.count()))[0]
        shown = rows(found.limit(PAGE, offset=(page - 1) * PAGE))
    people = people_of(row["customer"] for row in shown)
    for row in shown:
        row.update(people.get(row["customer"], {"name": "?", "number": "", "city": ""}))
    context = _context(request, asked, wanted, Slice(shown, whole["count"], {}, page)) | {
        "title": _(asked.catalogue.measure(wanted.values[0].measure).label),
        "amounts": "billed" in asked.catalogue.measures, "compared": bool(shown) and "amount_before" in shown[0],
    }  # fmt: skip
    return render(request, "insight/pivot/customers.html", context)


def _question(asked: Asked) -> Question:
    return question(asked.state, asked.catalogue, asked.span)[0]


def _page(request: StaffRequest) -> int:
    page = request.GET.get("page", "1")
    return int(page) if is_whole(page) and 0 < int(page) <= MOST_PAGES else 1


def _context(request: StaffRequest, asked: Asked, wanted: Question, found: Slice) -> dict[str, Any]:
    filters = [(asked.catalogue.dimension(f.dimension), f.members) for f in wanted.filters]
    names = Names(filters)
    chips = panel.zones(asked.state, asked.catalogue, names)[-1].chips
    return {"slice": found, "period": wanted.period, "chips": chips, "pages": _pages(request, found)}


def _pages(request: StaffRequest, found: Slice) -> dict[str, str]:
    parameters = request.GET.copy()

    def address(page: int) -> str:
        parameters["page"] = str(page)
        return f"?{parameters.urlencode()}"

    return {
        "previous": address(found.page - 1) if found.page > 1 else "",
        "next": address(found.page + 1) if found.has_next else "",
    }


@require_GET
def choose(request: StaffRequest) -> HttpResponse:
    """The members of a field, to be ticked: the largest first, or those that hold the typed words."""
    from hengke_analytics.cube import answer

    asked = Asked.of(request)
    dimension = asked.catalogue.dimension(request.GET.get("field", ""))
    typed = request.GET.get("q", "").strip()
    others = tuple(f for f in asked.state.filters if f[0] != dimension.name)
    measure = next(iter(asked.catalogue.measures))
    plain = State(
        rows=(dimension.name,), values=((measure, "value"),), filters=others, period=asked.state.period
    )
    narrowed = question(replace(plain, tops=((dimension.name, MOST_MEMBERS),)), asked.catalogue, asked.span)[
        0
    ]
    found = answer(narrowed, rights.sources(request.actor), asked.catalogue).grid
    chosen = {member: out for name, member, out in asked.state.filters if name == dimension.name}
    names = Names.of(found, [(dimension, [members.read(dimension, member) for member in chosen])])
    nodes = [node for node in found.rows.children if not node.is_rest]
    listed = {members.written(dimension, node.key): names(dimension, node.key) for node in nodes}
    listed |= {
        member: names(dimension, members.read(dimension, member)) for member in chosen if member not in listed
    }
    entries = [
        {"value": f"{dimension.name}:{member}", "label": label, "chosen": member in chosen}
        for member, label in listed.items()
        if (is_usable(typed) and typed.lower() in label.lower()) or member in chosen
    ]
    context = {
        "title": _(dimension.label), "entries": entries, "field": dimension.name, "typed": typed,
        "out": any(chosen.values()), "back": asked.state.url(), "more": any(n.is_rest for n in found.rows.children),
        "keep": replace(asked.state, filters=others).pairs(),
    }  # fmt: skip
    return render(request, "insight/pivot/choose.html", context)
