"""The administrator's page about the order of sections and fields on page and form, role by role."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.people import known_roles
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.wording import in_words
from hengke.engines.records.custom import definitions, layouts
from hengke.engines.records.custom.layouts import OWN, Layout
from hengke.engines.records.custom.services import SUBJECT
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType, Section
from hengke.kernel.errors import InputError


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, slug: str) -> HttpResponse:
    """The order for one role or for all: looked at, kept, or put back to what ships."""
    grants.require(request.actor, "change", SUBJECT)
    record, role = registry.by_slug(slug), request.GET.get("role", "")
    here = f"{reverse('layout', args=(slug,))}?role={role}" if role else reverse("layout", args=(slug,))
    stored = definitions.known().layouts.get((slug, role))
    layout, wrong = stored, ""
    if request.method == "POST" and "reset" in request.POST:
        layouts.reset(record, role, actor=request.actor)
        messages.success(request, _("Back to what was delivered."))
        return HttpResponseRedirect(here)
    if request.method == "POST":
        layout = layouts.read_form(record, _all(record, stored), request.POST.dict())
        if "save" in request.POST:
            try:
                layouts.save(record, role, layout, actor=request.actor)
            except InputError as error:
                wrong = in_words(error)
            else:
                messages.success(request, _("Saved. It holds from the next request."))
                return HttpResponseRedirect(here)
    return render(request, "records/layouts.html", _context(request, record, role, layout) | {"wrong": wrong})


def _context(request: StaffRequest, record: RecordType, role: str, layout: Layout | None) -> dict[str, Any]:
    sections = _all(record, layout)
    labels = {field.name: field for field in record.fields}
    names = {key: label for key, label, _names in layout.sections} if layout is not None else {}
    hidden = layout.hidden if layout is not None else frozenset()
    shown = layout.arranged(record.sections) if layout is not None else record.sections
    return {
        "title": _("Layout: %(what)s") % {"what": record.label},
        "crumbs": [
            {"label": _("Fields and objects"), "url": reverse("fields")},
            {"label": record.label_plural, "url": reverse("fields_of", args=(record.slug,))},
        ],
        "roles": [("", _("all roles")), *known_roles(request.actor.standing.stamp).items()],
        "role": role,
        "sections": [
            {
                "key": section.key,
                "label": names.get(section.key, ""),
                "usual": section.label,
                "place": place,
                "fields": [
                    (labels[name], at, name in hidden, layouts.may_hide(record, labels[name]))
                    for at, name in enumerate(section.fields, start=1)
                    if name in labels
                ],
            }
            for place, section in enumerate(sections, start=1)
        ],
        "new_key": f"{OWN}{sum(section.key.startswith(OWN) for section in sections) + 1}",
        "preview": [(s.label, [labels[name] for name in s.fields if name in labels]) for s in shown],
        "is_changed": (record.slug, role) in definitions.known().layouts,
        "back_url": reverse("fields_of", args=(record.slug,)),
    }


def _all(record: RecordType, layout: Layout | None) -> list[Section]:
    """Every section with every field, those that are hidden included, in the order of the layout."""
    if layout is None:
        return list(record.sections)
    homes = {name: section.key for section in record.sections for name in section.fields}
    sections = [
        (key, label, (*names, *(name for name in sorted(layout.hidden - {*names}) if homes.get(name) == key)))
        for key, label, names in layout.sections
    ]
    return Layout(tuple(sections)).arranged(record.sections)
