"""The administrator's pages about fields: which there are, one new, changed, moved, converted, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.wording import in_words
from hengke.engines.records.custom import conversion, definitions, services
from hengke.engines.records.custom.forms import FieldForm
from hengke.engines.records.custom.kinds import OFFERS
from hengke.engines.records.custom.models import CustomObject
from hengke.engines.records.custom.services import SUBJECT
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole


@require_GET
def objects(request: StaffRequest) -> HttpResponse:
    """Every type of object, with how many fields of the institution's own it has."""
    grants.require(request.actor, "view", SUBJECT)
    found = [
        {
            "record": record,
            "declared": len(record.declared),
            "own": len(definitions.fields_of(record.slug)),
            "url": reverse("fields_of", args=(record.slug,)),
            "pk": getattr(record.model, "made_kind", None),
        }
        for record in registry.all_records()
    ]
    return render(request, "records/fields/objects.html", {
        "title": _("Fields and objects"),
        "objects": found,
        "removed": CustomObject.objects.filter(deleted_at__isnull=False),
        "may_change": grants.may(request.actor, "change", SUBJECT),
    })  # fmt: skip


@require_GET
def of_object(request: StaffRequest, slug: str) -> HttpResponse:
    """The own fields of one type of object, in their order, and those that were taken away."""
    record = _record(request, slug, "view")
    rows = list(CustomField.objects.filter(record=slug))
    live = [row for row in rows if row.deleted_at is None]
    return render(request, "records/fields/list.html", {
        "title": record.label_plural,
        "crumbs": [{"label": _("Fields and objects"), "url": reverse("fields")}],
        "record": record,
        "rows": [(row, OFFERS[row.kind].label, place) for place, row in enumerate(live)],
        "last": len(live) - 1,
        "removed": [(row, OFFERS[row.kind].label) for row in rows if row.deleted_at is not None],
        "offers": list(OFFERS.values()),
        "declared": record.declared,
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, slug: str) -> HttpResponse:
    """A new field of the kind in the address."""
    record = _record(request, slug)
    key = request.GET.get("kind", "")
    if key not in OFFERS:
        raise InputError("field_kind_unknown", "Choose what kind of field it is.")
    form = FieldForm(record, key, None, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.add(record, form.draft(), actor=request.actor)
            messages.success(request, _("The field %(name)s is there.") % {"name": row.name})
            return _back(slug)
        except InputError as error:
            form.add_error(None, in_words(error))
    title = _("New field: %(kind)s") % {"kind": OFFERS[key].label}
    return _form(request, record, form, title)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Everything about a field but its kind."""
    record = _record(request, slug)
    row = _row(slug, pk)
    form = FieldForm(record, row.kind, row, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            event = services.change(record, row, form.draft(), actor=request.actor)
            _said(request, _("Saved."), event)
            return _back(slug)
        except InputError as error:
            form.add_error(None, in_words(error))
    kinds = [OFFERS[key] for key in conversion.possible(row) if key != row.kind or key == "number"]
    return _form(request, record, form, row.name, row=row, offers=kinds)


@require_http_methods(["GET", "POST"])
def kind(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Another kind: the options it needs, then what becomes of the values, then the change itself."""
    record, row = _record(request, slug), _row(slug, pk)
    key = request.GET.get("kind", "")
    if key not in conversion.possible(row):
        raise InputError("field_conversion", "A field of this kind cannot become one of that kind.")
    other = row if row.kind != key else CustomField(record=slug, kind="", options={}, name=row.name)
    form, seen = FieldForm(record, key, other, data=request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            if "sure" in request.POST:
                event = conversion.convert(record, row, form.draft(), actor=request.actor)
                _said(request, _("The field %(name)s has its new kind.") % {"name": row.name}, event)
                return _back(slug)
            seen = conversion.preview(record, row, form.draft())
        except InputError as error:
            form.add_error(None, in_words(error))
    title = _("%(name)s becomes: %(kind)s") % {"name": row.name, "kind": OFFERS[key].label}
    submit = _("Look at what would happen")
    return _form(request, record, form, title, row=row, preview=seen, submit=submit)


@require_POST
def move(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """To another place in the order."""
    record = _record(request, slug)
    to = request.POST.get("to", "")
    if not is_whole(to) or len(to) > 6:
        raise InputError("field_place", "Say where the field should stand.")
    services.move(record, _row(slug, pk), int(to), actor=request.actor)
    return _back(slug)


@require_http_methods(["GET", "POST"])
def remove(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """How many objects hold a value; then the field goes, and can come back with all of them."""
    record, row = _record(request, slug), _row(slug, pk)
    if request.method == "POST":
        event = services.remove(record, row, actor=request.actor)
        _said(request, _("The field %(name)s was removed.") % {"name": row.name}, event)
        return _back(slug)
    return render(request, "records/fields/remove.html", {
        "title": _("Remove the field %(name)s") % {"name": row.name},
        "crumbs": _crumbs(record),
        "used": services.used(record, row),
        "back_url": reverse("fields_of", args=(slug,)),
    })  # fmt: skip


@require_POST
def restore(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """A removed field comes back."""
    record, row = _record(request, slug), _row(slug, pk, removed=True)
    services.restore(record, row, actor=request.actor)
    messages.success(request, _("The field %(name)s is there.") % {"name": row.name})
    return _back(slug)


@require_POST
def undo(request: StaffRequest, event: int) -> HttpResponse:
    """Take back a change of fields."""
    row = services.undo(event, actor=request.actor)
    messages.success(request, _("Undone."))
    return _back(row.record)


def _record(request: StaffRequest, slug: str, action: str = "change") -> RecordType:
    grants.require(request.actor, action, SUBJECT)
    return registry.by_slug(slug)


def _row(slug: str, pk: int, *, removed: bool = False) -> CustomField:
    row = CustomField.objects.filter(pk=pk, record=slug, deleted_at__isnull=not removed).first()
    if row is None:
        raise NotFound("field_not_found", "There is no such field any more.")
    return row


def _form(
    request: StaffRequest, record: RecordType, form: FieldForm, title: str, **more: Any
) -> HttpResponse:
    context = {"title": title, "crumbs": _crumbs(record), "form": form, "record": record,
               "cancel_url": reverse("fields_of", args=(record.slug,))}  # fmt: skip
    return render(request, "records/fields/form.html", context | more)


def _crumbs(record: RecordType) -> list[dict[str, str]]:
    return [
        {"label": _("Fields and objects"), "url": reverse("fields")},
        {"label": record.label_plural, "url": reverse("fields_of", args=(record.slug,))},
    ]


def _said(request: StaffRequest, words: str, event: Any) -> None:
    undo_url = f"undo={reverse('fields_undo', args=(event.pk,))}" if event is not None else ""
    messages.success(request, words, extra_tags=undo_url)


def _back(slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("fields_of", args=(slug,)))
