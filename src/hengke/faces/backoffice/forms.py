"""Forms of the back office."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hengke.engines.access.enums import UnitKind
from hengke.engines.access.models import OrgUnit, User
from hengke.engines.access.organisation import checked
from hengke.engines.access.people import known_roles
from hengke.engines.access.rows import Team, Territory
from hengke.faces.backoffice.words import OPERATORS, WORDS
from hengke.kernel.errors import InputError
from hengke.kernel.filters import to_json
from hengke.kernel.numbers import is_whole

CONDITIONS = 3


def active_people() -> Any:
    """Everybody who may log in, by name."""
    return User.objects.filter(is_active=True).order_by("name")


class ManyObjects(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Several objects by key; what is no key that a database can hold is none of them."""

    def clean(self, value: Any) -> Any:
        """The objects; ValidationError names what is not among them."""
        for key in value or ():
            if not is_whole(str(key)):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(key)[:30]},
                )
        return super().clean(value)


class UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A unit with its depth shown by an indent."""

    def label_from_instance(self, unit: Any) -> str:
        indent = "　" * max(unit.path.count("/") - 2, 0)
        return f"{indent}{unit.name}"


class PersonForm(forms.Form):
    """A person: name, roles, unit, teams."""

    username = forms.SlugField(label=_("User name"), max_length=60)
    name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=60)
    role = forms.ChoiceField(label=_("Main role"))
    more = forms.MultipleChoiceField(
        label=_("Further roles"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Rows of all roles come together; a field is shown only if every role that shows rows shows it."),
    )  # fmt: skip
    unit = UnitChoice(
        label=_("Unit"), queryset=OrgUnit.objects.order_by("path"), required=False, empty_label=_("none")
    )
    teams = ManyObjects(
        label=_("Teams"), queryset=Team.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        roles = list(known_roles().items())
        self.fields["role"].choices = self.fields["more"].choices = roles  # type: ignore[attr-defined]
        if user is not None:
            del self.fields["username"]
        if not Team.objects.exists():
            del self.fields["teams"]

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return username

    def said(self) -> dict[str, Any]:
        """What the services want to know."""
        data = self.cleaned_data
        roles = [data["role"], *(role for role in data["more"] if role != data["role"])]
        said = {"name": data["name"], "roles": roles, "unit": data["unit"], "teams": data.get("teams", ())}
        return said | ({"username": data["username"]} if self.user is None else {})


class UnitForm(forms.Form):
    """A unit's name and kind, and for a new one its place."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices, initial=UnitKind.DEPARTMENT)
    parent = UnitChoice(
        label=_("Belongs to"), queryset=OrgUnit.objects.order_by("path"), empty_label=_("Please choose")
    )


class MembersForm(forms.Form):
    """A team."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    members = ManyObjects(
        label=_("Members"), queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = active_people()  # type: ignore[attr-defined]


class WhereForm(forms.Form):
    """Up to three conditions that all hold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        where = kwargs.pop("where", [])
        super().__init__(*args, **kwargs)
        for n in range(CONDITIONS):
            word, op, value = [*where, *[["", "in", []]] * CONDITIONS][n]
            words = [("", "–"), *WORDS.items()]
            self.fields[f"word_{n}"] = forms.ChoiceField(
                label=_("Condition"), choices=words, required=False, initial=word
            )
            self.fields[f"op_{n}"] = forms.ChoiceField(
                label=_("Comparison"), choices=list(OPERATORS.items()), required=False, initial=op
            )
            for name in (f"word_{n}", f"op_{n}"):
                self.fields[name].widget.attrs["class"] = "inp"
            shown = "、".join(value) if isinstance(value, (list, tuple)) else value
            self.fields[f"value_{n}"] = forms.CharField(
                label=_("Values"),
                required=False,
                initial=shown,
                max_length=500,
                widget=forms.TextInput(attrs={"class": "inp"}),
            )

    def conditions(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The three controls of each condition."""
        return [(self[f"word_{n}"], self[f"op_{n}"], self[f"value_{n}"]) for n in range(CONDITIONS)]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["where"] = []
        for n in range(CONDITIONS):
            if word := values.get(f"word_{n}"):
                try:
                    values["where"].append(self._condition(word, values[f"op_{n}"], values[f"value_{n}"]))
                except (InputError, KeyError):
                    self.add_error(f"value_{n}", _("Enter at least one value, separated by commas."))
        return values

    def _condition(self, word: str, op: str, text: str) -> Any:
        parts = [
            part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()
        ]
        if not parts:
            raise InputError("condition_empty", "Enter at least one value, separated by commas.")
        return to_json(checked([word, "in" if op == "eq" else op, parts if op != "ne" else parts[0]]))


class TerritoryForm(WhereForm, MembersForm):
    """A territory: its place, its customers, its members."""

    parent = forms.ModelChoiceField(
        label=_("Lies within"), queryset=Territory.objects.all(), required=False, empty_label=_("none"),
        help_text=_("It then covers only what its parent covers too."),
    )  # fmt: skip


class AbsenceForm(forms.Form):
    """Who stands in from when to when."""

    deputy = forms.ModelChoiceField(
        label=_("Deputy"), queryset=User.objects.none(), empty_label=_("Please choose")
    )
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = active_people()  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """Who takes over."""

    takers = ManyObjects(
        label=_("Hand over to"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("With several people the entries are dealt out evenly."),
    )  # fmt: skip

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["takers"].queryset = active_people().exclude(pk=person.pk)  # type: ignore[attr-defined]
