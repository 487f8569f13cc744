"""The administrator's pages about objects of the institution's own: new, changed, taken away, brought back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import grants
from hengke.engines.access.people import known_roles
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.wording import in_words
from hengke.engines.records.custom import objects
from hengke.engines.records.custom.models import CustomObject
from hengke.engines.records.custom.object_forms import ObjectForm
from hengke.engines.records.custom.services import SUBJECT
from hengke.engines.records.schema.addresses import address
from hengke.kernel.errors import InputError, NotFound

GRANTS = "access.grant"


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """What the object is and, by somebody who may give rights, which role may do what with it."""
    grants.require(request.actor, "change", SUBJECT)
    may_grant = grants.may(request.actor, "change", GRANTS)
    roles = known_roles(request.actor.standing.stamp) if may_grant else {}
    form = ObjectForm(None, roles, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = objects.add(form.draft(), actor=request.actor, rights=form.rights())
        except InputError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("%(name)s is there. Now give it its fields.") % {"name": row.name})
            return HttpResponseRedirect(reverse("fields_of", args=(row.slug,)))
    return _form(request, form, _("New object"), may_grant=may_grant)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Other names, icon or numbers."""
    grants.require(request.actor, "change", SUBJECT)
    row = objects.live(pk)
    form = ObjectForm(row, {}, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            objects.change(row, form.draft(), actor=request.actor)
        except InputError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("fields"))
    return _form(request, form, row.name, row=row)


@require_http_methods(["GET", "POST"])
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """What stands in the object; then it goes, and can come back with all of it."""
    grants.require(request.actor, "change", SUBJECT)
    row = objects.live(pk)
    if request.method == "POST":
        objects.remove(row, actor=request.actor)
        back = reverse("object_restore", args=(row.pk,))
        words = _("%(name)s was removed.") % {"name": row.name}
        messages.success(request, words, extra_tags=f"undo={back}")
        return HttpResponseRedirect(reverse("fields"))
    return render(request, "records/objects/remove.html", {
        "title": _("Remove %(name)s") % {"name": row.name},
        "crumbs": [{"label": _("Fields and objects"), "url": reverse("fields")}],
        "contents": objects.contents(row),
        "back_url": reverse("fields"),
    })  # fmt: skip


@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """A removed object comes back."""
    grants.require(request.actor, "change", SUBJECT)
    row = CustomObject.objects.filter(pk=pk, deleted_at__isnull=False).first()
    if row is None:
        raise NotFound("object_unknown", "There is no such object any more.")
    objects.restore(row, actor=request.actor)
    messages.success(request, _("%(name)s is back.") % {"name": row.name})
    return HttpResponseRedirect(reverse("fields"))


def _form(
    request: StaffRequest,
    form: ObjectForm,
    title: str,
    *,
    row: CustomObject | None = None,
    may_grant: bool = False,
) -> HttpResponse:
    return render(request, "records/objects/form.html", {
        "title": title,
        "crumbs": [{"label": _("Fields and objects"), "url": reverse("fields")}],
        "form": form,
        "row": row,
        "list_url": address(row.slug, "list") if row is not None else "",
        "may_grant": may_grant,
        "cancel_url": reverse("fields"),
    })  # fmt: skip
