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

from hengke.engines.access import grants
from hengke.engines.access.models import User
from hengke.engines.access.wording import in_words
from hengke.engines.records.custom import layouts
from hengke.engines.records.custom.controls import control_of
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.schema import limits, registry
from hengke.engines.records.schema.addresses import address
from hengke.engines.records.schema.declarations import Field, RecordType, Values, Words, column_of
from hengke.engines.records.schema.kinds import Reference
from hengke.engines.records.schema.kinds_tags import Tags, TagsField
from hengke.engines.records.writing.filing import FilingField, named
from hengke.engines.records.writing.people import PersonField
from hengke.kernel.errors import InputError
from hengke.kernel.numbers import is_whole


class ReferenceField(forms.Field):
    """An object named by its key, its number or its full name; only one that the person may change is taken."""

    default_error_messages = {
        "unknown": gettext_lazy("There is no such entry, or it is not yours to change."),
        "several": gettext_lazy("Several entries have this name: enter the number instead."),
    }

    def __init__(self, catalogue: Catalogue, *, current: int | None = None, **options: Any) -> None:
        slug, actor = catalogue.record.slug, catalogue.actor
        attributes = {"autocomplete": "off", "data-suggest": address(slug, "suggest")}
        if grants.may(actor, "add", catalogue.record.subject):
            attributes["data-new"] = address(slug, "new")
        super().__init__(widget=forms.TextInput(attrs=attributes), **options)
        self.catalogue, self.current = catalogue, current

    def prepare_value(self, value: Any) -> Any:
        """What the control shows: the number or name rather than the key."""
        if isinstance(value, int):
            target = self.catalogue.rows().filter(pk=value).first()
            return self.word_of(target) if target is not None else self._out_of_sight(value)
        return value

    def _out_of_sight(self, key: int) -> str:
        """What stands for an object that was deleted or is not the person's to see, so that saving keeps it."""
        return f"#{key}" if key == self.current else ""

    def word_of(self, target: models.Model) -> str:
        """The word by which an object can be entered."""
        return str(getattr(target, self.word.path))

    def clean(self, value: Any) -> int | None:
        """The key of the object."""
        value = super().clean(value.strip() if isinstance(value, str) else value)  # blanks alone are nothing
        rows, found = self.catalogue.rows("change"), []
        if value is not None and value == self.current:
            return self.current
        if isinstance(value, int):
            found = list(rows.filter(pk=value).values_list("pk", flat=True))
            return int(found[0]) if found else self._unknown()
        text = str(value or "").strip()
        if not text:
            return None
        if self.current is not None and text == f"#{self.current}":
            return self.current
        if text.startswith("#") and is_whole(text[1:]) and len(text) < 19:
            key = rows.filter(pk=int(text[1:])).values_list("pk", flat=True).first()
            return key if key is not None else self._unknown()
        for path in (self.word.path, self.catalogue.record.title_field.path):
            found = list(rows.filter(**{path: text}).values_list("pk", flat=True)[:2])
            if found:
                break
        return int(found[0]) if len(found) == 1 else self._unknown("several" if found else "unknown")

    def _unknown(self, word: str = "unknown") -> int:
        raise ValidationError(self.error_messages[word])

    @property
    def word(self) -> Field:
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
            self.fields[field.name] = form_field(
                catalogue, field, initial.get(field.name) if target else None
            )

    def clean(self) -> Values:
        """Fields that do not exist now keep what is stored; then the rules beyond single fields."""
        values = self.cleaned_data
        for field in writable(self.catalogue):
            if field.when is not None and not applies(field, values):
                self.errors.pop(field.name, None)
                values[field.name] = self._stored(field)
        for name, words in self.catalogue.record.check(values).items():
            if name in self.fields:
                self.add_error(name, str(words))
        return values

    def show(self, values: Values) -> None:
        """Let the controls show other values than those that were sent."""
        prepared = {name: self.fields[name].prepare_value(value) for name, value in values.items()}
        self.data = {**dict(self.data.items()), **prepared}

    def refuse(self, error: InputError) -> None:
        """Show what the rules said when the object was about to be stored; other errors go on."""
        name = error.params.get("name")
        if error.code != "invalid_value":
            raise error
        self.add_error(
            name if name in self.fields else None,
            str(error.params["words"]) if name in self.fields else in_words(error),
        )

    def values(self) -> Values:
        """What was entered, by field name, references as keys."""
        return {field.name: self.cleaned_data[field.name] for field in writable(self.catalogue)}

    def _stored(self, field: Field) -> Any:
        if self.target is not None:
            return field.key_of(self.target)
        column: Any = column_of(type(self.catalogue.record), field)
        return column.get_default()

    def sections(self) -> Iterable[tuple[Words, list[forms.BoundField]]]:
        """The form's fields under the headings of the declaration."""
        for section, fields in self.catalogue.sections():
            bound = [self[field.name] for field in fields if field.name in self.fields]
            for field, control in zip((f for f in fields if f.name in self.fields), bound, strict=True):
                control.when = field.when  # type: ignore[attr-defined]
            if bound:
                yield section.label, bound


class PageForm(RecordForm):
    """The form as a page shows it: what the layout of the person's role hides keeps what is stored."""

    def __init__(self, catalogue: Catalogue, target: models.Model | None, **options: Any) -> None:
        super().__init__(catalogue, target, **options)
        hidden = layouts.hidden_for(catalogue.record, catalogue.actor)
        self.hidden = [name for name in hidden if self.fields.pop(name, None) is not None]

    def values(self) -> Values:
        """What was entered; for a new object also what the address said of hidden fields."""
        given = self.initial if self.target is None else {}
        return {name: given[name] for name in self.hidden if name in given} | {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.fields and name != "version"
        }

    def show(self, values: Values) -> None:
        """Let the controls that are there show other values than those that were sent."""
        super().show({name: value for name, value in values.items() if name in self.fields})


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


def applies(field: Field, values: Values) -> bool:
    """Whether a field exists beside these values of the others."""
    if field.when is None or field.when[0] not in values:
        return True
    return values[field.when[0]] in field.when[1]


def form_field(catalogue: Catalogue, field: Field, current: Any = None) -> forms.Field:
    """The control for one field, with the model's own limits; `current` is the key that a reference has now."""
    if isinstance(field.kind, Reference):
        column: Any = column_of(type(catalogue.record), field)
        if field.kind.control == "file":
            return FilingField(
                catalogue.record, field, catalogue.actor, current=current, label=field.label,
                required=not column.blank, help_text=column.help_text,
            )  # fmt: skip
        if field.kind.model is User:
            return PersonField(
                current=current, label=field.label, required=not column.blank, help_text=column.help_text
            )
        target = registry.by_subject(field.kind.model._meta.label_lower) if field.kind.model else None
        if target is None:
            raise registry.declaration_error(
                type(catalogue.record),
                f'the field "{field.name}" refers to what is not declared',
                "say write=False",
            )
        others = Catalogue(target, catalogue.actor)
        return ReferenceField(
            others, current=current, label=field.label, required=not column.blank, help_text=column.help_text
        )
    return _control(catalogue.record, field)


@lru_cache(maxsize=2_000)
def _control(record: RecordType, field: Field) -> forms.Field:
    """One control for every form, which nobody changes; its words stay lazy, so it serves every language."""
    column: Any = column_of(type(record), field)
    options: dict[str, Any] = {"label": field.label}
    if isinstance(field.kind, Tags):
        return TagsField(required=False, **options)
    if field.kind.control == "date":
        options["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if field.kind.control == "moment":
        options["widget"] = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    if field.kind.control == "area":
        options["widget"] = forms.Textarea(attrs={"rows": 3})
    made: forms.Field = control_of(field, options) if field.column else column.formfield(**options)
    made.validators += limits.checks(column)
    return made


def usable_value(field: Field, control: forms.Field, text: str | list[str]) -> Any:
    """The value that `text` enters into a control; InputError in words for what it does not take."""
    try:
        return control.clean(text)
    except ValidationError as error:
        words = " ".join(error.messages)
        raise InputError("invalid_value", "{field}: {words}", field=field.label, words=words) from None


def in_words_of(form: RecordForm, field: Field, value: Any) -> str:
    """A value of a form's field as a person reads it."""
    if value in (None, ""):
        return str(_("empty"))
    control = form.fields[field.name]
    if isinstance(control, PersonField):
        return control.words(value)
    if isinstance(control, FilingField):
        return named(value)
    return (
        str(control.prepare_value(value)) if isinstance(control, ReferenceField) else field.kind.plain(value)
    )
