"""What every page shows around its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from hengke.engines.access import grants, table
from hengke.engines.access.actor import Actor
from hengke.engines.access.leaks import policy
from hengke.engines.access.models import OrgUnit
from hengke.engines.access.prepared import Prepared
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.kernel import clock
from hengke.modules.insight.models import Source


@dataclass(frozen=True)
class Entry:
    """A place in the side bar: shown to those who may view the subject."""

    label: str
    url_name: str
    icon: str
    subject: str
    keys: str = ""


LONG = 14  # entries a side bar shows without folding: what a window of 768 px has room for

MENU: list[tuple[str, list[Entry]]] = [
    (
        gettext_noop("Work"),
        [
            Entry(gettext_noop("Customers"), "customers:list", "users", "customers.customer", "KeyC"),
            Entry(gettext_noop("Contacts"), "contacts:list", "contact", "customers.contact"),
            Entry(gettext_noop("Activities"), "activities:list", "calendar", "activities.activity", "KeyT"),
            Entry(gettext_noop("Instruments"), "instruments:list", "instrument", "customers.instrument"),
        ],
    ),
    (
        gettext_noop("Insight"),
        [
            Entry(gettext_noop("Overview"), "dashboard", "dashboard", "insight.dashboard", "KeyD"),
            Entry(gettext_noop("Boards"), "boards", "columns", "insight.board", "KeyB"),
            Entry(gettext_noop("Questions"), "questions", "help", "insight.board", "KeyQ"),
            Entry(gettext_noop("Pivot"), "pivot", "table", "insight.dashboard", "KeyP"),
            Entry(gettext_noop("Forecast"), "forecast", "trend-up", "insight.dashboard"),
            Entry(gettext_noop("Work lists"), "worklists", "warning", "insight.workitem"),
        ],
    ),
    (
        gettext_noop("Commissions and recall"),
        [
            Entry(gettext_noop("Take an order"), "intake", "plus", "orders.commission", "KeyO"),
            Entry(gettext_noop("Commissions"), "commissions:list", "clip", "orders.commission"),
            Entry(gettext_noop("Worklist"), "worklist", "laboratory", "orders.commissionline", "KeyW"),
            Entry(gettext_noop("Certificates"), "certificates:list", "certificate", "orders.certificate"),
            Entry(gettext_noop("Recall"), "recall", "bell", "orders.recallproposal"),
        ],
    ),
    (
        gettext_noop("Analyses"),
        [
            Entry(gettext_noop("Patterns"), "patterns", "link", "insight.dashboard"),
            Entry(gettext_noop("Customer value"), "value", "money", "insight.dashboard"),
            Entry(gettext_noop("Profit of customers"), "profit", "payment", "insight.dashboard"),
            Entry(gettext_noop("Lost customers"), "losses", "unlink", "insight.dashboard"),
            Entry(gettext_noop("Customer upgrades"), "upgrades", "arrow-up", "insight.dashboard"),
            Entry(gettext_noop("Flow of customers"), "flow", "split", "insight.dashboard"),
            Entry(gettext_noop("Golden customers"), "golden", "star", "insight.dashboard"),
            Entry(gettext_noop("Value assessments"), "assessments", "scales", "insight.valueassessment"),
            Entry(gettext_noop("Customers' voices"), "voices", "phone", "activities.activity"),
            Entry(gettext_noop("Models"), "models", "sparkles", "insight.model"),
        ],
    ),
    (
        gettext_noop("Catalogue"),
        [
            Entry(gettext_noop("Service items"), "items:list", "list", "catalog.serviceitem"),
            Entry(gettext_noop("Standard fees"), "fees:list", "money", "catalog.fee"),
            Entry(gettext_noop("Price lists"), "price-lists:list", "tag", "catalog.pricelist"),
            Entry(gettext_noop("Promotions"), "promotions:list", "star", "catalog.promotion"),
            Entry(gettext_noop("Items from the ledger"), "catalogue", "import", "insight.import"),
        ],
    ),
    (
        gettext_noop("More lists"),
        [
            Entry(gettext_noop("Commission lines"), "commission-lines:list", "list", "orders.commissionline"),
            Entry(gettext_noop("Recalls"), "recalls:list", "bell", "orders.recallproposal"),
            Entry(gettext_noop("Prices"), "prices:list", "money", "catalog.pricelistline"),
            Entry(gettext_noop("Item classes"), "item-classes:list", "columns", "catalog.itemclass"),
            Entry(gettext_noop("Options"), "item-options:list", "settings", "catalog.itemoption"),
            Entry(gettext_noop("Bundles"), "bundles:list", "tag", "catalog.bundle"),
            Entry(gettext_noop("Bundle lines"), "bundle-lines:list", "list", "catalog.bundleline"),
        ],
    ),
    (
        gettext_noop("Data"),
        [
            Entry(gettext_noop("Imports"), "imports", "import", "insight.import"),
            Entry(gettext_noop("Names to review"), "review", "merge", "insight.review", "KeyR"),
            Entry(gettext_noop("Data quality"), "quality", "quality", "insight.quality"),
            Entry(gettext_noop("Jobs"), "jobs", "job", "jobs.job"),
            Entry(gettext_noop("Fields and objects"), "fields", "columns", "records.field"),
            Entry(gettext_noop("Rules"), "rules", "ok", "records.rule"),
            Entry(gettext_noop("History"), "history", "history", "customers.customer"),
            Entry(gettext_noop("Recycle bin"), "bin", "trash", "customers.customer"),
        ],
    ),
    (
        gettext_noop("Protection"),
        [
            Entry(gettext_noop("Audit"), "audit", "history", "access.audit"),
            Entry(gettext_noop("Log-in security"), "security", "lock", "access.policy"),
            Entry(gettext_noop("Leak protection"), "protection", "eye", "access.protection"),
            Entry(gettext_noop("Personal data"), "privacy", "user", "access.privacy"),
        ],
    ),
    (
        gettext_noop("Administration"),
        [
            Entry(gettext_noop("People"), "backoffice-people", "user", "access.user"),
            Entry(gettext_noop("Units"), "backoffice-units", "building", "access.unit"),
            Entry(gettext_noop("Teams"), "backoffice-teams", "users", "access.unit"),
            Entry(gettext_noop("Territories"), "backoffice-territories", "map", "access.unit"),
            Entry(gettext_noop("Roles and rights"), "backoffice-roles", "lock", "access.role"),
            Entry(gettext_noop("Who sees what"), "backoffice-why", "eye", "access.grant"),
        ],
    ),
]


def menu() -> list[tuple[str, list[Entry]]]:
    """The menu, with every object that it does not name at the end of the daily work."""
    named = {entry.url_name for _label, group in MENU for entry in group}
    more = [
        Entry(record.label_plural, name, record.icon, record.subject)
        for record in registry.all_records()
        if (name := f"{record.slug}:list") not in named
    ]
    (label, work), *rest = MENU
    return [(label, [*work, *more]), *rest]


def menu_entries(actor: Actor | None = None) -> list[tuple[str, str]]:
    """Every entry of the menu, or those whose subject the actor may view: name and words."""
    entries = (entry for _label, group in menu() for entry in group)
    return [
        (entry.url_name, _(entry.label))
        for entry in entries
        if actor is None or grants.may(actor, "view", entry.subject)
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, person and banner; nothing is read before somebody is logged in.

    Made once for a request: a page of panels asks for it with each of them.
    """
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or isinstance(request.user, AnonymousUser):
        return {}
    kept: dict[Any, dict[str, Any]] = vars(request).setdefault("_shells", {})
    key = actor, get_language()
    if key not in kept:
        kept[key] = _shell(request, actor)
    return kept[key]


def _shell(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    place: Any = SimpleLazyObject(_place)
    return {
        "user": request.user,
        "role": " · ".join(table.role_name(role, actor.standing.stamp) for role in actor.roles),
        "actor": actor,
        "nav": SimpleLazyObject(lambda: navigation(actor, request.path)),
        "institution": SimpleLazyObject(lambda: place.institution),
        "demo": SimpleLazyObject(lambda: _banner(actor) if place.has_demo else {}),
        "watermark": policy.of_user(request.user).watermark,
        "now": clock.now(),
        "account_url": reverse("account"),
        "logout_url": reverse("logout"),
    }


def first_place(actor: Actor) -> str:
    """The address of the first place of the menu that the person may view; the own account when there is none."""
    entries = (entry for _label, group in menu() for entry in group)
    return next((_url(e) for e in entries if grants.may(actor, "view", e.subject)), reverse("account"))


def navigation(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The groups of the side bar with those of their entries that the person may view."""
    groups: list[dict[str, Any]] = []
    for label, entries in menu():
        items = [
            _item(entry, path)
            for entry in entries
            if grants.may(actor, "view", entry.subject) and not grants.menu_hides(actor, entry.url_name)
        ]
        if items:
            # "items" would be the dict's own method in a template's eyes only after the key: keys win.
            groups.append({"label": _(label), "items": items})
    return _folded(groups)


def _folded(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A long menu folds its groups from the end until the rest has room; where one is stays open."""
    shown = sum(len(group["items"]) for group in groups)
    for group in reversed(groups):
        here = any(item["current"] for item in group["items"])
        group["folds"] = shown > LONG and not here
        shown -= len(group["items"]) if group["folds"] else 0
    return groups


def _item(entry: Entry, path: str) -> dict[str, Any]:
    url = _url(entry)
    current = path == url or path.startswith(f"{url.rstrip('/')}/")
    return {"label": _(entry.label), "url": url, "icon": entry.icon, "keys": entry.keys, "current": current}


def _url(entry: Entry) -> str:
    slug, colon, name = entry.url_name.partition(":")
    return address(slug, name) if colon else reverse(entry.url_name)


@dataclass(frozen=True)
class _Place:
    institution: str
    has_demo: bool


def _place() -> _Place:
    """What every page says of where it runs; one query once there is a unit."""
    for name, has_demo in _top():
        return _Place(name, has_demo)
    return _Place("", _demo_sources().exists())


def _demo_sources() -> QuerySet[Source]:
    return Source.objects.filter(is_demo=True, archived_at=None)


_top = Prepared[tuple[str, bool]](
    lambda: (
        OrgUnit.objects.filter(parent=None).values_list("name", Exists(_demo_sources())).order_by("path")[:1]
    )
)


def _banner(actor: Actor) -> dict[str, str]:
    """The banner over demo data; only those who import can clear it."""
    return {"clear_url": reverse("demo-clear") if grants.may(actor, "change", "insight.import") else ""}
