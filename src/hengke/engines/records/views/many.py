"""One change to many objects: choose what, look at what would happen, do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hengke.engines.access import grants
from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import queue
from hengke.engines.records.reading import listing
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Reference
from hengke.engines.records.schema.kinds_tags import Tags
from hengke.engines.records.tasks import MANY
from hengke.engines.records.views.common import address, may, opened
from hengke.engines.records.writing import many
from hengke.engines.records.writing.forms import form_field
from hengke.engines.records.writing.many import Preview, Selection
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole

AT_ONCE = 1_000


@require_POST
def change(request: StaffRequest, slug: str) -> HttpResponse:
    """Fields and values to choose (step empty), the preview, or the run."""
    catalogue = opened(request, slug)
    if not (may(catalogue, "change") or may(catalogue, "assign")):
        grants.require(request.actor, "change", catalogue.record.subject)
    selection = _selection(request, catalogue)
    step = request.POST.get("step", "")
    if not step:
        return _choose(request, selection)
    raw = _raw(request, catalogue)
    changes = many.read_changes(catalogue, raw)
    seen = many.preview(selection, changes)
    if step == "run" and _expected(request, seen):
        return _run(request, selection, seen, raw)
    return _show(request, selection, seen, raw, address(catalogue.record, "many"))


@require_POST
def remove(request: StaffRequest, slug: str) -> HttpResponse:
    """The preview of a deletion, or the deletion."""
    catalogue = opened(request, slug, "delete")
    selection = _selection(request, catalogue)
    seen = many.preview(selection, (), actions=("delete",))
    if request.POST.get("step") == "run" and _expected(request, seen):
        return _run(request, selection, seen, None)
    return _show(request, selection, seen, None, address(catalogue.record, "many_delete"))


def hand_over(request: StaffRequest, catalogue: Catalogue, owner: str) -> HttpResponse:
    """The preview of handing over everything that fits the list."""
    raw = [{"field": "owner", "how": "set", "value": owner}]
    selection = _selection(request, catalogue)
    seen = many.preview(selection, many.read_changes(catalogue, raw))
    return _show(request, selection, seen, raw, address(catalogue.record, "many"))


def _selection(request: StaffRequest, catalogue: Catalogue) -> Selection:
    if request.POST.get("all"):
        selection = Selection(catalogue, None, urlencode(_state(request)))
        selection.rows()  # a malformed list is refused before anything is shown
        return selection
    ids = [int(text) for text in request.POST.getlist("ids") if is_whole(text) and len(text) < 19]
    if not ids or len(ids) > listing.COUNT_LIMIT:
        raise InputError("nothing_chosen", "Choose between 1 and {n} entries first.", n=listing.COUNT_LIMIT)
    return Selection(catalogue, tuple(ids))


def _state(request: StaffRequest) -> list[tuple[str, str]]:
    return [(key, str(value)) for key, value in request.POST.items() if key in listing.STATE]


def _raw(request: StaffRequest, catalogue: Catalogue) -> list[dict[str, str]]:
    """The changes as the form names them; fields without a "how" stay as they are."""
    found = []
    for field in many.changeable(catalogue):
        how = request.POST.get(f"how-{field.name}", "")
        if how:
            found.append(
                {"field": field.name, "how": how, "value": request.POST.get(f"value-{field.name}", "")}
            )
    return found


def _expected(request: StaffRequest, seen: Preview) -> bool:
    """Whether what would be changed is still as many as the preview said."""
    return request.POST.get("expected") == str(seen.changing)


def _choose(request: StaffRequest, selection: Selection) -> HttpResponse:
    catalogue = selection.catalogue
    fields = [
        {
            "field": field,
            "tags": isinstance(field.kind, Tags),
            "control": _control(catalogue, field),
        }
        for field in many.changeable(catalogue)
    ]
    context = _frame(request, selection) | {"fields": fields, "url": address(catalogue.record, "many")}
    return render(request, "records/many.html", context | {"count": selection.rows().count()})


def _control(catalogue: Catalogue, field: Field) -> str:
    name, attributes = f"value-{field.name}", {"id": f"value-{field.name}", "aria-label": str(field.label)}
    if isinstance(field.kind, Reference) and field.kind.model is User:
        from django.forms import Select

        people = many.owners(catalogue).order_by("name").values_list("pk", "name")
        return str(Select(choices=list(people)).render(name, None, attributes))
    return str(form_field(catalogue, field).widget.render(name, None, attributes))


def _show(
    request: StaffRequest, selection: Selection, seen: Preview, raw: Sequence[dict[str, str]] | None, url: str
) -> HttpResponse:
    context = _frame(request, selection) | {"seen": seen, "raw": raw, "url": url, "deleting": raw is None}
    return render(request, "records/many_preview.html", context)


def _frame(request: StaffRequest, selection: Selection) -> dict[str, Any]:
    record = selection.catalogue.record
    state = urlencode(_state(request))
    back = address(record, "list") + (f"?{state}" if state else "")
    return {
        "record": record,
        "title": _("Change several"),
        "crumbs": [{"label": record.label_plural, "url": back}],
        "cancel_url": back,
        "hidden": _state(request),
        "ids": selection.ids,
    }


def _run(
    request: StaffRequest, selection: Selection, seen: Preview, raw: Sequence[dict[str, str]] | None
) -> HttpResponse:
    back = _frame(request, selection)["cancel_url"]
    if seen.changing > AT_ONCE:
        title = selection.catalogue.record.label_plural
        job = queue.enqueue(
            MANY, title=title, actor=request.actor, selection=selection.as_json(), changes=raw
        )
        return redirect("job", job.pk)
    changes = None if raw is None else many.read_changes(selection.catalogue, raw)
    done = many.remove(selection) if changes is None else many.edit(selection, changes)
    words = (
        ngettext("%(n)d entry deleted.", "%(n)d entries deleted.", done["changed"])
        if raw is None
        else ngettext("%(n)d entry changed.", "%(n)d entries changed.", done["changed"])
    )
    undo = f"undo=/undo/{done['event']}" if done["event"] else ""
    messages.success(request, words % {"n": done["changed"]}, extra_tags=undo)
    for reason in done["reasons"]:
        messages.warning(request, reason)
    return HttpResponseRedirect(back)
