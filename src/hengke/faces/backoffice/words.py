"""Rights in words that a business person reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hengke.engines.access import table
from hengke.engines.access.actor import Actor
from hengke.engines.access.explaining import Reason
from hengke.engines.access.models import OrgUnit
from hengke.engines.access.scopes import Level, Scope
from hengke.engines.records.schema import registry
from hengke.kernel.filters import And, Condition, Filter, Not, Or

SCOPES = {
    Scope.ALL: gettext_lazy("all"), Scope.LABORATORY: gettext_lazy("own laboratory"),
    Scope.TERRITORY: gettext_lazy("own territory"), Scope.SUBTREE: gettext_lazy("own unit and below"),
    Scope.UNIT: gettext_lazy("own unit"), Scope.TEAM: gettext_lazy("own team"), Scope.OWN: gettext_lazy("own"),
    Scope.SHARED: gettext_lazy("shared with me"),
}  # fmt: skip
"""From wide to narrow."""
ACTIONS = {
    "view": pgettext_lazy("right", "View"), "add": pgettext_lazy("right", "Add"),
    "change": pgettext_lazy("right", "Change"),
    "delete": gettext_lazy("Delete"), "export": gettext_lazy("Export"), "import": gettext_lazy("Import"),
    "assign": gettext_lazy("Hand over"), "share": pgettext_lazy("right", "Share"), "merge": gettext_lazy("Merge"),
    "reveal": gettext_lazy("Reveal"),
}  # fmt: skip
LEVELS = {
    Level.WRITE: gettext_lazy("read and write"), Level.READ: gettext_lazy("read only"),
    Level.MASKED: gettext_lazy("masked"), Level.HIDDEN: gettext_lazy("hidden"),
}  # fmt: skip
SENSITIVITIES = {
    "money": gettext_lazy("Amounts"), "tier": gettext_lazy("Tier and rank in the whole institution"),
    "institution": gettext_lazy("What all laboratories' lines tell together"),
    "phone": gettext_lazy("Telephone and e-mail"),
}  # fmt: skip
WORDS = {
    "province": gettext_lazy("Province"), "city": gettext_lazy("City"), "county": gettext_lazy("County"),
    "category": gettext_lazy("Category"), "ownership": gettext_lazy("Ownership"), "size": gettext_lazy("Size"),
    "industry": gettext_lazy("Industry"),
}  # fmt: skip
OPERATORS = {
    "in": gettext_lazy("is one of"), "eq": gettext_lazy("is"), "ne": gettext_lazy("is not"),
}  # fmt: skip
SUBJECTS = {
    "insight.ledgerline": gettext_lazy("Ledger lines"), "insight.dashboard": gettext_lazy("Overview"),
    "insight.review": gettext_lazy("Names to review"), "insight.quality": gettext_lazy("Data quality"),
    "insight.costs": gettext_lazy("Declared costs"),
    "insight.import": gettext_lazy("Imports"), "insight.database": gettext_lazy("Databases as sources"),
    "jobs.job": gettext_lazy("Jobs"), "access.user": pgettext_lazy("rights", "People"),
    "access.unit": gettext_lazy("Units, teams and territories"), "access.role": gettext_lazy("Roles"),
    "access.grant": gettext_lazy("Rights of roles"), "access.audit": gettext_lazy("Audit log"),
    "access.policy": gettext_lazy("Log-in security"), "access.protection": gettext_lazy("Leak protection"),
    "access.privacy": gettext_lazy("Personal data"), "access.setting": gettext_lazy("Settings"),
    "insight.customerscore": gettext_lazy("Scores of customers"), "insight.model": gettext_lazy("Models"),
    "insight.workitem": gettext_lazy("Work lists"), "insight.lossrecord": gettext_lazy("Causes of losses"),
    "insight.valueassessment": gettext_lazy("Value assessments"), "insight.upgradeplan": gettext_lazy("Upgrade plans"),
}  # fmt: skip


# Subjects without a page of their own in the records engine, whose rows belong to different people.
ROWED = frozenset({
    "insight.ledgerline", "insight.customerscore", "insight.workitem", "insight.lossrecord",
    "insight.valueassessment", "insight.upgradeplan",
})  # fmt: skip


def subject(name: str) -> str:
    """What rights are about."""
    record = registry.by_subject(name)
    return record.label_plural if record else str(SUBJECTS.get(name, name))


def is_rowed(name: str) -> bool:
    """Whether the subject has rows of different people, so that a scope means something."""
    return registry.by_subject(name) is not None or name in ROWED


def actions_of(name: str) -> list[str]:
    """The actions that mean something for a subject."""
    if name == "insight.ledgerline":
        return ["view", "export"]
    if registry.by_subject(name) is None:
        return ["view", "add", "change", "delete", "export"]
    return list(ACTIONS)


def role(key: str, actor: Actor) -> str:
    """The name of a role."""
    return table.role_name(key, actor.standing.stamp)


def condition(tree: Filter) -> str:
    """A grant's or territory's filter as a phrase; empty for everything."""
    match tree:
        case Condition(field, op, value):
            values = value if isinstance(value, tuple) else (value,)
            shown = _(", ").join(str(v) or str(_("empty")) for v in values)
            return f"{WORDS.get(field, field)} {OPERATORS.get(op, op)} {shown}"
        case And(parts):
            return _(" and ").join(condition(part) for part in parts)
        case Or(parts):
            return _(" or ").join(condition(part) for part in parts)
        case Not(part):
            return _("not") + " " + condition(part)


def widest(scopes: Iterable[Scope]) -> Scope | None:
    """The widest of some scopes."""
    order = list(SCOPES)
    return min(scopes, key=order.index, default=None)


def because(reason: Reason, person: Actor, units: dict[str, str]) -> str:
    """Why one grant gives a record: "role account manager, own unit and below (客户部)"."""
    if reason.grant is None:
        return str(_("somebody shared it"))
    scope = _("{scope} ({place})") if _place(reason, person, units) else "{scope}"
    words = scope.format(scope=SCOPES[reason.grant.scope], place=_place(reason, person, units))
    text = _("role {role}, scope: {scope}").format(role=role(reason.role, person), scope=words)
    where = condition(reason.grant.where)
    return f"{text}; {where}" if where else text


def why_not(found: Sequence[Reason], person: Actor, units: dict[str, str], action: str) -> list[str]:
    """Why nothing gives a record, one sentence per grant."""
    if not found:
        return [
            str(_("No role of this person allows “{action}” here at all.").format(action=ACTIONS[action]))
        ]
    outside = _("{because}: the record lies outside.")
    left_out = _("{because}: the record does not meet this condition.")
    return [
        (outside if not r.in_scope else left_out).format(because=because(r, person, units)) for r in found
    ]


def unit_names() -> dict[str, str]:
    """Names of units by path."""
    return dict(OrgUnit.objects.values_list("path", "name"))


def _place(reason: Reason, person: Actor, units: dict[str, str]) -> str:
    assert reason.grant is not None
    scope: Any = reason.grant.scope
    if scope in (Scope.UNIT, Scope.SUBTREE):
        return units.get(person.unit_path, str(_("no unit")))
    if scope is Scope.LABORATORY:
        return person.laboratory or str(_("no laboratory"))
    return ""
