"""The form in which an administrator describes a field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.records.custom import worked_forms
from hengke.engines.records.custom.kinds import OFFERS
from hengke.engines.records.custom.services import Draft, sensitivities
from hengke.engines.records.models import CustomField
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.declarations import RecordType

_CHOICE = "choice-"


class FieldForm(forms.Form):
    """What every field has, and what only fields of `kind` have."""

    name = forms.CharField(label=pgettext_lazy("field", "Name"), max_length=60)
    section = forms.CharField(
        label=_("Section"), max_length=60, required=False,
        help_text=_("The heading under which it stands on the page and in the form."),
    )  # fmt: skip
    help = forms.CharField(label=_("Help beside the field"), max_length=200, required=False)
    required = forms.BooleanField(label=_("Must be filled in"), required=False)
    list = forms.BooleanField(label=_("A column of the list"), required=False)
    filter = forms.BooleanField(
        label=_("Can be filtered and sorted"), required=False, initial=True,
        help_text=_("Gets an index, so that large lists stay fast."),
    )  # fmt: skip

    def __init__(self, record: RecordType, kind: str, row: CustomField | None, **options: Any) -> None:
        self.record, self.kind, self.row = record, kind, row
        if row is not None:
            known = _initial(row) | worked_forms.initial(record, row)
            options["initial"] = known | (options.get("initial") or {})
        super().__init__(**options)
        self.fields.update(worked_forms.controls(record, kind, row))
        if OFFERS[kind].worked:
            del self.fields["required"]
            self.fields["filter"].help_text = ""  # nothing indexes what is worked out
        if OFFERS[kind].searched:
            self.fields["search"] = forms.BooleanField(label=_("Found by search"), required=False)
        if words := sensitivities():
            choices = [("", _("everybody who sees the object")), *((word, _words(word)) for word in words)]
            self.fields["sensitivity"] = forms.ChoiceField(
                label=_("Who may see it"), choices=choices, required=False
            )
        self._add_options(kind, row)

    def draft(self) -> Draft:
        """What was entered."""
        said = self.cleaned_data
        plain = {name: said[name] for name in Draft.__dataclass_fields__ if name in said}
        return Draft(**plain, kind=self.kind, options=self._options(said))

    def _add_options(self, kind: str, row: CustomField | None) -> None:
        same = row if row is not None and row.kind == kind else None
        if kind == "number":
            self.fields["digits"] = forms.IntegerField(
                label=_("Decimals"), min_value=0, max_value=6, initial=0, disabled=same is not None
            )
        if kind in ("number", "money"):
            self.fields["low"] = forms.DecimalField(label=_("Smallest value"), required=False)
            self.fields["high"] = forms.DecimalField(label=_("Largest value"), required=False)
        if kind == "reference":
            types = [(record.slug, record.label_plural) for record in registry.all_records()]
            self.fields["of"] = forms.ChoiceField(
                label=_("Refers to"), choices=types, disabled=same is not None
            )
        if kind in ("choice", "choices"):
            for key, words in same.options.get("choices", ()) if same is not None else ():
                self.fields[_CHOICE + key] = forms.CharField(
                    label=_("Choice"), max_length=60, required=False, initial=words
                )
            self.fields["more"] = forms.CharField(
                label=_("Choices, one in a line") if same is None else _("More choices, one in a line"),
                required=same is None, widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip

    def _options(self, said: dict[str, Any]) -> dict[str, Any]:
        if OFFERS[self.kind].worked:
            where = self.row.options.get("where") if self.row is not None else None
            return {"where": where} | {
                name: said[name] for name in worked_forms.NAMES[self.kind] if name in said
            }
        if "more" in self.fields:
            old = [(n.removeprefix(_CHOICE), said[n]) for n in self.fields if n.startswith(_CHOICE)]
            return {"choices": [*old, *(("", line) for line in said["more"].splitlines())]}
        return {name: said[name] for name in ("digits", "low", "high", "of") if name in self.fields}


def _initial(row: CustomField) -> dict[str, Any]:
    names = ("name", "section", "help", "required", "list", "filter", "search", "sensitivity")
    values: dict[str, Any] = {name: getattr(row, name) for name in names}
    return {**values, **row.options}


def _words(sensitivity: str) -> Any:
    known = {
        "money": _("only who sees amounts"), "tier": _("only who sees tiers"),
        "institution": _("only who sees the whole institution"), "phone": _("only who sees telephone numbers"),
    }  # fmt: skip
    return known.get(sensitivity, sensitivity)
