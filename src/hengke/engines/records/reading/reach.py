"""Conditions on what a record refers to: "customer.city" in a list of contacts, one step far.

Such a condition holds where the object referred to is visible to the person and fits. It is answered by the keys of
the visible ones alone, so no condition, alternative or negation can tell anything of an object out of scope.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hengke.engines.access import grants
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel.filters import Condition

if TYPE_CHECKING:
    from hengke.engines.records.reading.catalogue import Catalogue

STEP = "."


def references(catalogue: Catalogue) -> list[tuple[Field, Catalogue]]:
    """The references that can be filtered through, each with the catalogue of what it leads to. No query."""
    found = ((field, behind(catalogue, field)) for field in catalogue.with_ability("filter"))
    return [(field, beyond) for field, beyond in found if beyond is not None]


def fields(reference: Field, beyond: Catalogue) -> list[Field]:
    """The fields of what `reference` leads to, under their names and labels in the referring list."""
    return [_named(reference, field) for field in beyond.with_ability("filter")]


def field(catalogue: Catalogue, name: str) -> Field | None:
    """The field called "reference.field" as a filter may use it; None when it does not exist for the person."""
    step = _step(catalogue, name)
    return _named(step[0], step[2]) if step else None


def condition(catalogue: Catalogue, name: str, op: str, value: object) -> Condition | None:
    """The condition on the reference itself that says the same; None for a field that does not exist."""
    step = _step(catalogue, name)
    if step is None:
        return None
    reference, beyond, target = step
    rows = beyond.rows()
    if beyond.in_summary(target):
        rows = beyond.joined(rows)
    keys = rows.filter(beyond.q(Condition(target.name, op, value))).order_by().values("pk")
    return Condition(reference.name, "in", keys.query)


def _step(catalogue: Catalogue, name: str) -> tuple[Field, Catalogue, Field] | None:
    """The reference, the catalogue behind it, and the field there."""
    own = catalogue.fields.get(name)
    # "customer_name" of who sees some customers only means "customer.name".
    first, _dot, rest = own.path.replace("__", STEP).partition(STEP) if own else name.partition(STEP)
    reference = catalogue.fields.get(first)
    beyond = behind(catalogue, reference) if reference is not None and reference.filter else None
    target = beyond.fields.get(rest) if beyond else None
    if reference is None or beyond is None or target is None or not target.filter:
        return None
    return reference, beyond, target


def behind(catalogue: Catalogue, reference: Field) -> Catalogue | None:
    """What the person may know of the objects referred to; None where that is nothing."""
    kind = reference.kind
    if not isinstance(kind, Reference) or kind.model is None:
        return None
    record = registry.by_subject(kind.model._meta.label_lower)
    if record is None or not grants.may(catalogue.actor, "view", record.subject):
        return None
    known: dict[str, Catalogue] = catalogue.__dict__.setdefault("beyond", {})
    if record.slug not in known:
        known[record.slug] = type(catalogue)(record, catalogue.actor)
    return known[record.slug]


def _named(reference: Field, target: Field) -> Field:
    return replace(
        target,
        name=f"{reference.name}{STEP}{target.name}",
        label=f"{reference.label} · {target.label}",
        list=False,
        sort=False,
        search=0,
        write=False,
        group=False,
    )
