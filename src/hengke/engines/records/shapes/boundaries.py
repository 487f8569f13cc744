"""Boundaries that the institution imports: stored ready to be drawn, one for each map, replaced and removed."""

from __future__ import annotations

from django.db import transaction

from hengke.engines import charts
from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.charts import Boundary, geojson
from hengke.engines.charts.places import short
from hengke.engines.records.models import MapBoundary
from hengke.kernel.errors import InputError, NotFound

SUBJECT = "records.boundary"
SHORTEST_APPROVAL = 4


def regions() -> list[tuple[str, str]]:
    """The maps that a boundary can be imported for: all provinces, or one province; code and name."""
    return [(tile.code, tile.label) for tile in charts.tiles()]


def known(region: str, areas: list[str]) -> int:
    """How many of these areas the map counts objects by."""
    names = {tile.label for tile in charts.tiles(region)}
    return sum(short(name) in names for name in areas)


def of(region: str) -> MapBoundary | None:
    """What was imported for a map; one query."""
    return MapBoundary.objects.filter(region=region).first()


def drawing(row: MapBoundary) -> Boundary:
    """The areas of a stored boundary."""
    return Boundary.from_json(row.drawing)


def store(region: str, data: bytes, *, name: str, approval: str, actor: Actor) -> MapBoundary:
    """Read a file and keep its areas for a map, in place of what was there. InputError in words for what cannot be."""
    grants.require(actor, "change", SUBJECT)
    approval = approval.strip()
    if not SHORTEST_APPROVAL <= len(approval) <= 60:
        raise InputError("boundary_approval", "Enter the map approval number, for example GS(2024)0650号.")
    if region and region not in dict(regions()):
        raise InputError("boundary_region", "Choose which map the boundaries are for.")
    areas = geojson.read(data)
    names = [area.name for area in areas if area.name and area.rings]
    if not known(region, names):
        raise InputError(
            "boundary_elsewhere",
            "No area of this file belongs to the map you chose: it holds {names}.",
            names="、".join(names[:3]),
        )
    drawn = charts.prepare(areas)
    values = {"approval": approval, "file_name": name[:200], "drawing": drawn.as_json(), "areas": len(names)}
    with transaction.atomic():
        row, _new = MapBoundary.objects.update_or_create(
            region=region, defaults=values | {"made_by_id": actor.user_id}
        )
        payload = {"name": name[:200], "approval": approval, "areas": len(names), "region": region}
        events.record("boundary.imported", actor=actor, payload=payload)
    return row


def remove(pk: int, *, actor: Actor) -> None:
    """Back to the hexagon tiles."""
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        row = MapBoundary.objects.filter(pk=pk).first()
        if row is None:
            raise NotFound("no_boundary", "This boundary does not exist any more.")
        payload = {"name": row.file_name, "approval": row.approval, "region": row.region}
        events.record("boundary.removed", actor=actor, payload=payload)
        row.delete()
