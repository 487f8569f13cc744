"""From cells to values: which column means which field, and each cell checked once, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override

from hengke.engines.records.custom.controls import check
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import limits
from hengke.engines.records.schema.declarations import Field, Values, column_of
from hengke.engines.records.schema.kinds import Choice, Reference
from hengke.engines.records.schema.kinds_tags import Tags
from hengke.engines.records.writing.forms import form_field, writable
from hengke.kernel.errors import InputError

Parse = Callable[[str], Any]


def importable(catalogue: Catalogue) -> list[Field]:
    """What a column may mean: the fields a person may enter, and those that find an object again."""
    keys = {name for key in catalogue.record.upsert_by for name in key}
    # A cell holds no file.
    entered = {field.name for field in writable(catalogue) if field.kind.control != "file"}
    return [field for field in catalogue.fields.values() if field.name in entered | keys and not field.masked]


def propose(
    catalogue: Catalogue, headers: Sequence[str], remembered: Mapping[str, str] | None = None
) -> dict[int, str]:
    """Column number -> field name, by name or label in either language; each field once.

    `remembered` is what `pairing` made of an earlier import: header -> field name, "" for a column left out.
    """
    words: dict[str, str] = {}
    fields = importable(catalogue)
    for language in ("en", "zh-hans"):
        with override(language):
            words |= {_plain(str(field.label)): field.name for field in fields}
    words |= {_plain(field.name): field.name for field in fields}
    known = {field.name for field in fields} | {""}
    words |= {header: name for header, name in (remembered or {}).items() if name in known}
    found: dict[int, str] = {}
    for number, header in enumerate(headers):
        name = words.get(_plain(header))
        if name and name not in found.values():
            found[number] = name
    return found


def pairing(headers: Sequence[str], mapping: Mapping[int, str]) -> dict[str, str]:
    """What a person made of the columns of a file, by header, to be proposed for the next one."""
    return {
        _plain(header): mapping.get(number, "") for number, header in enumerate(headers) if _plain(header)
    }


def _plain(text: str) -> str:
    return "".join(text.lower().split()).strip("*：:").replace("_", "")


class RowReader:
    """Reads rows of one file by one mapping."""

    def __init__(self, catalogue: Catalogue, mapping: Mapping[int, str]) -> None:
        allowed = {field.name for field in importable(catalogue)}
        for name in mapping.values():
            catalogue.field(name)
            if name not in allowed:
                raise InputError("not_importable", "The field {field} cannot be imported.", field=name)
        if len(set(mapping.values())) != len(mapping):
            raise InputError("mapped_twice", "Two columns mean the same field. Choose one of them.")
        self.record = catalogue.record
        self.fields = [
            (number, catalogue.fields[name], _parser(catalogue, catalogue.fields[name]))
            for number, name in mapping.items()
        ]

    def read(self, cells: Sequence[str]) -> tuple[Values, list[str]]:
        """Values by field name (references still as text), and what is wrong with the row."""
        values: Values = {}
        wrong: list[str] = []
        for number, field, parse in self.fields:
            text = cells[number].strip() if number < len(cells) else ""
            if not text:
                continue
            try:
                values[field.name] = parse(text)
            except InputError:
                wrong.append(
                    _("%(field)s: “%(text)s” cannot be read") % {"field": field.label, "text": text[:40]}
                )
            except ValidationError as error:
                wrong.append(f"{field.label}: {' '.join(error.messages)}")
        return values, wrong


def _parser(catalogue: Catalogue, field: Field) -> Parse:
    """The function that reads a cell of one field; made once per file."""
    column: Any = column_of(type(catalogue.record), field)
    if isinstance(field.kind, Choice) and not field.kind.many:
        return _choice(field.kind)
    if isinstance(field.kind, Reference):
        return str
    if field.column is not None:
        return lambda cell: check(field, field.kind.parse(cell))
    if isinstance(field.kind, Tags):
        return form_field(catalogue, field).clean
    read, longest = field.kind.read, getattr(column, "max_length", None)
    is_email = isinstance(column, models.EmailField)
    within = limits.checks(column)
    if field.kind.json_type is not str or field.kind.numeric:
        return _checked(read, within)

    def text(cell: str) -> Any:
        if longest is not None and len(cell) > longest:
            raise ValidationError(_("longer than %(n)d characters") % {"n": longest})
        if is_email:
            validate_email(cell)
        return read(cell)

    return text


def _checked(read: Parse, within: Sequence[limits.Check]) -> Parse:
    def parse(cell: str) -> Any:
        value = read(cell)
        for each in within:
            each(value)
        return value

    return parse


def _choice(kind: Choice) -> Parse:
    known: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with override(language):
            known |= {str(words).lower(): key for key, words in kind.choices} | {
                key: key for key, _words in kind.choices
            }

    def choose(cell: str) -> str:
        key = known.get(cell.lower())
        if key is None:
            raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=cell[:60])
        return key

    return choose
