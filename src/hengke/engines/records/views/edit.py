"""Make, change, delete, and take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.records import services
from hengke.engines.records.catalogue import Catalogue
from hengke.engines.records.forms import RecordForm, differences, writable
from hengke.engines.records.similar import provider_of
from hengke.engines.records.views.common import address, found, opened
from hengke.kernel.errors import Conflict, NotAllowed


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, slug: str) -> HttpResponse:
    """The form for a new object; parameters named like fields fill it in."""
    catalogue = opened(request, slug, "add")
    form = RecordForm(catalogue, None, data=request.POST or None, initial=_from_address(catalogue, request))
    if request.method == "POST" and form.is_valid():
        target = catalogue.record.create(actor=request.actor, values=form.values())
        messages.success(request, _("%(name)s was added.") % {"name": target})
        return HttpResponseRedirect(address(catalogue.record, "page", target.pk))
    title = _("New: %(what)s") % {"what": catalogue.record.label}
    return _show(request, catalogue, form, title, address(catalogue.record, "list"))


def _from_address(catalogue: Catalogue, request: StaffRequest) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for field in writable(catalogue):
        text = request.GET.get(field.name, "")
        if text:
            given[field.name] = field.kind.read(text)
    return given


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """The form of an object; who saves second sees what differs, and nothing is overwritten silently."""
    catalogue = opened(request, slug)
    target = found(catalogue, pk)
    if not catalogue.rows("change").filter(pk=pk).exists():
        raise NotAllowed("not_allowed", "Your role does not allow this. Ask an administrator if you need it.")
    form = RecordForm(catalogue, target, data=request.POST or None)
    page = address(catalogue.record, "page", pk)
    differing: list[tuple[str, str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            catalogue.record.update(actor=request.actor, target=target, values=form.values(), version=version)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(page)
        except Conflict:
            differing = differences(form, target)
            entered: Any = form.data.copy()  # type: ignore[attr-defined]
            entered["version"] = str(target.version)
            form.data = entered
    status = 409 if differing else 200
    return _show(
        request, catalogue, form, str(target), page, differing=differing, target=target, status=status
    )


def _show(
    request: StaffRequest, catalogue: Catalogue, form: RecordForm, title: str, cancel_url: str, *,
    differing: list[tuple[str, str, str]] | None = None, target: Any = None, status: int = 200,
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


@require_POST
def undo(request: StaffRequest, event: int) -> HttpResponse:
    """Take one change back and return to where the button was."""
    services.undo(event, actor=request.actor)
    messages.success(request, _("Undone."))
    back = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(back if safe else "/")
