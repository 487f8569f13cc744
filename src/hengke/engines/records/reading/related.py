"""A panel's list of objects that belong to another one: the first few, how many there are, and ways on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.access.prepared import Prepared
from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.cells import value_markup
from hengke.engines.records.reading.keyset import Order
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.kernel.filters import Filter

SHOWN = 6
COUNTED = 1_000


def related(
    actor: Actor,
    slug: str,
    field: str,
    owner: Any,
    *,
    sort: str,
    words: Callable[[Any], tuple[str, str]],
    end: str = "",
) -> Mapping[str, Any]:
    """Context of records/related.html: objects of `slug` whose reference `field` is `owner`; one query,
    and a second one when there are more than are shown.

    `words` gives title and second line; the field `end` is shown on the right when it exists for the actor.
    """
    record = registry.by_slug(slug)
    catalogue = Catalogue(record, actor)
    path = record.field(field).path
    # An order by what the person may not read would tell of it.
    name = sort.removeprefix("-")
    order = Order(name if catalogue.readable(name) else "pk", "pk", sort.startswith("-"), nullable=True)
    at_end = catalogue.fields.get(end)
    first = _first(record.model, path, order)(grants.row_filter(actor, record.subject), owner.pk)
    shown = first[:SHOWN]
    ends = {target.pk: referred.shown_of(catalogue, at_end, target) for target in shown} if at_end else {}
    found = [
        {
            "title": words(target)[0],
            "sub": words(target)[1],
            "url": address(slug, "page", target.pk),
            "end": value_markup(at_end, *ends[target.pk]) if at_end else "",
        }
        for target in map(catalogue.veil, shown)
    ]
    count = len(first) if len(first) <= SHOWN else _count(catalogue, path, owner)
    return {
        "rows": found,
        "count": f"{count:,}" + ("+" if count == COUNTED else ""),
        "more_url": f"{address(slug, 'list')}?{urlencode({field: owner.pk})}" if count > SHOWN else "",
        "new_url": f"{address(slug, 'new')}?{urlencode({field: owner.pk})}"
        if grants.may(actor, "add", record.subject)
        else "",
    }


@cache
def _first(model: Any, path: str, order: Order) -> Prepared[Any]:
    def rows(rights: Filter, owner: int) -> QuerySet[Any]:
        found: QuerySet[Any] = model._default_manager.within(rights)
        return found.filter(**{path: owner}).order_by(*order.by())[: SHOWN + 1]

    return Prepared(rows)


def _count(catalogue: Catalogue, path: str, owner: Any) -> int:
    return catalogue.rows().filter(**{path: owner.pk})[:COUNTED].count()
