"""How a file is looked into: by what its bytes say, by what a person chose, by what was chosen for its source."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from hengke.kernel.errors import InputError
from hengke.modules.insight.models import Import, Source

if TYPE_CHECKING:
    from hengke_analytics.warehouse.reading import Inspection, ReadAs
    from hengke_analytics.warehouse.reading import Source as Place

CERTAIN = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
"""Encodings that a file's own mark proves: no earlier choice is set above them."""


@dataclass(frozen=True)
class Look:
    """What a person chose instead of what is detected; "" and None detect.

    `encoding`: a codec. `header_line`: the line with the headings, 0 for none. `sheet`: of a workbook or
    database file. `date_order`: ymd, dmy or mdy. `decimal`: "." or ",".
    """

    encoding: str = ""
    header_line: int | None = None
    sheet: str | None = None
    date_order: str = ""
    decimal: str = ""

    @property
    def read_as(self) -> ReadAs:
        """The part that decides which cells there are."""
        from hengke_analytics.warehouse.reading import ReadAs

        return ReadAs(self.encoding, self.header_line, self.sheet)

    @classmethod
    def of(cls, row: Import) -> Look:
        """What was chosen for an import."""
        chosen: dict[str, Any] = row.inspection.get("look", {})
        return cls(**chosen)


def into(place: Place, look: Look, *, name: str) -> dict[str, Any]:
    """What an import keeps of the first look at a file; InputError for a choice that it cannot be read by."""
    from hengke_analytics.warehouse import reading

    found = reading.inspect(place, name=name, read_as=look.read_as)
    try:
        sheet = found.sheet(look.sheet or None)
    except KeyError as error:
        raise _no_sheet(look.sheet) from error
    return kept(found, sheet.name, replace(look, sheet=sheet.name))


def as_usual(place: Place, source: Source, *, name: str) -> dict[str, Any]:
    """The same by what was chosen for the source's last file, as far as that fits this one."""
    found = into(place, Look(), name=name)
    if not source.reading:
        return found
    usual = {name: value for name, value in source.reading.items() if name != "fingerprint"}
    look = Look(**usual)
    if found["found"]["encoding"] in CERTAIN:
        look = replace(look, encoding="")
    if look.sheet not in [sheet["name"] for sheet in found["found"]["sheets"]]:
        look = replace(look, sheet=None)
    if look.read_as == Look(**found["look"]).read_as:
        return {**found, "look": asdict(look)}
    tries = (look, replace(look, header_line=None), replace(look, header_line=None, encoding=""))
    return next((each for try_ in tries if (each := _fitting(place, source, try_, name))), found)


def remember(row: Import) -> None:
    """Keep with the source how this file is read: the next one is looked into in the same way."""
    look = asdict(Look.of(row))
    Source.objects.filter(pk=row.source_id).update(reading={**look, "fingerprint": row.fingerprint})


def kept(found: Inspection, sheet: str, look: Look) -> dict[str, Any]:
    """The inspection as the row of an import keeps it."""
    return {"found": json.loads(found.to_json()), "sheet": sheet, "look": asdict(look)}


def _fitting(place: Place, source: Source, look: Look, name: str) -> dict[str, Any] | None:
    """The look, unless the file refuses it or another line than the usual one holds the headings."""
    from hengke_analytics.warehouse.mapping import fingerprint

    try:
        found = into(place, look, name=name)
    except InputError:
        return None
    sheet = next(each for each in found["found"]["sheets"] if each["name"] == found["sheet"])
    same = fingerprint(sheet["headers"]) == source.reading["fingerprint"]
    return found if look.header_line is None or same else None


def _no_sheet(sheet: str | None) -> InputError:
    return InputError("no_such_sheet", "There is no sheet or table “{sheet}”.", sheet=sheet)
