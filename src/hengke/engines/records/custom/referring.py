"""Lists on the page of an object of what refers to it by a field that an administrator made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from hengke.engines.access import grants
from hengke.engines.access.actor import Actor
from hengke.engines.records.reading.timeline import Entry
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.schema.declarations import Field, Panel

if TYPE_CHECKING:
    from hengke.engines.records.reading.catalogue import Catalogue


def panels_of(rows: Iterable[Any]) -> dict[str, tuple[Panel, ...]]:
    """The lists by slug of the page that they stand on; `rows` are definitions of fields."""
    found: dict[str, list[Panel]] = {}
    for row in rows:
        # Without an index it would read every object, and no list could be opened by it.
        if row.kind == "reference" and row.filter:
            found.setdefault(row.options["of"], []).append(_panel(row))
    return {slug: tuple(panels) for slug, panels in found.items()}


def _panel(row: Any) -> Panel:
    def context(actor: Actor, target: Any) -> Mapping[str, Any] | None:
        from hengke.engines.records.reading.catalogue import Catalogue
        from hengke.engines.records.reading.related import related

        if not Catalogue(registry.by_slug(row.record), actor).readable(row.key):
            return None
        return related(actor, row.record, row.key, target, sort="-updated_at", words=_said)

    subject = registry.by_slug(row.record).subject
    return Panel(
        f"referring-{row.key}", _label(row.record, row.name), "records/related.html", context,
        place="right", order=70, subject=subject,
    )  # fmt: skip


def entries(actor: Actor, target: Any, before: datetime | None, limit: int) -> Sequence[Entry]:
    """When rows of the institution's own objects were made that name the target; a query for each such reference."""
    from hengke.engines.records.custom import definitions
    from hengke.engines.records.custom.columns import ReferenceColumn
    from hengke.engines.records.reading.catalogue import Catalogue

    found: list[Entry] = []
    for record in registry.made():
        if record.model is type(target) or not grants.may(actor, "view", record.subject):
            continue
        fields = definitions.fields_of(record.slug)
        naming = [f for f in fields if isinstance(f.column, ReferenceColumn) and f.column.to is type(target)]
        catalogue = Catalogue(record, actor) if naming else None
        for field in naming:
            if catalogue is not None and field.filter and catalogue.readable(field.name):
                found += _made_entries(catalogue, field, target.pk, before, limit)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:limit]


def _made_entries(
    catalogue: Catalogue, field: Field, key: int, before: datetime | None, limit: int
) -> Iterator[Entry]:
    rows = catalogue.rows().filter(**{field.path: key}).order_by("-created_at", "-pk")
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    record = catalogue.record
    for pk, name, at in rows.values_list("pk", "name", "created_at")[:limit]:
        text = _("%(what)s added: %(name)s") % {"what": record.label, "name": name}
        yield Entry(at, record.icon, text, url=address(record.slug, "page", pk))


def _said(target: Any) -> tuple[str, str]:
    return str(target), str(getattr(target, "number", "") or "")


def _words(slug: str, field: str) -> str:
    return f"{registry.by_slug(slug).label_plural} · {field}"


_label = lazy(_words, str)
