"""First step of an import: hand in files."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.files import store as files
from hengke.kernel.errors import HengkeError, InputError
from hengke.modules.insight.enums import SourceKind
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.pages import common, words
from hengke.modules.insight.pages.common import DATABASE, IMPORT
from hengke.modules.insight.services import sources

ACCEPT = (
    ".csv,.tsv,.txt,.gz,.xlsx,.xls,.dbf,.json,.jsonl,.ndjson,.xml,.html,.htm,.parquet,.sqlite,.sqlite3,.db"
)
REFUSED = "refused_files"
"""Key in the session: what the last upload could not take, shown beside what it could."""


@require_http_methods(["GET", "POST"])
def new_files(request: StaffRequest) -> HttpResponse:
    """Hand in several files at once; those that cannot be used are named, the others go on."""
    grants.require(request.actor, "change", IMPORT)
    if request.method == "GET":
        return _show_files(request, {"source": _usual_source()})
    given = request.FILES.getlist("files")
    name = request.POST.get("source", "")
    if not given:
        return _show_files(request, {"source": name, "problem": _("Choose at least one file.")}, status=400)
    try:
        source = sources.source_named(name, actor=request.actor)
    except HengkeError as error:
        return _show_files(request, {"source": name, "problem": words.error(error)}, status=400)
    rows, refused = _take(request, source, given)
    request.session[REFUSED] = refused
    if not rows:
        return _show_files(request, {"source": name, "refused": refused}, status=400)
    return redirect(f"{reverse('import-columns')}?{common.address_of(rows)}")


def steps() -> list[str]:
    """The steps of the wizard."""
    return [_("Choose files"), _("Check columns"), _("Import")]


def _show_files(request: StaffRequest, said: dict[str, Any], status: int = 200) -> HttpResponse:
    known = Source.objects.filter(archived_at=None, is_demo=False, kind=SourceKind.FILE)
    context = {
        "title": _("New import"),
        "tabs": tabs("files") if grants.may(request.actor, "change", DATABASE) else [],
        "steps": steps(),
        "known": list(known.values_list("name", flat=True)),
        "accept": ACCEPT,
        "hint": _(
            "xlsx, xls, csv, tsv, dbf, json, xml, html, Parquet or SQLite, csv also as .gz; at most %(limit)d MB each"
        )
        % {"limit": settings.MAX_UPLOAD_BYTES >> 20},
        **said,
    }
    return render(request, "insight/imports/new.html", context, status=status)


def _take(request: StaffRequest, source: Source, given: list[Any]) -> tuple[list[Import], list[list[str]]]:
    """Drafts of the files that can be read, and (name, reason) of the others."""
    rows, refused = [], []
    for upload in given:
        name = str(upload.name)
        try:
            digest = files.store(upload.chunks())
            rows.append(sources.prepare_file(actor=request.actor, source=source, digest=digest, name=name))
        except InputError as error:
            refused.append([name, words.error(error)])
    return rows, refused


def _usual_source() -> str:
    """The source that was used last, else a name to begin with."""
    own = Source.objects.filter(is_demo=False, archived_at=None, kind=SourceKind.FILE)
    return Import.objects.filter(source__in=own).order_by("-pk").values_list(
        "source__name", flat=True
    ).first() or _("Ledger")


def tabs(current: str) -> list[dict[str, Any]]:
    """The kinds of source that can be named."""
    known = [
        ("files", _("Files"), "import-new"), ("database", _("Database"), "import-database"),
        ("service", _("Web service"), "import-service"),
    ]  # fmt: skip
    return [{"label": label, "url": reverse(url), "current": name == current} for name, label, url in known]
