"""A field as a person's rights leave it: whole, only to read, masked, or not there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import Any, ClassVar

from hengke.engines.access.grants import FieldRights, Level
from hengke.engines.records.schema.declarations import Field
from hengke.engines.records.schema.kinds import Kind, Phone

STARS = "****"


def seen(field: Field, rights: FieldRights) -> Field | None:
    """The field with the abilities that the rights leave; None when it does not exist. The name always stays."""
    level = Level.WRITE if field.title == 1 else rights.level(field.name, field.sensitivity)
    if level is Level.HIDDEN:
        return None
    if level is Level.MASKED:
        return replace(
            field,
            kind=Masked(field.kind),
            filter=False,
            sort=False,
            search=0,
            write=False,
            tone=None,
            masked=True,
        )
    return replace(field, write=False) if level is Level.READ else field


@dataclass(frozen=True)
class Masked(Kind):
    """What is left of a value of another kind; it can be compared with nothing, so it cannot be guessed either."""

    operators: ClassVar[tuple[str, ...]] = ()
    control: ClassVar[str] = "none"
    of: Kind = Kind()  # noqa: RUF009 (kinds are frozen)

    def show(self, value: Any) -> str:
        return escape(self.plain(value))

    def plain(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(self.of, Phone):
            return mask_phone(str(value))
        return mask_email(value) if isinstance(value, str) and "@" in value else STARS

    def json(self, value: Any) -> Any:
        """A text is masked; a number or a day has no masked form and is left out."""
        return self.plain(value) if self.of.json_type is str and not self.of.numeric else None


def mask_phone(text: str) -> str:
    """13812341234 -> 138****1234; short numbers keep the last two digits only."""
    digits = [c for c in text if c.isdigit()]
    if len(digits) < 9:
        return STARS + "".join(digits[-2:])
    return "".join(digits[:3]) + STARS + "".join(digits[-4:])


def mask_email(text: str) -> str:
    """wang@example.org -> w****@example.org."""
    name, _at, host = text.rpartition("@")
    return f"{name[:1]}{STARS}@{host}"
