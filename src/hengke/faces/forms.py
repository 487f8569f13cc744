"""Forms of the shell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.models import User


class AdministratorForm(forms.Form):
    """The first administrator's name and password."""

    username = forms.SlugField(label=_("User name"), max_length=60)
    name = forms.CharField(label=_("Name"), max_length=60)
    password = forms.CharField(label=_("Password"), max_length=200, widget=forms.PasswordInput)
    again = forms.CharField(label=_("Password again"), max_length=200, widget=forms.PasswordInput)

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return username

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("password") != values.get("again"):
            self.add_error("again", _("The two passwords differ."))
        elif values.get("password"):
            try:
                person = User(username=values.get("username", ""), name=values.get("name", ""))
                validate_password(values["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        values.pop("again", None)
        return values
