"""Second step of an import: check how the columns are read, once for all files with the same headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.errors import HengkeError, InputError
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import Import
from hengke.modules.insight.pages import common, preview, upload, words
from hengke.modules.insight.pages.common import IMPORT
from hengke.modules.insight.services import drafts as drafts_service
from hengke.modules.insight.services import imports, sources
from hengke.modules.insight.services.looking import Look
from hengke.modules.insight.services.sources import Choice

if TYPE_CHECKING:
    from hengke_analytics.warehouse.mapping import Mapping
    from hengke_analytics.warehouse.readers.inspection import Inspection, Sheet


@dataclass(frozen=True)
class Draft:
    """An import that is being prepared, with what was found in its file."""

    row: Import
    found: Inspection
    sheet: Sheet
    mapping: Mapping

    @classmethod
    def of(cls, row: Import) -> Draft:
        found = sources.inspection_of(row)
        return cls(row, found, found.sheet(row.inspection["sheet"]), sources.columns_of_draft(row))

    @property
    def group(self) -> tuple[object, ...]:
        """Drafts of one group have the same headers, read in the same way."""
        targets = {column.header: column.target for column in self.mapping.columns}
        return (self.row.fingerprint, tuple(sorted(targets.items(), key=str)), tuple(self.row.key_fields))

    @property
    def problem(self) -> str:
        """Why it cannot start yet, "" when it can."""
        if self.mapping.missing:
            names = words.joined([words.field(name) for name in self.mapping.missing])
            return _("Choose a column for: %(names)s.") % {"names": names}
        try:
            sources.columns_of(self.row)
        except InputError as error:
            names = words.joined([words.field(name) for name in error.params["names"].split(", ")])
            return words.sentence(error.template, {"names": names})
        return ""

    @property
    def warnings(self) -> list[str]:
        """What the reader noticed."""
        return [words.sentence(problem.template, problem.params) for problem in self.found.problems]


@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest) -> HttpResponse:
    """See and change how the columns are read, then start."""
    grants.require(request.actor, "change", IMPORT)
    rows = common.batch(request, state=ImportState.DRAFT)
    drafts = [Draft.of(row) for row in rows]
    at = _at(request, drafts)
    if request.method == "GET":
        return _show(request, drafts, at)
    meant = [draft for draft in drafts if draft.group == at.group] if "all" in request.POST else [at]
    try:
        _keep(request, meant, at)
        if request.POST.get("action") == "look":
            _look_again(request, meant, at)
    except HengkeError as error:
        return _show(
            request, [Draft.of(row) for row in rows], Draft.of(at.row), problem=words.error(error), status=400
        )
    drafts = [Draft.of(row) for row in rows]
    unready = next((draft for draft in drafts if draft.problem), None)
    if request.POST.get("action") != "start":
        return redirect(_address(rows, unready.row.pk if unready else at.row.pk))
    if unready is not None:
        return redirect(_address(rows, unready.row.pk))
    for draft in drafts:
        imports.start(draft.row, actor=request.actor)
    return redirect(f"{reverse('import-progress')}?{common.address_of(rows)}")


@require_POST
def discard(request: StaffRequest) -> HttpResponse:
    """Throw the drafts away."""
    grants.require(request.actor, "change", IMPORT)
    drafts_service.discard(common.batch(request, state=ImportState.DRAFT), actor=request.actor)
    return redirect("imports")


def _at(request: StaffRequest, drafts: list[Draft]) -> Draft:
    """The draft that is shown: the one asked for, else the first that needs a person, else the first."""
    wanted = request.GET.get("at", "")
    asked = next((draft for draft in drafts if str(draft.row.pk) == wanted), None)
    return asked or next((draft for draft in drafts if draft.problem), drafts[0])


def _address(rows: Sequence[Import], at: int) -> str:
    return f"{reverse('import-columns')}?{common.address_of(rows)}&at={at}"


def _keep(request: StaffRequest, drafts: list[Draft], at: Draft) -> None:
    """Write the choices down for these files, which have the headers of the shown one."""
    targets = {index: request.POST.get(f"column-{index}", "") for index in range(len(at.mapping.columns))}
    chosen = [target for target in targets.values() if target]
    twice = {target for target in chosen if chosen.count(target) > 1}
    if twice:
        names = words.joined([words.field(name) for name in sorted(twice) if name in dict(words.fields())])
        raise InputError("field_twice", "Only one column can be: {names}.", names=names)
    key = tuple(request.POST.getlist("key"))
    snapshot = "snapshot" in request.POST
    by_header = {column.header: targets[column.index] for column in at.mapping.columns}
    for draft in drafts:
        own = {column.index: by_header[column.header] for column in draft.mapping.columns}
        sources.choose(draft.row, Choice(own, key, snapshot), actor=request.actor)


def _look_again(request: StaffRequest, drafts: list[Draft], at: Draft) -> None:
    """Read these files as was chosen for the shown one; the first refusal ends it."""
    look = preview.chosen(request.POST, Look.of(at.row))
    for draft in drafts:
        # Files with the same headers need not have the same sheets.
        sheets = [sheet.name for sheet in draft.found.sheets]
        own = look if look.sheet in sheets else replace(look, sheet=draft.sheet.name)
        sources.look_again(draft.row, own, actor=request.actor)


def _show(
    request: StaffRequest, drafts: list[Draft], at: Draft, *, problem: str = "", status: int = 200
) -> HttpResponse:
    rows = [draft.row for draft in drafts]
    groups: dict[tuple[object, ...], list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(draft.group, []).append(draft)
    fixed = at.row.source.key_fields
    mapped = [(name, label) for name, label in words.fields() if name in at.mapping.targets]
    context = {
        "title": _("New import"),
        "steps": upload.steps(),
        "query": common.address_of(rows),
        "refused": request.session.get(upload.REFUSED, []),
        "groups": _groups(groups, rows, at),
        "files": [_file(draft, rows, at) for draft in groups[at.group]],
        "count": len(drafts),
        "same": len(groups[at.group]),
        "at": at,
        "choices": preview.choices(at.found, at.sheet, at.mapping, Look.of(at.row)),
        "columns": preview.columns(at.sheet, at.mapping),
        "fields": words.fields(),
        "preview": preview.lines(at.sheet, at.mapping),
        "left_out": preview.left_out(at.mapping),
        "refusals": preview.refusals(at.sheet, at.mapping),
        "key_fixed": words.joined([words.field(name) for name in fixed]),
        "keys": [{"name": n, "label": label, "chosen": n in at.row.key_fields} for n, label in mapped],
        "problem": problem or at.problem,
        "unready": sum(bool(draft.problem) for draft in drafts),
    }
    return render(request, "insight/imports/columns.html", context, status=status)


def _groups(
    groups: dict[tuple[object, ...], list[Draft]], rows: Sequence[Import], at: Draft
) -> list[dict[str, Any]]:
    """Tabs, when the files have different headers."""
    if len(groups) < 2:
        return []
    return [
        {
            "label": drafts[0].row.file_name,
            "url": _address(rows, drafts[0].row.pk),
            "current": key == at.group,
            "count": len(drafts),
        }
        for key, drafts in groups.items()
    ]


def _file(draft: Draft, rows: Sequence[Import], at: Draft) -> dict[str, Any]:
    """A file as the table above the columns shows it."""
    return {
        "name": draft.row.file_name,
        "url": _address(rows, draft.row.pk),
        "current": draft.row.pk == at.row.pk,
        "kind": words.KINDS.get(draft.found.kind, draft.found.kind),
        "encoding": draft.found.encoding_label,
        "sheet": draft.sheet.name if len(draft.found.sheets) > 1 else "",
        "header": draft.sheet.header_line,
        "count": draft.sheet.row_estimate,
        "exact": draft.sheet.exact,
        "warnings": draft.warnings,
    }
