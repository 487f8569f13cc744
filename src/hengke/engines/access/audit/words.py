"""What events are called and what they are about; modules say it of their own kinds and objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext_lazy

from hengke.engines.access import labels
from hengke.engines.access.models import Event, User

Text = str | Promise
Subject = tuple[str, int]


@dataclass(frozen=True)
class Thing:
    """An object as the audit shows it: what it is called and where it is opened, "" for nowhere."""

    title: str
    url: str = ""


Resolver = Callable[[Iterable[Subject]], Mapping[Subject, Thing]]
"""(model label, key) of many objects -> those that it knows, in a constant number of queries."""

_kinds: dict[str, Text] = {
    "login.succeeded": gettext_lazy("Logged in"),
    "login.failed": gettext_lazy("Log-in failed"),
    "access.denied": gettext_lazy("Access denied"),
    "record.read": gettext_lazy("Sensitive record opened"),
    "record.marked": gettext_lazy("Marked as sensitive"),
    "record.unmarked": gettext_lazy("No longer marked as sensitive"),
    "usage.unusual": gettext_lazy("Unusual use noticed"),
    "usage.seen": gettext_lazy("Notice of unusual use dealt with"),
    "policy.changed": gettext_lazy("Leak protection of a role changed"),
    "agreement.published": gettext_lazy("Confidentiality agreement published"),
    "agreement.accepted": gettext_lazy("Confidentiality agreement accepted"),
    "audit.exported": gettext_lazy("Audit log exported"),
    "privacy.previewed": gettext_lazy("Personal data looked up"),
    "privacy.exported": gettext_lazy("Personal data exported"),
    "privacy.requested": gettext_lazy("Erasure of personal data asked for"),
    "privacy.erased": gettext_lazy("Personal data erased"),
    "privacy.redacted": gettext_lazy("Events redacted after an erasure"),
    "user.created": gettext_lazy("Person added"),
    "undone": gettext_lazy("A change undone"),
    "exported": gettext_lazy("Export"),
}
_verbs: dict[str, Text] = {
    "created": gettext_lazy("%(what)s: added"),
    "changed": gettext_lazy("%(what)s: changed"),
    "deleted": gettext_lazy("%(what)s: deleted"),
    "assigned": gettext_lazy("%(what)s: handed over"),
    "merged": gettext_lazy("%(what)s: merged"),
    "split": gettext_lazy("%(what)s: separated"),
    "imported": gettext_lazy("%(what)s: list imported"),
    "exported": gettext_lazy("%(what)s: list exported"),
}
GROUPS: dict[str, tuple[Text, Q]] = {
    "login": (gettext_lazy("Log-in"), Q(kind__startswith="login.")),
    "denied": (gettext_lazy("Denied"), Q(kind="access.denied")),
    "export": (gettext_lazy("Export"), Q(kind="exported") | Q(kind__endswith=".exported")),
    "reading": (gettext_lazy("Reading of sensitive data"), Q(kind__in=("record.read", "privacy.previewed"))),
    "change": (
        gettext_lazy("Change of data"),
        Q(kind="undone") | Q(kind__regex=r"\.(created|changed|deleted|assigned|merged|split|imported)$"),
    ),
    "import": (gettext_lazy("Import"), Q(kind__startswith="import.") | Q(kind__endswith=".imported")),
    "privacy": (gettext_lazy("Personal data"), Q(kind__startswith="privacy.")),
    "admin": (
        gettext_lazy("Administration"),
        Q(kind__regex=r"^(user|role|grant|policy|agreement|token|unit|record|usage)\."),
    ),
}
_facts: dict[str, Text] = {
    "address": gettext_lazy("Address"), "contact": gettext_lazy("Contact"), "count": pgettext_lazy("audit", "Count"),
    "counts": gettext_lazy("Counts"), "digests": gettext_lazy("Digests"), "door": gettext_lazy("Channel"),
    "fields": gettext_lazy("Columns"), "file": gettext_lazy("File"), "filter": gettext_lazy("Filter"),
    "form": gettext_lazy("Format"), "kind": gettext_lazy("Kind"), "list": gettext_lazy("List"),
    "method": gettext_lazy("Method"), "name": pgettext_lazy("thing", "Name"), "path": gettext_lazy("Path"),
    "question": gettext_lazy("Question"), "reason": gettext_lazy("Reason"), "rows": gettext_lazy("Rows"),
    "status": gettext_lazy("Status code"), "username": gettext_lazy("User name"), "usual": gettext_lazy("Usual"),
    "what": gettext_lazy("What"),
}  # fmt: skip
_values: dict[tuple[str, str], Text] = {}
_resolvers: list[Resolver] = []
_types: list[str] = []
_further: list[Callable[[], Iterable[str]]] = []
_parties: set[str] = set()


def say(kinds: Mapping[str, Text]) -> None:
    """Declare what kinds of events are called."""
    _kinds.update(kinds)


def say_facts(names: Mapping[str, Text], values: Mapping[tuple[str, str], Text] | None = None) -> None:
    """Declare what the parts of an event's content are called, and those values that are codes: (part, code)."""
    _facts.update(names)
    _values.update(values or {})


def of_fact(name: str) -> str:
    """What a part of an event's content is called; one without words stands for itself."""
    return str(_facts.get(name, name))


def of_value(name: str, value: object) -> object:
    """A code in words where words are declared; any other value as it is."""
    return str(_values[name, value]) if isinstance(value, str) and (name, value) in _values else value


def register_objects(resolver: Resolver, *labels: str, party: str = "") -> None:
    """Let `resolver` name objects that events are about; `labels` are offered as a filter.

    `party` is the model whose keys stand in `Event.party_id`: its audit includes what belongs to it.
    """
    if resolver not in _resolvers:
        _resolvers.append(resolver)
    _types.extend(label for label in labels if label not in _types)
    _parties.update(filter(None, (party,)))


def also_of(labels: Callable[[], Iterable[str]]) -> None:
    """Offer models that come and go while the product runs."""
    _further.append(labels)


def types() -> list[tuple[str, str]]:
    """Models that the audit can be filtered by, with their words."""
    labels = [*_types, *(label for further in _further for label in further())]
    return [(label, of_type(label)) for label in labels]


def is_party(label: str) -> bool:
    """Whether `Event.party_id` names objects of this model."""
    return label in _parties


def of_kind(kind: str) -> str:
    """What a kind of event is called; a kind without words stands for itself."""
    if kind in _kinds:
        return str(_kinds[kind])
    noun, _dot, verb = kind.partition(".")
    return str(_verbs[verb]) % {"what": _noun(noun)} if verb in _verbs else kind


def known_kinds(text: str) -> list[str]:
    """Declared kinds whose words contain `text`."""
    return [kind for kind, words in _kinds.items() if text.lower() in str(words).lower()]


def of_type(label: str) -> str:
    """What objects of a model are called; "" for a model that has no name for people."""
    try:
        words = labels.model_of(label)._meta.verbose_name if label else ""
    except (LookupError, ValueError):
        return label
    return capfirst(str(words)) if isinstance(words, Promise) else ""


def things(subjects: Iterable[Subject]) -> dict[Subject, Thing]:
    """Names and addresses of objects; one that nobody knows (any more) is shown by its number."""
    wanted = set(subjects)
    found = {subject: Thing(f"{of_type(subject[0])} #{subject[1]}".strip()) for subject in wanted}
    for resolver in _resolvers if wanted else ():
        found |= resolver(wanted)
    return found


def _noun(noun: str) -> str:
    model = labels.of_noun(noun)
    return capfirst(str(model._meta.verbose_name)) if model else noun


def _people(subjects: Iterable[Subject]) -> Mapping[Subject, Thing]:
    ids = [key for label, key in subjects if label == "access.user"]
    names = User.objects.filter(pk__in=ids).values_list("pk", "name")
    return {("access.user", pk): Thing(name) for pk, name in names}


def _events(subjects: Iterable[Subject]) -> Mapping[Subject, Thing]:
    ids = [key for label, key in subjects if label == "access.event"]
    kinds = Event.objects.filter(pk__in=ids).values_list("pk", "kind")
    return {("access.event", pk): Thing(f"{of_kind(kind)} #{pk}", f"/audit/{pk}") for pk, kind in kinds}


register_objects(_people, "access.user")
register_objects(_events)
