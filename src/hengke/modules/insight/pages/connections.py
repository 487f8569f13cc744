"""First step of an import from elsewhere: name a database or a web service; read a known one again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import HengkeError, NotAllowed, NotFound
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.pages import common, upload, words
from hengke.modules.insight.pages.common import DATABASE, IMPORT
from hengke.modules.insight.services import connecting

if TYPE_CHECKING:
    from hengke_analytics.warehouse.reading import Paging

PORTS = {"postgresql": 5432, "mysql": 3306}
_SINCE = gettext_lazy(
    "{since} stands for the day of the last reading, so that only what changed is fetched: "
    "WHERE changed_on >= {since}."
)
_DAILY = gettext_lazy("Read again every day")


class DatabaseForm(forms.Form):
    """A table or query of a server; the password goes in and never comes back out."""

    source = forms.CharField(label=gettext_lazy("Name of the source"), max_length=60)
    system = forms.ChoiceField(
        label=gettext_lazy("System"), required=False, initial="postgresql",
        choices=[("postgresql", "PostgreSQL"), ("mysql", "MySQL / MariaDB")],
    )  # fmt: skip
    host = forms.CharField(label=gettext_lazy("Server"), max_length=200)
    port = forms.IntegerField(
        label=gettext_lazy("Port"), min_value=1, max_value=65_535, required=False,
        help_text=gettext_lazy("Empty: 5432 for PostgreSQL, 3306 for MySQL."),
    )  # fmt: skip
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
    daily = forms.BooleanField(label=_DAILY, required=False, help_text=_SINCE)

    def url(self) -> str:
        """The address of the database; every part is quoted, so none can change the meaning of another."""
        said = {name: quote(str(value), safe="") for name, value in self.cleaned_data.items()}
        system = self.cleaned_data["system"] or "postgresql"
        port = self.cleaned_data["port"] or PORTS[system]
        return f"{system}://{said['user']}:{said['password']}@{said['host']}:{port}/{said['database']}"

    def prepare(self, request: StaffRequest) -> Import:
        """The draft of what was named."""
        said = self.cleaned_data
        return connecting.prepare_database(
            actor=request.actor, name=said["source"], url=self.url(), query=said["query"], daily=said["daily"]
        )


class ServiceForm(forms.Form):
    """A web service that gives records as JSON; the token goes in and never comes back out."""

    source = forms.CharField(label=gettext_lazy("Name of the source"), max_length=60)
    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=1_000, widget=forms.TextInput(attrs={"placeholder": "https://"}),
        help_text=gettext_lazy(
            "With all parameters that stay the same. {since} stands for the day of the last reading."
        ),
    )  # fmt: skip
    header = forms.RegexField(
        r"^[A-Za-z0-9-]+$", label=gettext_lazy("Header of the token"), max_length=60, required=False,
        initial="Authorization",
    )  # fmt: skip
    token = forms.RegexField(
        r"^[\x20-\x7e]*$", label=gettext_lazy("Token"), max_length=2_000, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("As the service wants it, for example Bearer 123. It is not shown again."),
    )  # fmt: skip
    style = forms.ChoiceField(
        label=gettext_lazy("Next page"), required=False, initial="auto",
        choices=[
            ("auto", gettext_lazy("find out from the first answer")), ("none", gettext_lazy("there is only one")),
            ("page", gettext_lazy("by number of the page")), ("offset", gettext_lazy("by number of records passed")),
            ("cursor", gettext_lazy("by a mark in the answer")), ("link", gettext_lazy("by a link in the answer")),
        ],
    )  # fmt: skip
    parameter = forms.RegexField(
        r"^[\w.\[\]-]*$", label=gettext_lazy("Parameter of the page"), max_length=60, required=False,
        help_text=gettext_lazy("Empty: page, offset or cursor."),
    )  # fmt: skip
    size_parameter = forms.RegexField(
        r"^[\w.\[\]-]*$", label=gettext_lazy("Parameter of the size"), max_length=60, required=False
    )
    size = forms.IntegerField(
        label=gettext_lazy("Records of a page"), min_value=1, max_value=100_000, required=False
    )
    daily = forms.BooleanField(label=_DAILY, required=False)

    def prepare(self, request: StaffRequest) -> Import:
        """The draft of what was named."""
        said = self.cleaned_data
        headers = {said["header"]: said["token"]} if said["header"] and said["token"] else {}
        return connecting.prepare_service(
            actor=request.actor, name=said["source"], url=said["url"], headers=headers, paging=self.paging(),
            daily=said["daily"],
        )  # fmt: skip

    def paging(self) -> Paging:
        """How pages are asked for."""
        from hengke_analytics.warehouse.reading import Paging

        said = self.cleaned_data
        return Paging(said["style"] or "auto", said["parameter"], said["size_parameter"], said["size"] or 0)


@require_http_methods(["GET", "POST"])
def new_database(request: StaffRequest) -> HttpResponse:
    """Name a database; only administrators may make this machine call another one."""
    _check(request)
    return _answer(request, DatabaseForm(request.POST or None), "database", _("Database of another system"))


@require_http_methods(["GET", "POST"])
def new_service(request: StaffRequest) -> HttpResponse:
    """Name a web service; only administrators may."""
    _check(request)
    return _answer(
        request, ServiceForm(request.POST or None), "service", _("Web service with records as JSON")
    )


@require_POST
def read_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Read a connected source once more, in the way of its last reading."""
    grants.require(request.actor, "change", IMPORT)
    source = Source.objects.filter(pk=pk, archived_at=None).first()
    if source is None:
        raise NotFound("source_not_found", "There is no such source.")
    job = connecting.read_again(source, actor=request.actor)
    row = Import.objects.get(job=job)
    return redirect(f"{reverse('import-progress')}?{common.address_of([row])}")


def _check(request: StaffRequest) -> None:
    grants.require(request.actor, "change", IMPORT)
    if not grants.may(request.actor, "change", DATABASE):
        raise NotAllowed("administrators_only", "Only administrators may enter the address of a database.")


def _answer(request: StaffRequest, form: Any, tab: str, heading: str) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                row = form.prepare(request)
                request.session[upload.REFUSED] = []
                return redirect(f"{reverse('import-columns')}?{common.address_of([row])}")
            except HengkeError as error:
                form.add_error(None, words.error(error))
    context = {
        "title": _("New import"), "form": form, "tabs": upload.tabs(tab), "steps": upload.steps(), "heading": heading,
        "is_database": tab == "database",
    }  # fmt: skip
    return render(request, "insight/imports/connection.html", context, status=status)
