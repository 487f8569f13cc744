"""Forms made from a catalogue: sections, checks in words, and the version that was read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.records import limits, registry
from hengke.engines.records.catalogue import Catalogue
from hengke.engines.records.custom.controls import control_of
from hengke.engines.records.declarations import Field, RecordType, Values, Words, column_of
from hengke.engines.records.kinds import Reference


class ReferenceField(forms.Field):
    """An object named by its key, its number or its full name; only one that the person may change is taken.
    An object named by its key, its number or its full name; only one that the person may change is taken.
    """

    default_error_messages = {
        "unknown": gettext_lazy("There is no such entry, or it is not yours to change."),
        "several": gettext_lazy("Several entries have this name: enter the number instead."),
    }

    def __init__(self, catalogue: Catalogue, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off"}), **options)
        self.catalogue = catalogue

    def prepare_value(self, value: Any) -> Any:
        """What the control shows: the number or name rather than the key."""
        if isinstance(value, int):
            target = self.catalogue.rows().filter(pk=value).first()
            return str(getattr(target, self._word.path)) if target is not None else ""
        return value

    def clean(self, value: Any) -> int | None:
        """The key of the object."""
        value = super().clean(value)
        rows, found = self.catalogue.rows("change"), []
        if isinstance(value, int):
            found = list(rows.filter(pk=value).values_list("pk", flat=True))
            return int(found[0]) if found else self._unknown()
        text = str(value or "").strip()
        if not text:
            return None
        for path in (self._word.path, self.catalogue.record.title_field.path):
            found = list(rows.filter(**{path: text}).values_list("pk", flat=True)[:2])
            if found:
                break
        return int(found[0]) if len(found) == 1 else self._unknown("several" if found else "unknown")

    def _unknown(self, word: str = "unknown") -> int:
        raise ValidationError(self.error_messages[word])

    @property
    def _word(self) -> Field:
        """The second title is the number; without one the name serves."""
        fields = self.catalogue.record.fields
        return next(
            (f for f in fields if f.title == 2 and not isinstance(f.kind, Reference)),
            self.catalogue.record.title_field,
        )


class RecordForm(forms.Form):
    """The fields of a record type that exist for a person and that a person may enter."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, catalogue: Catalogue, target: models.Model | None, **options: Any) -> None:
        self.catalogue, self.target = catalogue, target
        initial = dict(options.pop("initial", None) or {})
        if target is not None:
            initial |= initial_values(catalogue, target)
            initial["version"] = target.version  # type: ignore[attr-defined]
        super().__init__(initial=initial, **options)
        for field in writable(catalogue):
            self.fields[field.name] = form_field(catalogue, field)

    def clean(self) -> Values:
        """Rules of the record type beyond single fields."""
        values = self.cleaned_data
        for name, words in self.catalogue.record.check(values).items():
            if name in self.fields:
                self.add_error(name, str(words))
        return values

    def values(self) -> Values:
        """What was entered, by field name, references as keys."""
        return {field.name: self.cleaned_data[field.name] for field in writable(self.catalogue)}

    def sections(self) -> Iterable[tuple[Words, list[forms.BoundField]]]:
        """The form's fields under the headings of the declaration."""
        for section, fields in self.catalogue.sections():
            bound = [self[field.name] for field in fields if field.name in self.fields]
            if bound:
                yield section.label, bound


def writable(catalogue: Catalogue) -> list[Field]:
    """The fields that a person may enter."""
    return catalogue.with_ability("write")


def initial_values(catalogue: Catalogue, target: models.Model) -> Values:
    """What the form of an object starts with; references as keys."""
    return {field.name: field.key_of(target) for field in writable(catalogue)}


def usual_values(catalogue: Catalogue) -> Values:
    """What a new object has unless somebody says otherwise."""
    columns: dict[str, Any] = {f.name: column_of(type(catalogue.record), f) for f in writable(catalogue)}
    return {name: column.get_default() for name, column in columns.items() if column.has_default()}


def form_field(catalogue: Catalogue, field: Field) -> forms.Field:
    """The control for one field, with the model's own limits."""
    if isinstance(field.kind, Reference):
        column: Any = column_of(type(catalogue.record), field)
        target = registry.by_subject(field.kind.model._meta.label_lower) if field.kind.model else None
        if target is None:
            raise registry.declaration_error(
                type(catalogue.record),
                f'the field "{field.name}" refers to what is not declared',
                "say write=False",
            )
        others = Catalogue(target, catalogue.actor)
        return ReferenceField(
            others, label=field.label, required=not column.blank, help_text=column.help_text
        )
    return _control(catalogue.record, field)


@lru_cache(maxsize=2_000)
def _control(record: RecordType, field: Field) -> forms.Field:
    """One control for every form, which nobody changes; its words stay lazy, so it serves every language."""
    column: Any = column_of(type(record), field)
    options: dict[str, Any] = {"label": field.label}
    if field.kind.control == "date":
        options["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if field.kind.control == "moment":
        options["widget"] = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    if field.kind.control == "area":
        options["widget"] = forms.Textarea(attrs={"rows": 3})
    made: forms.Field = control_of(field, options) if field.column else column.formfield(**options)
    made.validators += limits.checks(column)
    return made


def differences(form: RecordForm, current: models.Model) -> list[tuple[str, str, str]]:
    """Label, stored words and entered words of every field in which `current` differs from what was entered.
    Label, stored words and entered words of every field in which `current` differs from what was entered.
    """
    found = []
    for field in writable(form.catalogue):
        stored, entered = field.key_of(current), form.cleaned_data.get(field.name)
        if stored != entered and (stored or entered):
            found.append((str(field.label), _words(form, field, stored), _words(form, field, entered)))
    return found


def _words(form: RecordForm, field: Field, value: Any) -> str:
    if value in (None, ""):
        return str(_("empty"))
    control = form.fields[field.name]
    return (
        str(control.prepare_value(value)) if isinstance(control, ReferenceField) else field.kind.plain(value)
    )
