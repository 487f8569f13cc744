"""All rooms in order; each is written down as soon as it is done, so that a cut-off run leaves what it had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight
from hengke.modules.insight.services.foresight import clusters, correcting, forecast, notes, patterns, value
from hengke.modules.insight.services.reading import Report


def _forecast(report: Report) -> Foresight:
    """The forecast with what people made of it: values are shares of that."""
    made = forecast.run(report)
    for measure in forecast.MEASURES:
        correcting.apply(made, measure)
    return made


# Value spreads the forecast, so it comes behind it.
ROOMS: tuple[tuple[Room, Callable[[Report], Foresight]], ...] = (
    (Room.FORECAST, _forecast), (Room.VALUE, value.run), (Room.PATTERNS, patterns.run),
    (Room.CLUSTERS, clusters.run), (Room.NOTES, notes.run),
)  # fmt: skip


def run(report: Report) -> dict[str, Any]:
    """Work everything out on the warehouse in use. Returns counts, and why a room had too little to go by.

    A room with too little data hinders no other; when none has enough, the first one's reason is raised.
    """
    made: dict[str, Foresight] = {}
    refused: dict[str, InputError | NotFound] = {}
    for room, work in ROOMS:
        try:
            made[room] = work(report)
        except (InputError, NotFound) as error:
            refused[room] = error
    if not made:
        raise next(iter(refused.values()))
    return _counts(made) | {"refused": sorted(refused)}


def _counts(made: dict[str, Foresight]) -> dict[str, int]:
    counted = {"nodes": (Room.FORECAST, "nodes"), "customers": (Room.VALUE, "outlooks")}
    counted |= {"offers": (Room.PATTERNS, "offers"), "notes": (Room.NOTES, "readings")}
    return {name: getattr(made[room], rows).count() for name, (room, rows) in counted.items() if room in made}
