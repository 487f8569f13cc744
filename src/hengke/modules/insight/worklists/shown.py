"""Items as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from hengke.engines import charts
from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.charts import Svg
from hengke.modules.insight.enums import WorkAction, WorkKind, WorkResult, WorkState
from hengke.modules.insight.models import WorkItem
from hengke.modules.insight.services.work.rules import ACTIONS, JUDGED, RESULTS, SUBJECT
from hengke.modules.insight.worklists import words

TONES = {WorkState.OPEN: "warn", WorkState.CLAIMED: "info", WorkState.ACTED: "info", WorkState.CLOSED: "mute"}
MONEY = "money"
HIGH = 0.7


@dataclass(frozen=True)
class Shown:
    """An item with its words; `may` says what the person can do with it now."""

    item: WorkItem
    reasons: list[str]
    bar: Svg
    probability: str
    tone: str
    suggestion: str
    mine: bool
    may_change: bool
    actions: list[tuple[str, str]]
    results: list[tuple[str, str]]
    judged: bool


def of(actor: Actor, items: Iterable[WorkItem], changeable: set[int]) -> list[Shown]:
    """The items as one person sees them; no query."""
    return [_shown(actor, item, item.pk in changeable) for item in items]


def changeable(actor: Actor, items: Iterable[WorkItem]) -> set[int]:
    """The keys of those items that the person may work on. One query."""
    keys = [item.pk for item in items]
    return set(WorkItem.objects.visible_to(actor, "change").filter(pk__in=keys).values_list("pk", flat=True))


def shows_money(actor: Actor) -> bool:
    """Whether the stake may be shown."""
    return MONEY not in grants.hidden(actor, SUBJECT)


def _shown(actor: Actor, item: WorkItem, may_change: bool) -> Shown:
    kind = WorkKind(item.kind)
    told = [words.reason(code, values) for code, values in item.reasons] if shows_money(actor) else []
    high = item.probability is not None and item.probability >= HIGH
    share = item.probability or 0.0
    bar = charts.scale_bar(share, kind="bad" if high else "warn") if item.probability is not None else Svg("")
    free = item.owner_id in (None, actor.user_id)
    return Shown(
        item, [text for text in told if text], bar, charts.percent(share) if item.probability is not None else "",
        TONES[WorkState(item.state)], str(WorkAction(item.suggestion).label) if item.suggestion else "",
        item.owner_id is not None and item.owner_id == actor.user_id, may_change and item.closed_at is None and free,
        [(action.value, str(action.label)) for action in ACTIONS[kind]],
        [(result.value, str(result.label)) for result in RESULTS[kind]], kind in JUDGED,
    )  # fmt: skip


def kind_tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    """A tab for each list with how many are open."""
    return [
        {"label": str(kind.label), "url": f"/worklists?kind={kind.value}", "current": kind == chosen,
         "count": counts.get(kind.value, 0)}
        for kind in WorkKind
    ]  # fmt: skip


def states(kind: str, chosen: str) -> list[dict[str, Any]]:
    """Which part of a list: what is to be done, what is mine, what is over."""
    labels = {"open": _("To be done"), "mine": _("Mine"), "closed": _("Done")}
    return [{"label": label, "url": f"/worklists?kind={kind}&state={state}", "current": state == chosen, "icon": ""}
            for state, label in labels.items()]  # fmt: skip


def result_name(result: str) -> str:
    """What came of an item."""
    return str(WorkResult(result).label) if result else ""
