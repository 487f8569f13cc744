"""One value changed in place: a cell of a list, a card moved to another column, an entry to another day."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access.models import Event
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue, unknown_field
from hengke.engines.records.reading.cells import value_markup
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.shapes.calendar import moved
from hengke.engines.records.views.common import address, found, opened
from hengke.engines.records.writing.forms import form_field, initial_values, usable_value
from hengke.kernel import clock
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole


@require_http_methods(["GET", "POST"])
def cell(request: StaffRequest, slug: str, pk: int, name: str) -> HttpResponse:
    """The control for one value (GET), or the value stored and what can take it back (POST)."""
    catalogue = opened(request, slug, "change")
    field = catalogue.field(name, "write")
    if not field.inline:
        raise unknown_field(name)
    target = found(catalogue, pk, "change")
    if request.method == "GET":
        initial = initial_values(catalogue, target)[name]
        control = form_field(catalogue, field, initial)
        context = {
            "field": field,
            "control": control.widget.render(
                "value", control.prepare_value(initial), {"id": f"cell-{pk}-{name}"}
            ),
            "label": f"cell-{pk}-{name}",
            "version": target.version,
            "url": address(catalogue.record, "cell", pk, name),
        }
        return render(request, "records/cell_part.html", context)
    value = _value(catalogue, field, target, request)
    version = request.POST.get("version", "")
    if not is_whole(version) or len(version) > 9:
        raise InputError("version_missing", "State the version that you have read.")
    saved: Any = catalogue.record.update(
        actor=request.actor, target=target, values={name: value}, version=int(version)
    )
    event = Event.objects.filter(
        subject_type=catalogue.record.subject, subject_id=pk, actor_id=request.actor.user_id
    ).order_by("-pk")
    undo = event.values_list("pk", flat=True).first() if saved.version != target.version else None
    return JsonResponse({
        "version": saved.version,
        "markup": value_markup(field, *referred.shown_of(catalogue, field, saved)),
        "text": _("Saved."),
        "undo": f"/undo/{undo}" if undo else "",
    })  # fmt: skip


def _value(catalogue: Catalogue, field: Field, target: Any, request: StaffRequest) -> Any:
    """The value that the request names: itself, or the day that it moves to."""
    if "day" in request.POST:
        if field.kind.control not in ("date", "moment"):
            raise unknown_field(field.name)
        day = field.kind.read(request.POST["day"]) if request.POST["day"] else clock.today()
        if not hasattr(day, "year") or hasattr(day, "hour"):
            raise InputError(
                "value_unreadable", 'The value "{text}" cannot be read here.', text=str(day)[:60]
            )
        value = moved(field, initial_values(catalogue, target)[field.name], day)
    else:
        said = request.POST.getlist("value") if field.kind.many else request.POST.get("value", "")
        control = form_field(catalogue, field, initial_values(catalogue, target)[field.name])
        value = usable_value(field, control, said)
    return value
