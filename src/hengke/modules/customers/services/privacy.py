"""Contacts as persons who may ask what is held about them and have it erased."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hengke.engines.access import labels
from hengke.engines.records.custom.references import CustomReference, leading_to
from hengke.engines.records.privacy import places
from hengke.engines.records.privacy.places import SHORTEST_VALUE, Candidate, Person, Step
from hengke.engines.records.schema import registry
from hengke.engines.records.search.index import index_records
from hengke.kernel import clock
from hengke.kernel.errors import NotFound
from hengke.modules.customers.models import Contact, Customer, CustomerName

SUBJECT = "customers.contact"


def declare() -> None:
    """Tell the privacy engine who is a person and which rows belong to the same customer."""
    places.declare_person(SUBJECT, describe)
    for label, scope in _SCOPES.items():
        places.declare_scope(label, scope, _WORDS.get(label, ""))
    places.declare_step(Step("contacts", lambda person: [], _retire))


def describe(key: int) -> tuple[Person, list[Candidate]]:
    """The person behind a contact, deleted ones included, with every value that may be theirs; NotFound."""
    row = Contact._base_manager.select_related("customer").filter(pk=key).first()
    if row is None:
        raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
    aliases = CustomerName.objects.filter(customer=row.customer_id).values_list("text", flat=True)
    person = Person(
        row.pk, f"{row.name} · {row.customer.name}", row.name, row.customer_id,
        aliases=tuple(sorted({*aliases, row.customer.name})),
    )  # fmt: skip
    same = Contact._base_manager.filter(customer=row.customer_id, name=row.name)
    own = [value for pair in same.values_list("phone", "email") for value in pair]
    values = [
        value for value in dict.fromkeys([*own, *places.values_of(person)]) if len(value) >= SHORTEST_VALUE
    ]
    found = [Candidate(value, _others(value, row)) for value in values]
    return person.with_values(tuple(values)), found


def _others(value: str, row: Contact) -> int:
    """How many live contacts with another name have the value, too."""
    held = Contact.objects.filter(Q(phone=value) | Q(email=value), deleted_at=None)
    return held.exclude(customer=row.customer_id, name=row.name).count()


def _retire(person: Person, pseudonym: str) -> int:
    """What remains of the person's own rows goes into the recycle bin, empty."""
    rows = Contact._base_manager.filter(customer=person.party).filter(Q(name=pseudonym) | Q(pk=person.key))
    keys = list(rows.values_list("pk", flat=True))
    empty = dict.fromkeys(("role", "department", "phone", "email", "remark"), "")
    with transaction.atomic():
        Contact._base_manager.filter(pk__in=keys).update(
            name=pseudonym,
            **empty,
            deleted_at=clock.now(),
            updated_at=clock.now(),
            version=models.F("version") + 1,
        )
        record = registry.by_subject(SUBJECT)
        assert record is not None
        index_records(record, keys)
    return len(keys)


def _naming(person: Person) -> list[tuple[CustomReference, models.QuerySet[Any, Any]]]:
    """The rows of the institution's own objects that name the customer or the contact.

    Not those of contacts and the like: they belong to a customer of their own, where the name may be another person's.
    """
    targets = ((Customer, person.party), (Contact, person.key))
    return [
        (reference, reference.rows(key).order_by().values("pk"))
        for model, key in targets
        for reference in leading_to(model)
        if labels.is_made(reference.model._meta.label_lower)
    ]


def _named_in(person: Person, place: Callable[[CustomReference, Any], Q]) -> Q:
    """Where rows of the institution's own objects that name the customer or contact leave something."""
    return reduce(or_, (place(reference, rows) for reference, rows in _naming(person)), Q(pk__in=()))


def _contacts(person: Person) -> models.QuerySet[Contact, Any]:
    return Contact._base_manager.filter(customer=person.party).values("pk")


def _under(person: Person) -> Q:
    """Search entries that show the customer's name in their second line."""
    named = (Q(subtitle__startswith=alias) for alias in person.aliases)
    return reduce(or_, named, Q(pk__in=()))


def _events(person: Person) -> Q:
    # An export keeps the filter of its list, which may be a search for the name.
    exports = Q(kind="exported") | Q(kind__endswith=".exported")
    about = Q(subject_type=SUBJECT, subject_id__in=_contacts(person))
    made = _named_in(person, lambda to, rows: Q(subject_type=to.model._meta.label_lower, subject_id__in=rows))
    return Q(party_id=person.party) | about | exports | made


_SCOPES: dict[str, places.Scope] = {
    "customers.customer": lambda person: Q(pk=person.party),
    "customers.customername": lambda person: Q(customer=person.party),
    "customers.contact": lambda person: Q(customer=person.party),
    "customers.instrument": lambda person: Q(customer=person.party),
    "access.event": _events,
    "access.rowjournal": lambda person: (
        Q(event__party_id=person.party)
        | Q(model=SUBJECT, row_id__in=_contacts(person))
        | _named_in(person, lambda to, rows: Q(model=to.model._meta.label_lower, row_id__in=rows))
    ),
    "records.searchentry": lambda person: (
        Q(record="customers", object_id=person.party)
        | Q(record="contacts", object_id__in=_contacts(person))
        | _under(person)
        | _named_in(person, lambda to, rows: Q(record=to.slug, object_id__in=rows))
    ),
    "records.customrecord": lambda person: _named_in(person, lambda to, rows: Q(pk__in=rows)),
}
_WORDS: dict[str, places.Words] = {
    "access.event": _("Audit log"),
    "access.rowjournal": _("Values before and after changes"),
    "records.searchentry": _("Search index"),
}
