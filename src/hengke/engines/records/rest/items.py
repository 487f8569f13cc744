"""Objects as the API shows them: which fields, names beside keys, version and ETag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hengke.engines.records.reading import referred
from hengke.engines.records.reading.catalogue import Catalogue, unknown_field
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Reference
from hengke.kernel.errors import NotFound

Item = dict[str, Any]
PARAMETERS = ("fields", "expand")


@dataclass(frozen=True)
class Shape:
    """The fields that are asked for, and the references whose names stand beside their keys."""

    catalogue: Catalogue
    fields: tuple[Field, ...]
    named: tuple[Field, ...]

    @classmethod
    def read(cls, catalogue: Catalogue, params: Mapping[str, str]) -> Shape:
        """From `?fields=name,city&expand=owner`; InputError for a field that does not exist."""
        names, expand = _names(params.get("fields", "")), _names(params.get("expand", ""))
        fields = [catalogue.field(name) for name in names] if names else list(catalogue.fields.values())
        named = [catalogue.field(name) for name in expand]
        for field in named:
            if not isinstance(field.kind, Reference):
                raise unknown_field(field.name)
        return cls(catalogue, tuple(fields), tuple(named))

    @property
    def paths(self) -> list[str]:
        """What a query has to read, after the key."""
        paths = self.catalogue.paths
        names = [referred.path(self.catalogue, field) for field in self.named]
        return ["version", *(paths[field.name] for field in self.fields), *names]

    def item(self, row: Sequence[Any]) -> Item:
        """One object from a row: key, then the values of `paths`."""
        values = {f.name: f.kind.json(value) for f, value in zip(self.fields, row[2:], strict=False)}
        item = {"id": row[0], "version": row[1], **values}
        if self.named:
            item["names"] = dict(zip((f.name for f in self.named), row[2 + len(self.fields) :], strict=True))
        return item

    def one(self, pk: int) -> Item:
        """One object by its key, in one query; NotFound when it is out of sight."""
        rows = self.catalogue.joined(self.catalogue.rows()).filter(pk=pk)
        row = next(iter(rows.order_by().values_list("pk", *self.paths)[:1]), None)
        if row is None:
            raise NotFound("object_not_found", "This does not exist, or it is not yours to see.")
        return self.item(row)

    def of_target(self, target: Any) -> Item:
        """An object in hand, as it has just been written; {} in the rare case that it is out of sight now."""
        if self.named:
            rows = self.catalogue.rows().filter(pk=target.pk)
            return self.one(target.pk) if rows.exists() else {}
        values = self.catalogue.values_of(target)
        if values is None:
            return {}
        shown = {field.name: field.kind.json(values[field.name]) for field in self.fields}
        return {"id": target.pk, "version": target.version, **shown}


def etag(item: Item) -> str:
    """The version, for changes, and what else the answer depends on: figures change without a new version."""
    text = json.dumps(item, sort_keys=True, default=str)
    return f'"{item["version"]}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"' if item else ""


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
