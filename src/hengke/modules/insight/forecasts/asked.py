"""What the page is asked for, and the nodes that the person may see of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import ForecastNode, Foresight
from hengke.modules.insight.services.foresight import runs, sight
from hengke.modules.insight.services.foresight.axes import AXES, code_of
from hengke.modules.insight.services.foresight.forecast import MEASURES

SUBJECT = "insight.dashboard"
WHOLE = code_of("", ())


@dataclass(frozen=True)
class Asked:
    """A measure, an axis and a part (`code`, empty for the topmost one in sight)."""

    measure: str
    axis: str
    code: str

    @classmethod
    def read(cls, parameters: Mapping[str, str], actor: Actor) -> Asked:
        """From a request; InputError for a word that is none of ours."""
        hides_money = "money" in grants.hidden(actor, "insight.ledgerline")
        measure = parameters.get("measure") or ("lines" if hides_money else "billed")
        axis = parameters.get("axis") or AXES[0].name
        if measure not in MEASURES or (measure == "billed" and hides_money):
            raise InputError("unknown_field", "Unknown field: {field}.", field=measure[:60])
        if axis not in {each.name for each in AXES}:
            raise InputError("unknown_field", "Unknown field: {field}.", field=axis[:60])
        return cls(measure, axis, parameters.get("part", "")[:16].replace("\x00", ""))

    def url(self, **changes: str) -> str:
        """The page's address with some words changed."""
        words = {"measure": self.measure, "axis": self.axis, "part": self.code} | changes
        return f"/forecast?{urlencode({name: value for name, value in words.items() if value})}"


@dataclass(frozen=True)
class Seen:
    """A node with the parts below it and the nodes above it that the person may see."""

    run: Foresight
    asked: Asked
    axes: dict[str, frozenset[str] | None]
    node: ForecastNode | None
    parts: list[ForecastNode]
    trail: list[ForecastNode]


def seen(actor: Actor, asked: Asked) -> Seen:
    """What the page shows; NotFound before the first run or when nothing of it is in sight. Four queries."""
    grants.require(actor, "view", SUBJECT)
    run = runs.newest(Room.FORECAST)
    if run is None:
        raise NotFound("not_foreseen", "Nothing has been worked out yet.")
    axes = sight.axes(actor)
    if not axes:
        raise NotFound(
            "nothing_in_sight", "No part of the forecast consists of lines that you may see alone."
        )
    if asked.axis not in axes:
        asked = Asked(asked.measure, next(iter(axes)), asked.code)
    codes = axes[asked.axis]
    nodes = ForecastNode.objects.filter(run=run, measure=asked.measure)
    if codes is None:
        return _everything(run, asked, axes, nodes)
    return _own(run, asked, axes, nodes, codes)


def _everything(run: Foresight, asked: Asked, axes: dict[str, Any], nodes: Any) -> Seen:
    code = asked.code or WHOLE
    on_axis = nodes.filter(axis__in={asked.axis, AXES[0].name})
    node = on_axis.filter(code=code).first()
    if node is None:
        raise NotFound("no_forecast", "There is nothing here, or it is not yours to see.")
    parts = list(nodes.filter(axis=asked.axis, above=node.code))
    return Seen(run, asked, axes, node, parts, _trail(nodes, node, None))


def _own(run: Foresight, asked: Asked, axes: dict[str, Any], nodes: Any, codes: frozenset[str]) -> Seen:
    """Only parts in sight: the one asked for, or the topmost ones; a single one is opened at once."""
    mine = nodes.filter(axis=asked.axis, code__in=codes)
    if asked.code:
        node = mine.filter(code=asked.code).first()
        if node is None:
            raise NotFound("no_forecast", "There is nothing here, or it is not yours to see.")
    else:
        tops = list(mine.exclude(above__in=codes))
        if len(tops) != 1:
            return Seen(run, asked, axes, None, tops, [])
        node = tops[0]
    return Seen(run, asked, axes, node, list(mine.filter(above=node.code)), _trail(nodes, node, codes))


def _trail(nodes: Any, node: ForecastNode, codes: frozenset[str] | None) -> list[ForecastNode]:
    """The parts above, from the whole downwards."""
    above = [code_of(node.axis, tuple(node.path[:depth])) for depth in range(len(node.path))]
    wanted = [code for code in above if codes is None or code in codes]
    return sorted(nodes.filter(code__in=wanted), key=lambda each: len(each.path)) if wanted else []
