"""What the pages of this module begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import NotFound
from hengke.kernel.numbers import is_whole
from hengke.modules.insight.models import Import

IMPORT, REVIEW, QUALITY, DATABASE = "insight.import", "insight.review", "insight.quality", "insight.database"
MOST_FILES = 100


def may_see_money(actor: Actor) -> bool:
    """Whether amounts of ledger lines exist for this person."""
    return "money" not in grants.hidden(actor, "insight.ledgerline")


def ids_of(request: HttpRequest) -> list[int]:
    """The imports named by the address, `?ids=4,5,6`."""
    wanted = request.GET.get("ids", "").split(",")[:MOST_FILES]
    return [int(value) for value in wanted if is_whole(value)]


def batch(request: HttpRequest, **narrowing: Any) -> list[Import]:
    """The imports named by the address; NotFound when there is none."""
    return batch_of(ids_of(request), **narrowing)


def batch_of(ids: Sequence[int], **narrowing: Any) -> list[Import]:
    """Imports by key; NotFound when there is none."""
    found = Import.objects.filter(pk__in=ids, **narrowing).select_related("source", "job", "actor")
    rows = list(found.order_by("pk"))
    if not rows:
        raise NotFound("import_not_found", "There is no such import, or it is no longer being prepared.")
    return rows


def address_of(rows: Sequence[Import]) -> str:
    """The part of an address that names imports."""
    return "ids=" + ",".join(str(row.pk) for row in rows)


def slice_of(found: QuerySet[Any], request: HttpRequest, size: int) -> tuple[list[Any], dict[str, str]]:
    """A page of rows, newest first, with the addresses of its neighbours; keyset by primary key."""
    after, before = request.GET.get("after", "")[:18], request.GET.get("before", "")[:18]
    if is_whole(before):
        rows = list(found.filter(pk__gt=int(before)).order_by("pk")[: size + 1])
        newer, older = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        rows = list(
            (found.filter(pk__lt=int(after)) if is_whole(after) else found).order_by("-pk")[: size + 1]
        )
        newer, older = is_whole(after), len(rows) > size
        rows = rows[:size]
    return rows, {
        "text": "",
        "previous_url": _address(request, before=rows[0].pk) if rows and newer else "",
        "next_url": _address(request, after=rows[-1].pk) if rows and older else "",
    }


def _address(request: HttpRequest, **key: int) -> str:
    parameters = request.GET.copy()
    for name in ("after", "before"):
        parameters.pop(name, None)
    parameters.update({name: str(value) for name, value in key.items()})
    return f"?{parameters.urlencode()}"
