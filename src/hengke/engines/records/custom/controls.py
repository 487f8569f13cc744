"""Form controls of custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from hengke.engines.records.custom.kinds import MultiChoice, YesNo
from hengke.engines.records.schema import limits
from hengke.engines.records.schema.kinds import Choice
from hengke.kernel.errors import InputError

if TYPE_CHECKING:
    from hengke.engines.records.schema.declarations import Field

_NONE = ("", "–")


class YesNoControl(forms.TypedChoiceField):
    """Yes, no, or not said; the API sends true and false."""

    def __init__(self, kind: YesNo, **options: Any) -> None:
        choices = (_NONE, *kind.choices)
        super().__init__(choices=choices, coerce=kind.read, empty_value=None, **options)

    def to_python(self, value: Any) -> Any:
        """The key of the choice."""
        return str(value).lower() if isinstance(value, bool) else super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value


class ManyControl(forms.TypedMultipleChoiceField):
    """Several words to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, kind: MultiChoice, **options: Any) -> None:
        self._keys = [key for key, _words in kind.choices]
        super().__init__(choices=kind.choices, coerce=str, **options)

    def clean(self, value: Any) -> Any:
        """The keys in the order of the choices."""
        ticked = super().clean(value)
        return tuple(key for key in self._keys if key in ticked)


def control_of(field: Field, options: dict[str, Any]) -> forms.Field:
    """The control of a custom field; `options` are the label and, for some kinds, the widget."""
    column: Any = field.column
    if isinstance(field.kind, YesNo):
        return YesNoControl(field.kind, required=not column.blank, help_text=column.help_text, **options)
    if isinstance(field.kind, MultiChoice):
        return ManyControl(field.kind, required=not column.blank, help_text=column.help_text, **options)
    if isinstance(field.kind, Choice):
        choices = (_NONE, *field.kind.choices)
        return forms.ChoiceField(
            choices=choices, required=not column.blank, help_text=column.help_text, **options
        )
    made: forms.Field = column.formfield(**options)
    return made


def check(field: Field, value: Any) -> Any:
    """A value read from a file, by the same rules as the form's; ValidationError with the words to say."""
    column: Any = field.column
    column.run_validators(value)
    for each in limits.checks(column):
        each(value)
    if isinstance(field.kind, MultiChoice) and not set(value) <= {key for key, _words in field.kind.choices}:
        raise InputError("value_unreadable", 'The value "{text}" cannot be read here.', text=str(value)[:60])
    return value
