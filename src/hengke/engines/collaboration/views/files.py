"""Files of a record. Whatever is handed out or shown, the rights on the record are asked each time."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.wording import in_words
from hengke.engines.collaboration import panels, subjects
from hengke.engines.collaboration.models import Attachment
from hengke.engines.collaboration.services import attaching
from hengke.engines.collaboration.subjects import Subject
from hengke.engines.files import serving
from hengke.engines.files.naming import safe_name
from hengke.kernel.errors import InputError

AT_ONCE = 50


@require_http_methods(["GET", "POST"])
def files(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """The panel as a fragment; a POST puts files on the record and names those that were refused."""
    subject = subjects.by_slug(slug, pk, request.actor)
    if request.method == "GET":
        context = {**(panels.files(request.actor, subject.target) or {}), "object": subject.target}
        return render(request, "collaboration/files.html", {**context, "panel": {"label": _("Files")}})
    subject.require("change")
    added, refused = _take(subject, request.FILES.getlist("files")[:AT_ONCE])
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"added": added, "refused": refused}, status=200 if added or not refused else 400)
    for words in refused:
        messages.error(request, words)
    return redirect(subject.url)


def _take(subject: Subject, given: list[Any]) -> tuple[list[str], list[str]]:
    """Names of the files that were stored, and a sentence for each that was not."""
    added, refused = [], []
    for upload in given:
        try:
            added.append(attaching.attach(subject, str(upload.name), upload.chunks()).name)
        except InputError as error:
            refused.append(f"{safe_name(str(upload.name))}: {in_words(error)}")
    return added, refused


@require_GET
def download(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A version as a file to keep, never as a page."""
    version = attaching.version(pk, request.actor)
    return serving.handed_out(version.digest, version.attachment.name, version.kind)


@require_GET
def show(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A picture, a PDF or text inside the page's frame; NotFound for every other type."""
    version = attaching.version(pk, request.actor)
    if version.kind not in serving.SHOWN:
        raise subjects.gone()
    return serving.shown(version.digest, version.attachment.name, version.kind)


@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a file off the record, with a way back."""
    file = attaching.found(pk, request.actor)
    attaching.delete(file, actor=request.actor)
    restore_url = reverse("file-restore", args=(pk,))
    messages.success(
        request, _("%(name)s was deleted.") % {"name": file.name}, extra_tags=f"undo={restore_url}"
    )
    return _back(request, file)


@require_POST
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring a file back."""
    file = attaching.found(pk, request.actor, deleted=True)
    attaching.restore(file, actor=request.actor)
    return _back(request, file)


def _back(request: StaffRequest, file: Attachment) -> HttpResponse:
    return redirect(subjects.of(file, request.actor).url)
