"""Boards that ship, one for each role: what a director, an account manager, a laboratory head and the desk look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.kernel.errors import sentence
from hengke.modules.insight.boards.tiles import Asked
from hengke.modules.insight.enums import TileKind
from hengke.modules.insight.pivot.state import State

if TYPE_CHECKING:
    from hengke_analytics.cube import Catalogue

FIGURE, CHART, TABLE = TileKind.FIGURE, TileKind.CHART, TileKind.TABLE


@dataclass(frozen=True)
class Ready:
    """A tile in code."""

    title: str
    kind: str
    state: State
    width: int = 2
    height: int = 2


@dataclass(frozen=True)
class Shipped:
    """A board in code, for the roles that it is the first board of."""

    slug: str
    label: str
    roles: tuple[str, ...]
    tiles: tuple[Ready, ...]


def _state(rows: str, values: str, columns: str = "", **more: object) -> State:
    pairs = tuple(
        (name, view or "value") for name, _colon, view in (word.partition(":") for word in values.split())
    )
    return State(rows=tuple(rows.split()), columns=tuple(columns.split()), values=pairs, **more)  # type: ignore[arg-type]


def _figure(title: str, measure: str, compare: str = "yoy") -> Ready:
    return Ready(title, FIGURE, _state("month", measure, compare=compare), 1, 1)


BILLED, ACTIVE = sentence("Billed"), sentence("Active customers")
ARRIVAL, LINES = sentence("Arrival rate"), sentence("Instruments submitted")
LOST = Ready(sentence("Lost customers"), FIGURE, _state("", "lost_customers", compare="yoy"), 1, 1)
MONTHS = Ready(
    sentence("Billed by month, beside last year"),
    CHART,
    _state("month", "billed", compare="yoy", chart="bars"),
)
LABORATORIES = Ready(
    sentence("Laboratories against last year"),
    CHART,
    _state("laboratory", "billed", compare="yoy", chart="bars"),
)
FELL = Ready(
    sentence("Customers that fell most"), TABLE,
    _state("customer", "billed:difference billed", compare="yoy", tops=(("customer", -20),), sort="0", chart="none"),
)  # fmt: skip
OWING = Ready(
    sentence("Who still owes most"), TABLE,
    _state("customer", "open arrival_rate", tops=(("customer", 20),), sort="-0", chart="none"),
)  # fmt: skip
ITEMS = Ready(
    sentence("Which instruments make up the work"), CHART, _state("instrument_name", "lines", chart="pareto")
)
PASSAGE = Ready(
    sentence("Days to the report, by laboratory"), TABLE,
    _state("laboratory", "days_done days_done_p90 days_done_most", sort="-0", chart="none"),
)  # fmt: skip
KINDS = Ready(sentence("Billed by kind of service"), CHART, _state("service_kind", "billed", chart="pie"))

BOARDS: tuple[Shipped, ...] = (
    Shipped("director", sentence("Director's board"), (Role.DIRECTOR, Role.ADMINISTRATOR), (
        _figure(BILLED, "billed"), _figure(ACTIVE, "customers"), _figure(ARRIVAL, "arrival_rate"), LOST,
        MONTHS, LABORATORIES,
        Ready(sentence("Where the customers are"), CHART, _state("city", "billed", chart="map")),
        Ready(sentence("Largest customers"), CHART,
              _state("customer", "billed", tops=(("customer", 20),), chart="pareto")),
        FELL,
        Ready(sentence("Billed by laboratory and year"), CHART,
              _state("year", "billed", "laboratory", period="ever", tops=(("laboratory", 5),), chart="stacked")),
        PASSAGE,
        Ready(sentence("Laboratories by quarter"), CHART, _state("laboratory", "billed", "quarter", chart="heat")),
        OWING, ITEMS,
    )),
    Shipped("account_manager", sentence("Account manager's board"), (Role.ACCOUNT_MANAGER,), (
        _figure(BILLED, "billed"), _figure(ACTIVE, "customers"), _figure(sentence("Open amount"), "open"), LOST,
        FELL, OWING, MONTHS,
        Ready(sentence("Which cities grow"), CHART,
              _state("city", "billed:difference", compare="yoy", sort="-0", chart="bars")),
        KINDS, ITEMS,
    )),
    Shipped("laboratory_head", sentence("Laboratory head's board"), (Role.LABORATORY_HEAD,), (
        _figure(BILLED, "billed"), _figure(LINES, "lines"), _figure(ACTIVE, "customers"),
        _figure(sentence("Average per instrument"), "average"),
        Ready(sentence("Instruments by month, beside last year"), CHART,
              _state("month", "lines", compare="yoy", chart="bars")),
        ITEMS,
        Ready(sentence("Project groups by quarter"), TABLE,
              _state("project_group", "billed", "quarter", heat=True, chart="none")),
        Ready(sentence("Largest customers"), CHART,
              _state("customer", "billed", tops=(("customer", 20),), chart="pareto")),
        FELL,
        Ready(sentence("Busy days of the week"), CHART, _state("weekday", "lines", chart="radar")),
    )),
    Shipped("business_desk", sentence("Board of the desk"), (Role.BUSINESS_DESK,), (
        _figure(LINES, "lines"), _figure(sentence("Orders"), "orders"),
        _figure(sentence("Submitting customers"), "submitters"),
        Ready(sentence("Instruments by month, beside last year"), CHART,
              _state("month", "lines", compare="yoy", chart="bars")),
        Ready(sentence("Busy days of the week"), CHART, _state("weekday", "lines", chart="bars")),
        Ready(sentence("Instruments by laboratory"), CHART, _state("laboratory", "lines", chart="pie")),
        ITEMS,
    )),
)  # fmt: skip


def of(actor: Actor) -> list[Shipped]:
    """Those of the actor's roles; the first is that of the main role."""
    order = {role: place for place, role in enumerate(actor.roles)}
    found = [board for board in BOARDS if order.keys() & {*board.roles}]
    return sorted(found, key=lambda board: min(order[role] for role in board.roles if role in order))


def asked(board: Shipped, catalogue: Catalogue, period: str = "") -> list[Asked]:
    """Its tiles, without those whose words the person or the data does not have."""
    return [
        Asked(str(place), _(tile.title), tile.kind, _in(tile.state, period), tile.width, tile.height)
        for place, tile in enumerate(board.tiles)
        if _usable(tile.state, catalogue)
    ]


def _in(state: State, period: str) -> State:
    return replace(state, period=period) if period and not state.period else state


def _usable(state: State, catalogue: Catalogue) -> bool:
    names: Sequence[str] = (*state.rows, *state.columns)
    return all(name in catalogue.dimensions for name in names) and all(
        name in catalogue.measures for name, _view in state.values
    )
