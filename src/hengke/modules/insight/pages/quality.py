"""Data quality: what was loaded, whether the sums agree, what is missing, how sure the names are."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel import clock
from hengke.modules.customers.models import Customer, CustomerName
from hengke.modules.insight.enums import ImportState
from hengke.modules.insight.models import IdentityRun, Import, LedgerLine, Reject, Source, WarehouseBuild
from hengke.modules.insight.pages import downloads, words
from hengke.modules.insight.pages.common import IMPORT, QUALITY
from hengke.modules.insight.services import reviewing
from hengke.modules.insight.services.rows import FIELDS

ZERO = Decimal("0.00")
MANY = 0.2
"""From this share of empty cells on a column is worth a look."""


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Everything on one page."""
    grants.require(request.actor, "view", QUALITY)
    build = WarehouseBuild.objects.order_by("-number").first()
    sums = _sums()
    found = _sources()
    missing = [(words.field(name), count, share) for name, count, share in _missing(_state(build))]
    context = {
        "title": _("Data quality"),
        "build": build,
        "checks": [{"name": name, "wanted": wanted, "found": have, "agrees": wanted == have}
                   for name, wanted, have in (build.checks if build else [])],
        "is_fresh": build is not None and (build.lines, build.billed) == (sums["lines"], sums["billed"] or 0),
        "sums": sums,
        "sources": found,
        "rejected": sum(source["rejected"] for source in found),
        "missing": [{"name": name, "count": n, "share": share} for name, n, share in missing if n],
        "filled": words.joined([name for name, count, _share in missing if not count]),
        "many": MANY,
        "names": _names(request),
        "may_import": grants.may(request.actor, "view", IMPORT),
        "may_export": grants.may(request.actor, "export", QUALITY),
        "may_review": grants.may(request.actor, "view", reviewing.SUBJECT),
    }  # fmt: skip
    return render(request, "insight/quality/page.html", context)


@require_GET
def rejects(request: StaffRequest) -> HttpResponseBase:
    """Every rejected row of every file that counts."""
    grants.require(request.actor, "export", QUALITY)
    found = Reject.objects.filter(origin__state=ImportState.DONE, origin__source__archived_at=None)
    return downloads.rejects(found, f"rejects-{clock.today():%Y%m%d}.csv", request=request)


def _sums() -> dict[str, Any]:
    """What counts at present: number of lines, billed and received."""
    found = LedgerLine.objects.filter(LedgerLine.live)
    return dict(found.aggregate(lines=Count("pk"), billed=Sum("billed"), received=Sum("received")))


def _sources() -> list[dict[str, Any]]:
    """Per source: files, lines and sums, what its total lines claim, rejects by reason, columns not used."""
    live = LedgerLine.objects.filter(LedgerLine.live).values_list("source")
    lines = {source: (count, sum_) for source, count, sum_ in live.annotate(Count("pk"), Sum("billed"))}
    reasons: dict[int, list[tuple[str, int]]] = {}
    counted = Reject.objects.filter(origin__state=ImportState.DONE).values_list("origin__source", "reason")
    for source, reason, count in counted.annotate(count=Count("pk")).order_by("-count", "reason"):
        reasons.setdefault(source, []).append((words.reject(reason), count))
    done: dict[int, list[Import]] = {}
    kept = Import.objects.filter(state=ImportState.DONE).defer("inspection").order_by("pk")
    for row in kept:
        done.setdefault(row.source_id, []).append(row)
    return [
        _source(source, done[source.pk], lines.get(source.pk, (0, ZERO)), reasons.get(source.pk, []))
        for source in Source.objects.filter(archived_at=None)
        if source.pk in done
    ]


def _source(
    source: Source, files: list[Import], lines: tuple[int, Decimal], reasons: list[tuple[str, int]]
) -> dict[str, Any]:
    claims = [claim for row in files for claim in row.totals]
    unmapped = dict.fromkeys(
        h for row in files for h, target, _sure in row.mapping.get("columns", ()) if not target
    )
    brought = [row for row in files if row.added or row.corrected]
    return {
        "source": source,
        "files": len(files),
        "read": sum(row.rows_read for row in files),
        "lines": lines[0],
        "billed": lines[1],
        "in_files": sum(row.billed for row in brought),
        "claims": len(claims),
        "agreeing": sum(claim["agrees"] for claim in claims),
        "differing": [row for row in files if not all(claim["agrees"] for claim in row.totals)],
        "rejected": sum(count for _reason, count in reasons),
        "reasons": reasons,
        "unmapped": list(unmapped),
    }


def _state(build: WarehouseBuild | None) -> tuple[int, int]:
    """Changes whenever the ledger does: the empty cells are counted once per state."""
    last = Import.objects.order_by("-finished_at").values_list("pk", flat=True).first()
    return (build.number if build else 0, last or 0)


@lru_cache(maxsize=4)
def _missing(state: tuple[int, int]) -> list[tuple[str, int, float]]:
    """Fields with how many lines leave them empty, and which share of all lines that count."""
    optional = [name for name in FIELDS if _field(name).null or _field(name).blank]
    empty = {name: Count("pk", filter=_is_empty(name)) for name in optional}
    found = LedgerLine.objects.filter(LedgerLine.live).aggregate(lines=Count("pk"), **empty)
    lines = found.pop("lines")
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return [(name, count, count / lines) for name, count in ranked] if lines else []


def _field(name: str) -> Any:
    return LedgerLine._meta.get_field(name)


def _is_empty(name: str) -> Q:
    return Q(**{f"{name}__isnull": True}) if _field(name).null else Q(**{name: ""})


def _names(request: StaffRequest) -> dict[str, Any]:
    last = IdentityRun.objects.order_by("-pk").first()
    ambiguous = (
        CustomerName.objects.filter(lines__gt=0)
        .values("text")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
    )
    texts = ambiguous.order_by("-count", "text")
    return {
        "aliases": CustomerName.objects.filter(lines__gt=0).count(),
        "customers": Customer.objects.visible_to(request.actor).count(),
        "open": reviewing.queue_of(request.actor).count(),
        "ambiguous": texts.count(),
        "examples": [row["text"] for row in texts[:20]],
        "run": last,
        "bands": last.expected_error.get("bands", {}) if last else {},
    }
