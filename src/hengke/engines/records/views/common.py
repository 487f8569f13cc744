"""What every page of the engine begins with."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from hengke.engines.access import grants
from hengke.engines.access.prepared import Prepared
from hengke.engines.access.requests import StaffRequest
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import addresses, registry
from hengke.engines.records.schema.declarations import RecordType
from hengke.kernel.errors import NotFound
from hengke.kernel.filters import Filter


def opened(request: StaffRequest, slug: str, action: str = "view") -> Catalogue:
    """The catalogue of a record type for the person asking; NotAllowed without the right to `action` at all."""
    record = registry.by_slug(slug)
    grants.require(request.actor, action, record.subject)
    return Catalogue(record, request.actor)


def found(catalogue: Catalogue, pk: int, action: str = "view") -> Any:
    """One object within the scope of `action`; NotFound otherwise, whether or not it exists."""
    record = catalogue.record
    for target in _one(record.model, grants.row_filter(catalogue.actor, record.subject, action), pk):
        return target
    raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")


def _with_references(model: Any, rights: Filter, pk: int) -> QuerySet[Any]:
    references = [
        field.name
        for field in model._meta.concrete_fields
        if field.is_relation and not field.name.endswith("_into")
    ]
    rows: QuerySet[Any] = model._default_manager.within(rights)
    return rows.select_related(*references).filter(pk=pk).order_by("pk")[:1]


_one = Prepared[Any](_with_references)


def address(record: RecordType, name: str, *args: Any) -> str:
    """The address of one of the record type's pages."""
    return addresses.address(record.slug, name, *args)


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def may(catalogue: Catalogue, action: str) -> bool:
    """Whether the person may do `action` with some object of this type."""
    return grants.may(catalogue.actor, action, catalogue.record.subject)
