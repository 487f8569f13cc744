"""Export of a list."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hengke.engines.access.leaks import exporting
from hengke.engines.access.models import User
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading import export
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.reading.preferences import chosen_columns
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.views.common import address, opened
from hengke.engines.records.views.frame import hidden
from hengke.kernel import clock
from hengke.kernel.errors import InputError

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


@require_http_methods(["GET", "POST"])
def export_list(request: StaffRequest, slug: str) -> HttpResponseBase:
    """The list in its present state as a file; needs the right and leaves an event. GET: which form and columns."""
    catalogue = opened(request, slug, "export")
    if request.method == "GET":
        return _choose(request, catalogue)
    if (asked := exporting.ask_reason(request)) is not None:
        return asked
    params = request.POST.copy()
    form = params.pop("form", ["xlsx"])[0]
    wanted = params.pop("columns", ["list"])[0]
    names = params.pop("column", [])
    for name in ("csrfmiddlewaretoken", exporting.REASON):
        params.pop(name, None)
    if form not in TYPES:
        raise InputError("export_form", "Lists are exported as xlsx, csv or json.")
    query = Query.read(catalogue, params)
    fields = _fields(query, request.user, wanted, names)
    mark = export.told(query, fields, form, exporting.reason_of(request))
    name = f"{catalogue.record.slug}-{clock.today():%Y%m%d}.{form}"
    if form != "xlsx":
        pieces = export.as_csv(query, fields) if form == "csv" else export.as_json(query, fields)
        response = StreamingHttpResponse(pieces, content_type=TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    target = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the response)
    export.as_xlsx(query, fields, target, mark)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=TYPES[form])


def _fields(query: Query, user: User, wanted: str, names: list[str]) -> list[Field]:
    """The columns of the file: those of the list, every field, or those named; the object's name comes first."""
    catalogue = query.catalogue
    if wanted == "list":
        return chosen_columns(catalogue, user, query.view, query.cols)
    if wanted not in ("all", "choose"):
        raise InputError("export_columns", "Choose the columns of the list, all columns, or name them.")
    named = {catalogue.field(name).name for name in names}
    if wanted == "choose" and not named:
        raise InputError("export_no_columns", "Choose at least one column.")
    title = catalogue.record.title_field.name
    others = [
        f for f in catalogue.fields.values() if f.name != title and (wanted == "all" or f.name in named)
    ]
    return [catalogue.fields[title], *others]


def _choose(request: StaffRequest, catalogue: Catalogue) -> HttpResponse:
    query = Query.read(catalogue, request.GET)
    shown = {field.name for field in chosen_columns(catalogue, request.user, query.view, query.cols)}
    title = catalogue.record.title_field.name
    context = {
        "title": _("Export: %(what)s") % {"what": catalogue.record.label_plural},
        "columns": [(f, f.name in shown) for f in catalogue.fields.values() if f.name != title],
        "hidden": hidden(query),
        "action": address(catalogue.record, "export"),
        "back_url": address(catalogue.record, "list") + query.address(),
        "part": "records/export_part.html",
    }
    return render(request, "records/choose.html", context)
