"""Sources that are read over the network: databases and web services, prepared once and read again by themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.jobs.models import Job
from hengke.kernel import clock
from hengke.kernel.errors import Conflict, HengkeError
from hengke.modules.insight.enums import ImportState, SourceKind
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.services import imports, looking, places, sealing, sources
from hengke.modules.insight.services.looking import Look
from hengke.modules.insight.services.sources import SUBJECT

if TYPE_CHECKING:
    from hengke_analytics.warehouse.reading import Paging

DAY = timedelta(days=1)
_BEGUN = (ImportState.WAITING, ImportState.RUNNING)


def prepare_database(
    *, actor: Actor, name: str, url: str, query: str, daily: bool = False, look: Look | None = None
) -> Import:
    """A draft import of a database: `url` is sqlite:///path, postgresql://… or mysql://…, `query` a table or one
    SELECT; "{since}" in it is the day from which changes are wanted.
    """
    kinds = {"postgres": SourceKind.POSTGRESQL, "mysql": SourceKind.MYSQL, "mariadb": SourceKind.MYSQL}
    kind = next((kind for scheme, kind in kinds.items() if url.startswith(scheme)), SourceKind.SQLITE)
    return _prepare(actor, name, kind, sealing.connection_of(url, query) | {"daily": daily}, look)


def prepare_service(
    *, actor: Actor, name: str, url: str, headers: Mapping[str, str], paging: Paging, daily: bool = False,
    look: Look | None = None,
) -> Import:  # fmt: skip
    """A draft import of a web service; its headers (a token) are kept encrypted with the address."""
    sealed = sealing.seal(json.dumps({"url": url, "headers": dict(headers)}))
    connection = {"address": sealing.shown(url), "sealed": sealed, "paging": asdict(paging), "daily": daily}
    return _prepare(actor, name, SourceKind.REST, connection, look)


def read_again(source: Source, *, actor: Actor) -> Job:
    """Queue another reading of a connected source in the way of its last one.

    Conflict while one is under way; InputError when its columns have changed: then a draft waits to be looked at.
    """
    grants.require(actor, "change", SUBJECT)
    if source.kind == SourceKind.FILE:
        raise Conflict("not_connected", "This source consists of files: hand in the next one.")
    if Import.objects.filter(source=source, state__in=_BEGUN).exists():
        raise Conflict("import_begun", "This import has begun already.")
    usual = {name: value for name, value in source.reading.items() if name != "fingerprint"}
    row = _draft(actor, source, Look(**usual) if usual else Look())
    return imports.start(row, actor=actor)


def read_due(*, actor: Actor) -> int:
    """Read every source that is to be read daily and was not for a day; returns how many were queued."""
    named = Source.objects.exclude(kind=SourceKind.FILE).filter(archived_at=None, connection__daily=True)
    count = 0
    for source in named.annotate(last=Max("imports__created_at")):
        if source.last is None or source.last < clock.now() - DAY:
            try:
                read_again(source, actor=actor)
                count += 1
            except HengkeError:
                continue  # the draft or the failed import tells it on the page of imports
    return count


def connected() -> list[Source]:
    """The sources that are read over the network, each with `last`, the moment of its last reading. One query."""
    own = Source.objects.exclude(kind=SourceKind.FILE).filter(archived_at=None).exclude(connection={})
    return list(own.annotate(last=Max("imports__created_at")).order_by("name"))


def _prepare(actor: Actor, name: str, kind: str, connection: dict[str, Any], look: Look | None) -> Import:
    # What cannot be read must leave no source behind.
    looking.into(places.place_of(kind, connection, places.EVER), look or Look(), name="")
    with transaction.atomic():
        source = sources.source_named(name, actor=actor, kind=kind)
        source.connection = connection
        source.save(update_fields=["connection"])
    return _draft(actor, source, look or Look())


def _draft(actor: Actor, source: Source, look: Look) -> Import:
    since = places.since(source)
    found = looking.into(places.place_of(source.kind, source.connection, since), look, name="")
    found["since"] = since.isoformat()
    return sources.draft(actor, source, found, name=found["found"]["name"], digest="")
