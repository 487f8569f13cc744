"""What people do with objects beyond entering values: declared once, run by button, API and command alike.

An action is a function `(record, *, actor, target, **inputs)` in its module's declarations. Whoever calls it goes
through `perform`: the object is found within the scope of the right that the action needs, the inputs are read as
their kinds say, and all that the function writes stands or falls together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.schema.declarations import RecordType, Words
from hengke.engines.records.schema.kinds import Kind
from hengke.kernel.errors import Conflict, InputError, NotAllowed, NotFound

Run = Callable[..., Any]


@dataclass(frozen=True)
class Input:
    """One thing an action asks for."""

    name: str
    kind: Kind
    label: Words
    _: KW_ONLY
    required: bool = False


@dataclass(frozen=True)
class Action:
    """`run` for objects of the record type `slug`; offered where `when` holds, to those who may `needs`."""

    slug: str
    key: str
    label: Words
    run: Run
    _: KW_ONLY
    icon: str = "check"
    needs: str = "change"
    inputs: tuple[Input, ...] = ()
    confirm: Words = ""
    when: Callable[[Any], bool] = lambda target: True

    @property
    def summary(self) -> str:
        """What it does, in the words of its function."""
        return (self.run.__doc__ or "").strip().partition("\n")[0]


_actions: dict[str, dict[str, Action]] = {}


def action(slug: str, key: str, label: Words, **options: Any) -> Callable[[Run], Run]:
    """Declare the decorated function as an action; options as the fields of `Action`."""

    def declare(run: Run) -> Run:
        made = Action(slug, key, label, run, **options)
        taken = _actions.setdefault(slug, {})
        if key in taken and taken[key].run.__module__ != run.__module__:
            raise ImproperlyConfigured(
                f'The action "{key}" of "{slug}" is declared twice; choose another key.'
            )
        taken[key] = made
        return run

    return declare


def actions_of(slug: str) -> list[Action]:
    """The actions of a record type, in the order of declaration."""
    return list(_actions.get(slug, {}).values())


def offered(record: RecordType, target: Any, rights: Mapping[str, bool]) -> list[Action]:
    """What a person may do with `target` now; `rights` says which of the needed rights hold for it."""
    return [act for act in actions_of(record.slug) if rights.get(act.needs) and act.when(target)]


def needed_rights(slug: str) -> frozenset[str]:
    """Every right that some action of the record type needs."""
    return frozenset(act.needs for act in actions_of(slug))


def find(slug: str, key: str) -> Action:
    """The action; NotFound when there is none."""
    found = _actions.get(slug, {}).get(key)
    if found is None:
        raise NotFound("action_unknown", "There is no such action.")
    return found


def perform(record: RecordType, key: str, *, actor: Actor, pk: int, given: Mapping[str, Any]) -> Any:
    """Run an action for the object `pk`; what the function gives back.

    NotFound for an object out of sight, NotAllowed without the right, Conflict when its state does not allow it,
    InputError for what cannot be read.
    """
    act = find(record.slug, key)
    grants.require(actor, act.needs, record.subject)
    manager: Any = record.model._default_manager
    with transaction.atomic():
        target = manager.visible_to(actor, act.needs).filter(pk=pk).order_by().first()
        if target is None:
            if manager.visible_to(actor).filter(pk=pk).exists():
                raise NotAllowed(
                    "not_allowed", "Your role does not allow this. Ask an administrator if you need it."
                )
            raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
        values = read(act, given)
        if not act.when(target):
            raise Conflict("not_now", "This cannot be done in the present state. Reload the page.")
        return act.run(record, actor=actor, target=target, **values)


def read(act: Action, given: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as values; InputError names what is missing, unknown or unreadable."""
    names = {one.name for one in act.inputs}
    for name in given:
        if name not in names:
            raise InputError("unknown_field", "Unknown field: {field}.", field=str(name)[:60])
    values = {}
    for one in act.inputs:
        raw = given.get(one.name)
        if raw is None or str(raw).strip() == "":
            if one.required:
                raise InputError("input_missing", "{field} is needed.", field=str(one.label))
            continue
        values[one.name] = one.kind.read(str(raw).strip())
    return values
