"""The filter builder: a page on which conditions are put together in groups; the list's address keeps the result."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hengke.engines.access.models import OrgUnit, User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import builder, listing, reach
from hengke.engines.records.reading.builder import Node
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.words import operator_words, place_words, reference_words
from hengke.engines.records.schema import days
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Date, Reference
from hengke.engines.records.views.common import address, is_fragment, opened
from hengke.engines.records.views.frame import SHAPES
from hengke.kernel.filters import Filter
from hengke.kernel.numbers import is_whole

KINDS = (
    ("all", gettext_lazy("all of these hold")),
    ("any", gettext_lazy("any of these holds")),
    ("none", gettext_lazy("none of these holds")),
)
UNITS = (
    ("", gettext_lazy("on the day")),
    ("today", gettext_lazy("days from today")),
    ("month", gettext_lazy("start of the month, months from now")),
    ("quarter", gettext_lazy("start of the quarter, quarters from now")),
    ("year", gettext_lazy("start of the year, years from now")),
)


@require_http_methods(["GET", "POST"])
def conditions(request: StaffRequest, slug: str) -> HttpResponse:
    """The form; without script every button draws it anew, with script only the part that holds it."""
    catalogue = opened(request, slug)
    sent = request.POST if request.method == "POST" else request.GET
    shape = sent.get("shape", "")
    shape = shape if shape in SHAPES else "list"
    if request.method == "GET":
        query = Query.read(catalogue, request.GET)
        return _page(request, query, builder.of(query.own), query.own, shape)
    query = Query.read(catalogue, QueryDict(request.POST.get("state", "").removeprefix("?")))
    root, step = builder.read(request.POST), request.POST.get("do", "")
    root = builder.change(root, step)
    own = builder.check(catalogue, root)
    if step == "apply" and own is not None:
        return HttpResponseRedirect(address(catalogue.record, shape) + query.with_own(own).address())
    if step != "apply":
        # Whoever is still at it is not told what is missing so far.
        for node in root.walk():
            node.error = node.error if node.values else ""
    return _page(request, query, root, own, shape)


def _page(
    request: StaffRequest, query: Query, root: Node, own: Sequence[Filter] | None, shape: str
) -> HttpResponse:
    catalogue = query.catalogue
    state = query.with_own(()).address()
    context = {
        "record": catalogue.record,
        "title": _("Conditions: %(what)s") % {"what": catalogue.record.label_plural},
        "root": _Drawing(catalogue).node(root),
        "state": state,
        "shape": shape,
        "found": _found(query, own),
        "back_url": address(catalogue.record, shape) + query.address(),
        "action": address(catalogue.record, "conditions"),
    }
    part = "records/conditions_part.html" if is_fragment(request) else "records/conditions.html"
    return render(request, part, context)


def _found(query: Query, own: Sequence[Filter] | None) -> str:
    """How many objects fit so far, "1,000+" beyond what a list counts; "" while a condition is unfinished."""
    if own is None:
        return ""
    # Not .count(): counting stops where the list's does.
    keys = query.with_own(own).rows().values_list("pk", flat=True)[: listing.COUNT_LIMIT + 1]
    number = len(keys)
    return f"{listing.COUNT_LIMIT:,}+" if number > listing.COUNT_LIMIT else f"{number:,}"


class _Drawing:
    """Nodes with what their controls need; names of people and units are read once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._names: dict[str, list[tuple[str, Any]]] = {}
        own = [(f.name, f.label) for f in catalogue.with_ability("filter")]
        beyond = [
            (ref.label, [(f.name, f.label) for f in reach.fields(ref, to)])
            for ref, to in reach.references(catalogue)
        ]
        self.fields = [(catalogue.record.label, own), *beyond]

    def node(self, node: Node) -> dict[str, Any]:
        """The context of one node's template."""
        known: dict[str, Any] = {
            "number": node.number, "kind": node.kind, "error": node.error, "focus": node.focus,
        }  # fmt: skip
        if node.kind != "if":
            parts = [self.node(part) | {"parent": node.number} for part in node.parts]
            return known | {"kinds": KINDS, "parts": parts, "deeper": node.depth < builder.DEEPEST}
        known |= {"name": node.name, "fields": self.fields, "values": node.values, "value": node.value}
        if not self.catalogue.filterable(node.name):
            return known
        return known | self._controls(self.catalogue.field(node.name, "filter"), node)

    def _controls(self, field: Field, node: Node) -> dict[str, Any]:
        op = node.op if node.op in field.kind.operators else builder.usual_operator(field)
        words = [(key, operator_words(field, key)) for key in field.kind.operators]
        found = {
            "op": op,
            "operators": words,
            "options": self._options(field, node),
            "numeric": field.kind.numeric,
        }
        relative = days.parts(node.value) if isinstance(field.kind, Date) else None
        unit, count = relative or ("", 0)
        return found | {
            "control": "lines" if op == "in" and not found["options"] else _control(field, op),
            "lines": "\n".join(node.values),
            "units": UNITS,
            "unit": unit,
            "count": count,
        }

    def _options(self, field: Field, node: Node) -> list[tuple[str, Any]]:
        """What can be chosen, with what was chosen before and is on offer no more, such as somebody who left."""
        offered, kind = self._offered(field), field.kind
        if not offered:
            return []
        known = {key for key, _words in offered}
        gone = [value for value in node.values if value not in known and node.op != "empty"]
        if isinstance(kind, Reference):
            return offered + [(v, reference_words(kind, v)) for v in gone if is_whole(v)]
        return offered + [(v, v) for v in gone]

    def _offered(self, field: Field) -> list[tuple[str, Any]]:
        kind = field.kind
        if not isinstance(kind, Reference):
            return [(str(key), words) for key, words in getattr(kind, "choices", ())]
        if not kind.place:
            return []
        if kind.place not in self._names:
            self._names[kind.place] = offered(kind)
        return self._names[kind.place]


def offered(kind: Reference) -> list[tuple[str, Any]]:
    """The person or the own unit, then people who work here or units by key and name; one query, else nothing."""
    found: Iterable[tuple[int, str]]
    if kind.place == "@me":
        found = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
    elif kind.place == "@unit":
        found = OrgUnit.objects.order_by("path").values_list("pk", "name")
    else:
        return []
    return [(kind.place, place_words(kind.place)), *((str(pk), name) for pk, name in found)]


def _control(field: Field, op: str) -> str:
    """Which control enters the value: empty, choice, day, number or text."""
    if op == "empty":
        return "empty"
    if isinstance(field.kind, Date):
        return "day"
    return "number" if field.kind.numeric or isinstance(field.kind, Reference) else "text"
