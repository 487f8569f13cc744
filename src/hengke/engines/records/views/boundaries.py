"""The page on which an administrator imports boundaries for the map."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.access.wording import in_words
from hengke.engines.charts.geojson import LARGEST
from hengke.engines.records.models import MapBoundary
from hengke.engines.records.shapes import boundaries
from hengke.kernel.errors import InputError


class BoundaryForm(forms.Form):
    """A file, the map it is for, and the number under which it may be shown."""

    region = forms.ChoiceField(label=gettext_lazy("Map of"), required=False)
    file = forms.FileField(label=gettext_lazy("GeoJSON file"))
    approval = forms.CharField(
        label=gettext_lazy("Map approval number"),
        max_length=60,
        help_text=gettext_lazy("It is shown under the map, for example GS(2024)0650号."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        region: Any = self.fields["region"]
        region.choices = [("", _("All provinces")), *boundaries.regions()]
        self.fields["file"].widget.attrs["accept"] = ".json,.geojson,application/geo+json"


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    """What was imported, and the form for another file."""
    grants.require(request.actor, "change", boundaries.SUBJECT)
    form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _stored(request, form):
        return redirect("boundaries")
    names = dict(boundaries.regions())
    rows = MapBoundary.objects.select_related("made_by").defer("drawing").order_by("region")
    found = [(row, names.get(row.region, _("All provinces"))) for row in rows]
    context = {"title": _("Map boundaries"), "form": form, "rows": found}
    return render(request, "records/boundaries.html", context, status=400 if form.errors else 200)


def _stored(request: StaffRequest, form: BoundaryForm) -> bool:
    given = form.cleaned_data
    file = given["file"]
    try:
        # One byte more than may be tells that the file is too large, without reading it all.
        data = file.read(LARGEST + 1)
        row = boundaries.store(
            given["region"], data, name=file.name, approval=given["approval"], actor=request.actor
        )
    except InputError as error:
        form.add_error("approval" if error.code == "boundary_approval" else "file", in_words(error))
        return False
    messages.success(request, _("The map now shows %(n)d areas.") % {"n": row.areas})
    return True


@require_POST
def remove(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the hexagon tiles again."""
    boundaries.remove(pk, actor=request.actor)
    messages.success(request, _("The map shows tiles again."))
    return redirect("boundaries")
