"""Export of a list."""

from __future__ import annotations

import tempfile

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_POST

from hengke.engines.access.leaks import exporting
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records import export
from hengke.engines.records.listing import Query
from hengke.engines.records.preferences import chosen_columns
from hengke.engines.records.views.common import opened
from hengke.kernel import clock
from hengke.kernel.errors import InputError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def export_list(request: StaffRequest, slug: str) -> HttpResponseBase:
    """The list in its present state as csv or xlsx; needs the right and leaves an event."""
    catalogue = opened(request, slug, "export")
    if (asked := exporting.ask_reason(request)) is not None:
        return asked
    params = request.POST.copy()
    form = params.pop("form", ["xlsx"])[0]
    params.pop("csrfmiddlewaretoken", None)
    params.pop(exporting.REASON, None)
    query = Query.read(catalogue, params)
    fields = chosen_columns(catalogue, request.user)
    name = f"{catalogue.record.slug}-{clock.today():%Y%m%d}.{form}"
    if form not in ("csv", "xlsx"):
        raise InputError("export_form", "Lists are exported as csv or xlsx.")
    mark = export.told(query, fields, form, exporting.reason_of(request))
    if form == "csv":
        response = StreamingHttpResponse(export.as_csv(query, fields), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    target = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the response)
    export.as_xlsx(query, fields, target, mark)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)
