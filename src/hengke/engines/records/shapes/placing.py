"""Where the objects of a list are: in fields of their own, else where the object is that they refer to.

An institution's own object names no place; the first of its references to something that does is its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from hengke.engines.records.reading import reach, referred
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema.declarations import Field


@dataclass(frozen=True)
class Placing:
    """The fields of the place, from the wider to the nearer, and of longitude and latitude if there are any.

    By the names that conditions know, and the paths at which queries read them.
    """

    place: tuple[str, ...] = ()
    place_paths: tuple[str, ...] = ()
    position: tuple[str, ...] = ()
    position_paths: tuple[str, ...] = ()
    through: Field | None = None

    def rows(self, query: Query, names: Sequence[str]) -> Any:
        """All objects of the list, to be counted by these fields; without those whose place is out of sight."""
        if self.through is None:
            return query.telling(query.catalogue.fields[name] for name in names).order_by()
        rows = query.rows().order_by()
        model = referred.beyond(query.catalogue, self.through)
        if model is None:
            return rows
        seen = referred.visible(query.catalogue.actor, model).filter(pk=OuterRef(self.through.path))
        return rows.filter(Exists(seen))


def of(catalogue: Catalogue) -> Placing:
    """Nothing where the person may not know the place."""
    record = catalogue.record
    own = _known(catalogue, record.place)
    if own or record.place:
        return Placing(own, _paths(catalogue, own), *_position(catalogue))
    for reference, beyond in reach.references(catalogue):
        if reference.column is not None and (found := _plain(beyond, _place(beyond))):
            return _through(reference, beyond, found)
    return Placing()


def _place(catalogue: Catalogue) -> tuple[str, ...]:
    """The place as the record type declares it, as far as it exists for the person."""
    return _known(catalogue, catalogue.record.place)


def _through(reference: Field, beyond: Catalogue, place: tuple[str, ...]) -> Placing:
    position = _plain(beyond, _known(beyond, beyond.record.position))

    def names(fields: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{reference.name}{reach.STEP}{name}" for name in fields)

    def paths(fields: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{reference.path}__{beyond.fields[name].path}" for name in fields)

    return Placing(names(place), paths(place), names(position), paths(position), reference)


def _position(catalogue: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = _known(catalogue, catalogue.record.position)
    return names, _paths(catalogue, names)


def _paths(catalogue: Catalogue, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(catalogue.paths[name] for name in names)


def _known(catalogue: Catalogue, names: Sequence[str]) -> tuple[str, ...]:
    """The fields, all of them or none."""
    fields = catalogue.fields
    return tuple(names) if names and all(name in fields and fields[name].filter for name in names) else ()


def _plain(catalogue: Catalogue, names: tuple[str, ...]) -> tuple[str, ...]:
    """Only columns of the object itself can be read through a key."""
    return names if all("__" not in catalogue.fields[name].path for name in names) else ()
