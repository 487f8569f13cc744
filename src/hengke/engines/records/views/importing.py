"""Import of one kind of object: hand in, pair columns, look at every error, take what is right."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hengke.engines.access.requests import StaffRequest
from hengke.engines.jobs import words
from hengke.engines.jobs.models import Job
from hengke.engines.records.importing import job as importing
from hengke.engines.records.importing import tables
from hengke.engines.records.importing.columns import importable, pairing, propose
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.preferences import remember_pairing, remembered_pairing
from hengke.engines.records.schema import registry
from hengke.engines.records.views.common import address, is_fragment, opened
from hengke.kernel.errors import InputError, NotFound
from hengke.kernel.numbers import is_whole

words.say(
    importing.KIND,
    words.Words(
        gettext_lazy("Import of a list"),
        url=lambda job: address(registry.by_slug(job.arguments["slug"]), "import_job", job.pk),
        url_label=gettext_lazy("To the import"),
        notice="import",
    ),
)


@require_http_methods(["GET", "POST"])
def upload(request: StaffRequest, slug: str) -> HttpResponse:
    """First step: choose a file."""
    catalogue = opened(request, slug, "import")
    if request.method == "POST":
        file = request.FILES.get("files")
        if file is None:
            raise InputError("file_missing", "Choose a file first.")
        token = tables.store(file.chunks(), request.actor.user_id)
        request.session[f"upload-{token}"] = str(file.name)[:100]
        return HttpResponseRedirect(address(catalogue.record, "import_columns", token))
    context = {
        "record": catalogue.record,
        "title": _title(catalogue),
        "crumbs": _crumbs(catalogue),
        "fields": importable(catalogue),
    }
    return render(request, "records/import.html", context)


@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, slug: str, token: str) -> HttpResponse:
    """Second step: say what each column means; sends the dry run on its way."""
    catalogue = opened(request, slug, "import")
    path, name = tables.stored(token, request.actor.user_id), request.session.get(f"upload-{token}", "")
    if request.method == "POST":
        mapping = {
            int(k[7:]): v
            for k, v in request.POST.dict().items()
            if k.startswith("column-") and is_whole(k[7:]) and v
        }
        row = importing.start(catalogue, upload=token, name=name, mapping=mapping, dry=True)
        remember_pairing(catalogue, request.user, pairing(tables.reader().head(path, name).headers, mapping))
        return HttpResponseRedirect(address(catalogue.record, "import_job", row.pk))
    head = tables.reader().head(path, name)
    proposed = propose(catalogue, head.headers, remembered_pairing(catalogue, request.user))
    return render(request, "records/import_columns.html", {
        "record": catalogue.record,
        "title": _title(catalogue),
        "crumbs": _crumbs(catalogue),
        "name": name,
        "note": head.note,
        "columns": [(number, header, proposed.get(number, "")) for number, header in enumerate(head.headers)],
        "fields": importable(catalogue),
        "sample": head.sample[:50],
    })  # fmt: skip


@require_GET
def job_page(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Third step: what the rows would become, or became."""
    catalogue = opened(request, slug, "import")
    row = _job(request, slug, pk)
    context = {
        "record": catalogue.record,
        "title": _title(catalogue),
        "crumbs": _crumbs(catalogue),
        "row": row,
        "result": row.result,
        "progress": _progress(catalogue, row),
        "urls": {
            name: address(catalogue.record, f"import_{name}", pk) for name in ("job", "start", "errors")
        },
    }
    return render(
        request,
        "records/import_job_part.html" if is_fragment(request) else "records/import_job.html",
        context,
    )


@require_POST
def start(request: StaffRequest, slug: str, pk: int) -> HttpResponse:
    """Fourth step: store the rows that are right."""
    catalogue = opened(request, slug, "import")
    given = _job(request, slug, pk).arguments
    mapping = {int(number): field for number, field in given["mapping"].items()}
    row = importing.start(catalogue, upload=given["upload"], name=given["name"], mapping=mapping, dry=False)
    return HttpResponseRedirect(address(catalogue.record, "import_job", row.pk))


@require_GET
def errors(request: StaffRequest, slug: str, pk: int) -> HttpResponseBase:
    """The rejected rows as a file, to be mended and handed in again."""
    opened(request, slug, "import")
    row = _job(request, slug, pk)
    response = StreamingHttpResponse(
        importing.error_lines(row.arguments["upload"], request.actor), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}-errors.csv"'
    return response


def _job(request: StaffRequest, slug: str, pk: int) -> Job:
    row = Job.objects.filter(
        pk=pk, kind=importing.KIND, actor_id=request.actor.user_id, arguments__slug=slug
    ).first()
    if row is None:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    return row


def _progress(catalogue: Catalogue, row: Job) -> dict[str, Any]:
    return {
        "id": row.pk,
        "label": row.title,
        "percent": None if not row.is_over else 100,
        "state": {"failed": "bad", "done": "ok"}.get(row.state, ""),
        "text": words.progress(row),
        "fragment_url": address(catalogue.record, "import_job", row.pk),
        "running": not row.is_over,
    }


def _title(catalogue: Catalogue) -> str:
    return _("Import: %(what)s") % {"what": catalogue.record.label_plural}


def _crumbs(catalogue: Catalogue) -> list[dict[str, str]]:
    return [{"label": catalogue.record.label_plural, "url": address(catalogue.record, "list")}]
