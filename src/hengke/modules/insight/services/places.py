"""What a source is read from: its saved connection opened, with the day from which changes are asked for.

"{since}" in a query or an address is that day: one before the last reading began, so that nothing falls between two
readings; lines that come twice are found unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from hengke.engines.files import store as files
from hengke.kernel import clock
from hengke.modules.insight.enums import ImportState, SourceKind
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.services import sealing

if TYPE_CHECKING:
    from hengke_analytics.warehouse.reading import RestSource, SqlSource

SINCE = "{since}"
EVER = date(1900, 1, 1)
OVERLAP = timedelta(days=1)


def opened(row: Import) -> Path | SqlSource | RestSource:
    """What the rows of an import are read from; InputError `key_changed` when the address is sealed for good."""
    if row.digest:
        return files.path_of(row.digest)
    since = date.fromisoformat(row.inspection.get("since", EVER.isoformat()))
    return place_of(row.source.kind, row.source.connection, since)


def place_of(kind: str, connection: Mapping[str, Any], since: date) -> SqlSource | RestSource:
    """A saved connection, for what changed since a day."""
    from hengke_analytics.warehouse.reading import Paging, RestSource, SqlSource

    sealed = sealing.unseal(connection.get("sealed", ""))
    if kind != SourceKind.REST:
        return SqlSource(sealed, connection.get("query", "").replace(SINCE, f"'{since}'"))
    said = json.loads(sealed)
    return RestSource(
        said["url"].replace(SINCE, since.isoformat()),
        said["headers"],
        Paging(**connection["paging"]),
        allowed=tuple(settings.PRIVATE_NETWORKS),
    )


def since(source: Source) -> date:
    """The day from which the next reading asks for changes; ever, when nothing was read yet."""
    done = Import.objects.filter(source=source, state=ImportState.DONE).order_by("-created_at")
    last = done.values_list("created_at", flat=True).first()
    return last.astimezone(clock.CHINA).date() - OVERLAP if last else EVER
