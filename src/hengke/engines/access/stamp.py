"""The number that tells every process that rights have changed."""

from __future__ import annotations

import secrets

from django.db.models import QuerySet, Subquery

from hengke.engines.access.models import User
from hengke.engines.access.rows import RightsStamp

UNCHANGED = 0


def renew() -> None:
    """Make every process read the rights anew; call it in the transaction that changes them."""
    # Random, so that a rolled-back transaction or a restored back-up never gives a known number a new meaning.
    RightsStamp.objects.update_or_create(pk=1, defaults={"value": secrets.randbits(62) + 1})


def current() -> int:
    """The number now; 0 while nothing has ever been changed (one query)."""
    return RightsStamp.objects.filter(pk=1).values_list("value", flat=True).first() or UNCHANGED


def with_stamp(people: QuerySet[User]) -> QuerySet[User]:
    """People with their unit and the stamp as `rights_stamp`, all in one query."""
    number = RightsStamp.objects.filter(pk=1).values("value")
    return people.select_related("unit").annotate(rights_stamp=Subquery(number))
