"""The form in which an administrator describes an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.records.custom.models import CustomObject
from hengke.engines.records.custom.objects import ICONS, PRESETS, Draft

ROLE = "role-"
_SAID = {
    "": _("nothing"), "view": _("view all"), "own": _("work with the own ones"),
    "unit": _("view those of the unit, work with the own ones"), "all": _("everything"),
}  # fmt: skip


class IconChoice(forms.RadioSelect):
    """Drawings to choose from."""

    template_name = "records/objects/icons.html"


class ObjectForm(forms.Form):
    """Names, icon and numbers; with `roles` (key -> name) also what each role may do with a new object."""

    name = forms.CharField(
        label=pgettext_lazy("object", "Name"),
        max_length=60,
        help_text=_("One of them, for example: vehicle."),
    )
    title_name = forms.CharField(
        label=_("Name of the title field"), max_length=60, initial=pgettext_lazy("object", "Name"),
        help_text=_("What each entry is called by, for example: plate number."),
    )  # fmt: skip
    pattern = forms.CharField(
        label=_("Number pattern"), max_length=60, required=False,
        help_text=_("Numbers every entry by itself, for example V-{n:05} or {yyyy}{mm}-{n:04}; empty for no numbers."),
    )  # fmt: skip
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    plural_en = forms.CharField(label=_("Several in English"), max_length=60, required=False)
    icon = forms.ChoiceField(
        label=_("Icon"), choices=tuple(ICONS.items()), initial="document", widget=IconChoice
    )

    def __init__(self, row: CustomObject | None, roles: Mapping[str, str], **options: Any) -> None:
        if row is not None:
            names = Draft.__dataclass_fields__
            options["initial"] = {name: getattr(row, name) for name in names} | (options.get("initial") or {})
        super().__init__(**options)
        for key, words in roles.items():
            self.fields[ROLE + key] = forms.ChoiceField(
                label=words, required=False, choices=[(preset, _SAID[preset]) for preset in PRESETS]
            )

    def draft(self) -> Draft:
        """What was entered."""
        return Draft(**{name: self.cleaned_data[name] for name in Draft.__dataclass_fields__})

    def rights(self) -> dict[str, str]:
        """A preset by role."""
        said = self.cleaned_data
        return {name.removeprefix(ROLE): said[name] for name in said if name.startswith(ROLE)}

    def about(self) -> list[forms.BoundField]:
        """The controls that say what the object is."""
        return [self[name] for name in Draft.__dataclass_fields__]

    def role_fields(self) -> list[forms.BoundField]:
        """The controls that say who may do what."""
        return [self[name] for name in self.fields if name.startswith(ROLE)]
