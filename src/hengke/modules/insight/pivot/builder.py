"""A sentence with gaps for those who do not know a pivot: what is filled in becomes the state of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import InputError
from hengke.modules.insight.pivot.asked import Asked
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue

# The end of the sentence: what is compared with what, how it is looked at, and which end comes first.
ENDS: dict[str, tuple[str, str, bool]] = {
    "fell-yoy": ("yoy", "difference", True), "rose-yoy": ("yoy", "difference", False),
    "fell-previous": ("previous", "difference", True), "rose-previous": ("previous", "difference", False),
    "most": ("", "value", False), "least": ("", "value", True), "share": ("", "share", False),
}  # fmt: skip
COUNTS = (5, 10, 20)


@dataclass(frozen=True)
class Gap:
    """A gap of the sentence with what can stand in it."""

    name: str
    label: str
    options: list[tuple[str, str]]


def gaps(catalogue: Catalogue) -> list[Gap]:
    """The gaps in the order of the sentence: which …, whose …, did what."""
    dimensions = [(d.name, _(d.label)) for d in catalogue.dimensions.values() if not d.is_date]
    measures = [(m.name, _(m.label)) for m in catalogue.measures.values() if not m.both]
    return [
        Gap("who", _("Which"), dimensions),
        Gap("what", _("Measure"), measures),
        Gap("how", _("Question"), [(name, end_name(name)) for name in ENDS]),
        Gap("count", _("How many"), [(str(count), str(count)) for count in COUNTS]),
    ]


@require_GET
def ask(request: StaffRequest) -> HttpResponse:
    """The filled sentence as an address of the pivot; period and filters of the page stay."""
    asked = Asked.of(request)
    return HttpResponseRedirect(stated(request, asked.state, asked.catalogue).url())


def stated(request: HttpRequest, state: State, catalogue: Catalogue) -> State:
    """The state that the sentence means. InputError for a gap filled with what is not offered."""
    who = catalogue.dimension(request.GET.get("who", "")).name
    what = catalogue.measure(request.GET.get("what", "")).name
    how, count = request.GET.get("how", ""), request.GET.get("count", str(COUNTS[1]))
    if how not in ENDS or count not in map(str, COUNTS):
        raise InputError("gap_unknown", "Choose one of the offered words for every gap of the question.")
    compare, view, least = ENDS[how]
    values = tuple(dict.fromkeys(((what, view), (what, "value"))))
    return State(
        rows=(who,), values=values, filters=state.filters, period=state.period, compare=compare,
        tops=((who, -int(count) if least else int(count)),), sort="0" if least else "-0", chart="bars",
    )  # fmt: skip


def end_name(end: str) -> str:
    """The words at the end of the sentence."""
    names = {
        "fell-yoy": _("fell most against last year"), "rose-yoy": _("rose most against last year"),
        "fell-previous": _("fell most against the period before"),
        "rose-previous": _("rose most against the period before"),
        "most": _("is largest"), "least": _("is smallest"), "share": _("has the largest share"),
    }  # fmt: skip
    return names[end]
