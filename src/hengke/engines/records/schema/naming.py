"""Names and addresses of records for the audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from django.db.models import Q

from hengke.engines.access.audit.words import Subject, Thing
from hengke.engines.records.models import SearchEntry
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.addresses import address


def things(subjects: Iterable[Subject]) -> Mapping[Subject, Thing]:
    """What the search index knows of records, by model label and key; one query. Deleted records are not in it."""
    slugs = {record.subject: record.slug for record in registry.all_records()}
    labels = {slug: label for label, slug in slugs.items()}
    wanted = [Q(record=slugs[label], object_id=key) for label, key in subjects if label in slugs]
    if not wanted:
        return {}
    entries = SearchEntry.objects.filter(reduce(or_, wanted)).values_list("record", "object_id", "title")
    return {(labels[slug], key): Thing(title, address(slug, "page", key)) for slug, key, title in entries}
