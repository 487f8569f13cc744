"""Lists on the page of an object of what refers to it by a field that an administrator made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import lazy

from hengke.engines.access.actor import Actor
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import Panel


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


def _said(target: Any) -> tuple[str, str]:
    return str(target), str(getattr(target, "number", "") or "")


def _words(slug: str, field: str) -> str:
    return f"{registry.by_slug(slug).label_plural} · {field}"


_label = lazy(_words, str)
