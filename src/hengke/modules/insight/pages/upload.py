"""First step of an import: hand in files, or name a database."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.files import store as files
from hengke.kernel.errors import HengkeError, InputError, NotAllowed
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


class DatabaseForm(forms.Form):
    """A PostgreSQL table or query; the password goes in and never comes back out."""

    source = forms.CharField(label=gettext_lazy("Name of the source"), max_length=60)
    host = forms.CharField(label=gettext_lazy("Server"), max_length=200)
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65_535, initial=5432)
    database = forms.CharField(label=gettext_lazy("Database"), max_length=100)
    user = forms.CharField(label=gettext_lazy("User name"), max_length=100)
    password = forms.CharField(
        label=gettext_lazy("Password"), max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("A user who may only read is enough. The password is not shown again."),
    )  # fmt: skip
    query = forms.CharField(
        label=gettext_lazy("Table or query"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A table's name, or one query that begins with SELECT or WITH."),
    )  # fmt: skip

    def url(self) -> str:
        """The address of the database; every part is quoted, so none can change the meaning of another."""
        said = {name: quote(str(value), safe="") for name, value in self.cleaned_data.items()}
        return (
            f"postgresql://{said['user']}:{said['password']}@{said['host']}:{said['port']}/{said['database']}"
        )


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


@require_http_methods(["GET", "POST"])
def new_database(request: StaffRequest) -> HttpResponse:
    """Name a database; only administrators may make this machine call another one."""
    grants.require(request.actor, "change", IMPORT)
    if not grants.may(request.actor, "change", DATABASE):
        raise NotAllowed("administrators_only", "Only administrators may enter the address of a database.")
    form = DatabaseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                said = form.cleaned_data
                row = sources.prepare_database(
                    actor=request.actor, name=said["source"], url=form.url(), query=said["query"]
                )
                request.session[REFUSED] = []
                return redirect(f"{reverse('import-columns')}?{common.address_of([row])}")
            except HengkeError as error:
                form.add_error(None, words.error(error))
    context = {"title": _("New import"), "form": form, "tabs": _tabs("database"), "steps": steps()}
    return render(request, "insight/imports/database.html", context, status=status)


def steps() -> list[str]:
    """The steps of the wizard."""
    return [_("Choose files"), _("Check columns"), _("Import")]


def _show_files(request: StaffRequest, said: dict[str, Any], status: int = 200) -> HttpResponse:
    known = Source.objects.filter(archived_at=None, is_demo=False, kind=SourceKind.FILE)
    context = {
        "title": _("New import"),
        "tabs": _tabs("files") if grants.may(request.actor, "change", DATABASE) else [],
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


def _tabs(current: str) -> list[dict[str, Any]]:
    tabs = [("files", _("Files"), "import-new"), ("database", _("Database"), "import-database")]
    return [{"label": label, "url": reverse(url), "current": name == current} for name, label, url in tabs]
