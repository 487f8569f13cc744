"""Prepare an import: keep the file, look into it, propose how its columns are read,
let a person edit that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.engines.files import store as files
from hengke.kernel.errors import Conflict, InputError
from hengke.modules.insight.enums import ImportState, SourceKind
from hengke.modules.insight.models import Import, Source
from hengke.modules.insight.services import looking, places
from hengke.modules.insight.services.looking import Look

if TYPE_CHECKING:
    from hengke_analytics.warehouse.formats import FormatGuess
    from hengke_analytics.warehouse.mapping import Mapping as Columns
    from hengke_analytics.warehouse.reading import Inspection

SUBJECT = "insight.import"


def source_named(name: str, *, actor: Actor, kind: str = SourceKind.FILE, is_demo: bool = False) -> Source:
    """The source of that name, made when it is new.

    InputError `source_name` for an empty or overlong name.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= 60:
        raise InputError("source_name", "Give the source a name of at most 60 characters.")
    grants.require(actor, "change", SUBJECT)
    with transaction.atomic():
        source, created = Source.objects.get_or_create(name=name, defaults={"kind": kind, "is_demo": is_demo})
        if created:
            events.record("source.added", actor=actor, subject=source, payload={"name": name, "kind": kind})
    if source.kind != kind:
        raise Conflict("source_kind", "There is a source of that name already, and it is of another kind.")
    return source


def prepare_file(*, actor: Actor, source: Source, digest: str, name: str, look: Look | None = None) -> Import:
    """A draft import of a stored file; InputError with the reader's reason when it is no table.

    Without `look` the file is read as the last one of its source was, as far as that fits.
    """
    grants.require(actor, "change", SUBJECT)
    path = files.path_of(digest)
    found = looking.into(path, look, name=name) if look else looking.as_usual(path, source, name=name)
    return draft(actor, source, found, name=name, digest=digest)


def inspection_of(row: Import) -> Inspection:
    """What was found when the file was handed in."""
    from hengke_analytics.warehouse.reading import Inspection

    return Inspection.from_json(json.dumps(row.inspection["found"]))


def columns_of(row: Import) -> Columns:
    """How the columns of an import are read; its key is the source's, once the source has one."""
    from hengke_analytics.warehouse.mapping import Mapping as Columns

    mapping = Columns.from_json(json.dumps(row.mapping))
    key = tuple(row.source.key_fields or row.key_fields or mapping.key)
    missing = [name for name in key if name not in mapping.targets]
    if missing:
        raise InputError(
            "key_missing", "The lines of this source are told apart by {names}: choose a column for it.",
            names=", ".join(missing),
        )  # fmt: skip
    return replace(mapping, key=key)


@dataclass(frozen=True)
class Choice:
    """What a person chose in the wizard; `targets` gives a field name or "" per column of the sheet."""

    targets: Mapping[int, str]
    key: tuple[str, ...] = ()
    snapshot: bool = False


def choose(row: Import, choice: Choice, *, actor: Actor) -> Import:
    """Keep the choices of the wizard; Conflict once the import has begun."""
    grants.require(actor, "change", SUBJECT)
    _check_draft(row)
    mapping = columns_of_draft(row)
    for index, target in choice.targets.items():
        if index < len(mapping.columns) and (mapping.columns[index].target or "") != target:
            mapping = mapping.assign(index, target or None)
    _keep(row, mapping.detect(_sample(row)))
    row.key_fields = [name for name in choice.key if name in mapping.targets] or list(mapping.key)
    row.snapshot = choice.snapshot
    row.save(update_fields=["mapping", "fingerprint", "key_fields", "snapshot"])
    return row


def look_again(row: Import, look: Look, *, actor: Actor) -> Import:
    """Read a draft's file anew as a person says; the columns stay as they are where the headings stay.

    InputError for what the file cannot be read by: then nothing has changed.
    """
    grants.require(actor, "change", SUBJECT)
    _check_draft(row)
    before = columns_of_draft(row)
    if look.read_as != Look.of(row).read_as:
        since = {name: row.inspection[name] for name in ("since",) if name in row.inspection}
        row.inspection = looking.into(places.opened(row), look, name=row.file_name) | since
    else:
        row.inspection["look"] |= {"date_order": look.date_order, "decimal": look.decimal}
    headers = inspection_of(row).sheet(row.inspection["sheet"]).headers
    same = list(headers) == [column.header for column in before.columns]
    mapping = before if same else propose(row, row.inspection["sheet"])
    _keep(row, mapping.reading(date_order=look.date_order, decimal=look.decimal).detect(_sample(row)))
    row.key_fields = row.key_fields if same else row.source.key_fields or list(mapping.key)
    row.save(update_fields=["inspection", "mapping", "fingerprint", "key_fields"])
    return row


def columns_of_draft(row: Import) -> Columns:
    """The mapping as it stands, key not yet settled."""
    from hengke_analytics.warehouse.mapping import Mapping as Columns

    return Columns.from_json(json.dumps(row.mapping))


def formats_of(row: Import) -> dict[str, FormatGuess]:
    """How the cells of each column are written, by header, judged by the first rows."""
    from hengke_analytics.warehouse.formats import detect_formats

    sheet = inspection_of(row).sheet(row.inspection["sheet"])
    cells = {
        header: [line[place] for _, line in sheet.sample if place < len(line)]
        for place, header in enumerate(sheet.headers)
    }
    return detect_formats(cells)


def propose(row: Import, sheet: str) -> Columns:
    """The mapping last used for the same headers, else the likeliest one; InputError for an unknown sheet."""
    from hengke_analytics.warehouse import mapping

    try:
        chosen = inspection_of(row).sheet(sheet)
    except KeyError as error:
        raise InputError("no_such_sheet", "There is no sheet or table “{sheet}”.", sheet=sheet) from error
    proposed = mapping.propose(chosen.headers, [cells for _, cells in chosen.sample])
    used = _used_before(proposed.fingerprint)
    if used is None:
        return proposed
    known = mapping.Mapping.from_json(json.dumps(used)).for_headers(chosen.headers)
    return known.reading(date_order="", decimal="").detect([cells for _, cells in chosen.sample])


def _used_before(fingerprint: str) -> dict[str, Any] | None:
    kept = Import.objects.filter(fingerprint=fingerprint).exclude(state=ImportState.DRAFT)
    used: dict[str, Any] | None = kept.order_by("-pk").values_list("mapping", flat=True).first()
    return used


def _check_draft(row: Import) -> None:
    if row.state != ImportState.DRAFT:
        raise Conflict("import_begun", "This import has begun already: its columns can no longer be changed.")


def _sample(row: Import) -> list[tuple[str, ...]]:
    return [cells for _, cells in inspection_of(row).sheet(row.inspection["sheet"]).sample]


def _keep(row: Import, mapping: Columns) -> None:
    row.mapping, row.fingerprint = json.loads(mapping.to_json()), mapping.fingerprint


def draft(actor: Actor, source: Source, found: dict[str, Any], *, name: str, digest: str) -> Import:
    """An import that waits for somebody to check its columns."""
    row = Import(
        source=source,
        file_name=name[:255],
        digest=digest,
        actor_id=actor.user_id,
        inspection=found,
    )
    look = Look.of(row)
    mapping = propose(row, found["sheet"]).reading(date_order=look.date_order, decimal=look.decimal)
    _keep(row, mapping)
    row.key_fields = source.key_fields or list(mapping.key)
    with transaction.atomic():
        row.save()
        events.record(
            "import.prepared", actor=actor, subject=row, payload={"file": name, "source": source.name}
        )
    return row
