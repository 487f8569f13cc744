"""Make, change, delete, and take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema.similar import provider_of
from hengke.engines.records.views.common import address, found, is_fragment, opened
from hengke.engines.records.writing import conflicts
from hengke.engines.records.writing.conflicts import Difference
from hengke.engines.records.writing.forms import (
    PageForm,
    RecordForm,
    ReferenceField,
    initial_values,
    usual_values,
    writable,
)
from hengke.kernel.errors import InputError, NotAllowed
from hengke.kernel.numbers import is_whole


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, slug: str) -> HttpResponse:
    """The form for a new object; parameters named like fields fill it in."""
    catalogue = opened(request, slug, "add")
    if is_fragment(request):
        return _quick(request, catalogue)
    initial = _from_address(catalogue, request)
    form = PageForm(catalogue, None, data=request.POST or None, files=request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            target = catalogue.record.create(actor=request.actor, values=form.values())
        except InputError as error:
            form.refuse(error)
        else:
            messages.success(request, _("%(name)s was added.") % {"name": target})
            return HttpResponseRedirect(address(catalogue.record, "page", target.pk))
    title = _("New: %(what)s") % {"what": catalogue.record.label}
    return _show(request, catalogue, form, title, address(catalogue.record, "list"))


def _quick(request: StaffRequest, catalogue: Catalogue) -> HttpResponse:
    """A short form inside another one; once stored, the word by which the new object is entered there."""
    record = catalogue.record
    initial = usual_values(catalogue) | _from_address(catalogue, request)
    data = {**usual_values(catalogue), **request.POST.dict()} if request.method == "POST" else None
    files = request.FILES or None
    form = RecordForm(catalogue, None, data=data, files=files, initial=initial, auto_id="quick_%s")
    if data is not None and form.is_valid():
        try:
            target = record.create(actor=request.actor, values=form.values())
        except InputError as error:
            form.refuse(error)
        else:
            return JsonResponse({"word": ReferenceField(catalogue).word_of(target), "title": str(target)})
    _section, fields = next(iter(form.sections()))
    needed = [form[name] for name, field in form.fields.items() if field.required or name in form.errors]
    context = {
        "form": form,
        "fields": [*fields, *(bound for bound in needed if bound.name not in {one.name for one in fields})],
        "title": _("New: %(what)s") % {"what": record.label},
        "url": address(record, "new"),
    }
    return render(request, "records/quick_part.html", context)


def _from_address(catalogue: Catalogue, request: StaffRequest) -> dict[str, Any]:
    given: dict[str, Any] = _copied(catalogue, request.GET.get("from", ""))
    for field in writable(catalogue):
        text = request.GET.get(field.name, "")
        if text:
            given[field.name] = field.kind.read(text)
    return given


def _copied(catalogue: Catalogue, key: str) -> dict[str, Any]:
    """What a copy of another object starts with: everything that a person may enter; it gets its own number."""
    if not is_whole(key) or len(key) > 18:
        return {}
    return initial_values(catalogue, found(catalogue, int(key)))


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """The form of an object; who saves second chooses where both changed, and nothing is overwritten silently."""
    catalogue = opened(request, slug)
    target = found(catalogue, pk)
    if not catalogue.rows("change").filter(pk=pk).exists():
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    form = PageForm(catalogue, target, data=request.POST or None, files=request.FILES or None)
    page = address(catalogue.record, "page", pk)
    differing: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            differing = _save(request, catalogue, form, target)
        except InputError as error:
            form.refuse(error)
        else:
            if not differing:
                return HttpResponseRedirect(page)
    base = (
        request.POST.get("base", "") if form.is_bound and not differing else conflicts.pack(catalogue, target)
    )
    status = 409 if differing else 200
    return _show(
        request,
        catalogue,
        form,
        str(target),
        page,
        differing=differing,
        target=target,
        status=status,
        base=base,
    )


def _save(request: StaffRequest, catalogue: Catalogue, form: RecordForm, target: Any) -> list[Difference]:
    """Store what the person changed; the fields to choose between when somebody else changed them too."""
    base = conflicts.unpack(catalogue, target, request.POST.get("base", ""))
    entered = conflicts.chosen(form.values(), base, request.POST.dict())
    mine, version = conflicts.own_changes(entered, base), form.cleaned_data["version"] or 0
    if version != target.version:
        stored = initial_values(catalogue, target)
        names = conflicts.both_changed(catalogue, stored, base, mine)
        if names:
            # The controls show both together: theirs where only they changed, the person's own elsewhere.
            together = {name: value for name, value in stored.items() if name not in mine}
            form.show(together | {"version": target.version})
            return conflicts.describe(form, names, stored, base, mine)
        if base is not None:
            messages.info(request, _("Somebody else changed other fields meanwhile; both changes were kept."))
    catalogue.record.update(actor=request.actor, target=target, values=mine, version=target.version)
    messages.success(request, _("Saved."))
    return []


def _show(
    request: StaffRequest, catalogue: Catalogue, form: RecordForm, title: str, cancel_url: str, *,
    differing: list[Difference] | None = None, target: Any = None, status: int = 200, base: str = "",
) -> HttpResponse:  # fmt: skip
    record = catalogue.record
    crumbs = [{"label": record.label_plural, "url": address(record, "list")}]
    if target is not None:
        crumbs.append({"label": str(target), "url": cancel_url})
    context = {
        "record": record,
        "title": title if target is None else _("Edit"),
        "crumbs": crumbs,
        "form": form,
        "base": base,
        "differing": differing,
        "cancel_url": cancel_url,
        "similar_url": address(record, "similar") if target is None and provider_of(record.slug) else "",
    }
    return render(request, "records/form.html", context, status=status)


@require_GET
def similar(request: StaffRequest, slug: str) -> HttpResponse:
    """Fragment: objects that may be the one being typed."""
    catalogue = opened(request, slug, "add")
    names = {field.name for field in writable(catalogue)}
    values = {name: value.strip()[:200] for name, value in request.GET.dict().items() if name in names}
    provider = provider_of(slug)
    typed = values.get(catalogue.record.title_field.name, "")
    found_ones = provider(request.actor, values) if provider is not None and len(typed) > 1 else ()
    return render(request, "records/similar_part.html", {"similar": found_ones})


@require_POST
def delete(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Into the recycle bin, with a way back."""
    catalogue = opened(request, slug)
    target = found(catalogue, pk)
    event = catalogue.record.delete(actor=request.actor, target=target)
    messages.success(
        request, _("%(name)s was deleted.") % {"name": target}, extra_tags=f"undo=/undo/{event.pk}"
    )
    return HttpResponseRedirect(address(catalogue.record, "list"))
