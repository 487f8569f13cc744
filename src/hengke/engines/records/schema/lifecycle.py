"""Lifecycles: which state may follow which, what must be filled in before, and which right a step takes.

Declared once on a record type; every way to change the field asks it: form, cell, board, bulk change, import, API,
action.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from dataclasses import field as with_default
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import Conflict, InputError

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import RecordType, Values, Words

SEPARATOR = "、"
NOT_FROM_HERE = gettext_lazy("From “%(old)s” it can only become: %(possible)s.")
NOWHERE = gettext_lazy("“%(old)s” is final.")
NO_RIGHT = gettext_lazy("Your role does not allow this. Ask an administrator if you need it.")


@dataclass(frozen=True)
class Lifecycle:
    """`steps`: state -> the states that may follow. `required`: state -> fields that are filled in before it is
    reached. `rights`: state -> the right that reaching it takes, "change" unless stated.
    """

    field: str
    steps: Mapping[str, Sequence[str]]
    _: KW_ONLY
    required: Mapping[str, Sequence[str]] = with_default(default_factory=dict)
    rights: Mapping[str, str] = with_default(default_factory=dict)

    def possible(self, state: str) -> tuple[str, ...]:
        """The states that may follow."""
        return tuple(self.steps.get(state, ()))

    def refusal(self, record: RecordType, actor: Actor, target: Any, old: str, new: str) -> Words:
        """Why `target`, whose other values are set already, may not go from one state to another; "" when it may."""
        if new == old:
            return ""
        kind: Any = record.field(self.field).kind
        if new not in self.possible(old):
            words = {
                "old": kind.plain(old),
                "possible": SEPARATOR.join(kind.plain(state) for state in self.possible(old)),
            }
            return str(NOT_FROM_HERE if self.possible(old) else NOWHERE) % words
        right = self.rights.get(new, "")
        if right and not grants.may(actor, right, record.subject):
            return NO_RIGHT
        missing = [
            str(record.field(name).label)
            for name in self.required.get(new, ())
            if record.field(name).key_of(target) in (None, "")
        ]
        return _("Fill this in first: %(fields)s.") % {"fields": SEPARATOR.join(missing)} if missing else ""


def require(record: RecordType, actor: Actor, target: Any, old: Values) -> None:
    """InputError when a change that is about to be stored takes a step that there is not."""
    cycle = record.lifecycle
    if cycle is None or cycle.field not in old:
        return
    words = cycle.refusal(record, actor, target, old[cycle.field], record.field(cycle.field).key_of(target))
    if words:
        label = record.field(cycle.field).label
        raise InputError("invalid_value", "{field}: {words}", field=label, words=words, name=cycle.field)


def require_step(record: RecordType, actor: Actor, target: Any, new: str) -> None:
    """Conflict when an action would take a step that there is not from where `target` is."""
    cycle = record.lifecycle
    if cycle is None:
        return
    old = record.field(cycle.field).key_of(target)
    if new == old:
        raise Conflict("not_now", "This cannot be done in the present state. Reload the page.")
    if words := cycle.refusal(record, actor, target, old, new):
        raise Conflict("no_such_step", "{object}: {words}", object=str(target), words=words)
