"""Forms of the way in and of one's own account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.access import login, token_scope, tokens
from hengke.engines.access.models import User
from hengke.engines.account.policy import Policy

IDLE = (15, 30, 60, 120, 240, 480, 720)
ABSOLUTE = (60, 240, 480, 720, 1_440, 4_320, 10_080)


def minutes_in_words(minutes: int) -> str:
    """Minutes below an hour, whole hours below two days, else days."""
    if minutes < 60 or minutes % 60:
        return _("{n} min").format(n=minutes)
    return _("{n} h").format(n=minutes // 60) if minutes < 2_880 else _("{n} days").format(n=minutes // 1_440)


def wait_in_words(left: timedelta) -> str:
    """The sentence for somebody who tried too often."""
    minutes = -(-left // timedelta(minutes=1))
    return _("Too many failed tries. Try again in {n} min, or ask an administrator.").format(n=minutes)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "autofocus": True}


class PasswordCheck:
    """Checks a password that must be right, under the limit on guessing."""

    def __init__(self, user: User, remote: str) -> None:
        self.user, self.remote = user, remote

    def __call__(self, password: str) -> None:
        """ValidationError when the password is wrong or there were too many tries."""
        left = login.wait(self.user.username, self.remote)
        if left:
            raise forms.ValidationError(wait_in_words(left))
        with login.hashing:
            right = self.user.check_password(password)
        if not right:
            login.failed(self.user.username, self.remote, step="confirmation")
            raise forms.ValidationError(_("This is not your password."), code="password_incorrect")


class ConfirmForm(forms.Form):
    """The password once more."""

    password = forms.CharField(label=gettext_lazy("Password"), max_length=200, widget=forms.PasswordInput)

    def __init__(self, check: PasswordCheck, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check = check
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password", "autofocus": True}

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        self.check(password)
        return password


class NewPassword:
    """Says the rules in one line under the new password, and there too what is wrong with it."""

    fields: dict[str, forms.Field]

    def explain(self) -> None:
        """Put the rules of the settings under the first field."""
        self.fields["new_password1"].help_text = " ".join(password_validators_help_texts())
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.validators.append(MaxLengthValidator(200))

    def validate_password_for_user(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Django would put the errors under the repetition."""
        below: Any = super()
        below.validate_password_for_user(user, "new_password1")


class PasswordForm(NewPassword, PasswordChangeForm):
    """Old and new password; the validators of the settings say what is wrong with the new one."""

    def __init__(self, check: PasswordCheck, *args: Any, **kwargs: Any) -> None:
        super().__init__(check.user, *args, **kwargs)
        self.check = check
        self.explain()

    def clean_old_password(self) -> str:
        password = str(self.cleaned_data["old_password"])
        self.check(password)
        return password


class NewPasswordForm(NewPassword, SetPasswordForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A new password for somebody who holds a one-time link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explain()


class TokenForm(forms.Form):
    """A new token for programs."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=60)
    scope = forms.ChoiceField(
        label=gettext_lazy("It may"),
        choices=[
            ("read", gettext_lazy("read only")),
            ("write", gettext_lazy("read and write")),
            ("chosen", gettext_lazy("only what is chosen below")),
        ],
    )
    days = forms.TypedChoiceField(label=gettext_lazy("Valid for"), coerce=int, initial=90)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days: Any = self.fields["days"]
        days.choices = [(n, _("{n} days").format(n=n)) for n in (30, 90, 180, tokens.LONGEST)]
        self.subjects = dict(token_scope.offered())
        for subject, name in self.subjects.items():
            self.fields[subject] = forms.ChoiceField(
                label=name,
                required=False,
                choices=[("", _("nothing")), ("read", _("read only")), ("write", _("read and write"))],
            )
        self.order_fields(["name", "scope", *self.subjects, "days"])
        for subject in self.subjects:
            # Shown beside "only what is chosen below" alone, where the page has scripts.
            self[subject].when = ("scope", ("chosen",))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("scope") == "chosen" and not any(values.get(subject) for subject in self.subjects):
            self.add_error("scope", _("Choose below what the token may read or change."))
        return values

    def scopes(self) -> dict[str, str]:
        """What was chosen object by object; empty for every object."""
        if self.cleaned_data["scope"] != "chosen":
            return {}
        levels = {subject: self.cleaned_data[subject] for subject in self.subjects}
        return {subject: level for subject, level in levels.items() if level}


class NameForm(forms.Form):
    """Another name for a passkey."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)


class PolicyForm(forms.Form):
    """How people of one role log in."""

    second_step = forms.BooleanField(required=False)
    idle = forms.TypedChoiceField(coerce=int)
    absolute = forms.TypedChoiceField(coerce=int)

    def __init__(self, policy: Policy, *args: Any, **kwargs: Any) -> None:
        minute = timedelta(minutes=1)
        now = {"idle": policy.idle // minute, "absolute": policy.absolute // minute}
        kwargs["initial"] = {"second_step": policy.second_step, **now}
        super().__init__(*args, **kwargs)
        for name, offered in (("idle", IDLE), ("absolute", ABSOLUTE)):
            field: Any = self.fields[name]
            field.choices = [(n, minutes_in_words(n)) for n in sorted({*offered, now[name]})]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("idle", 0) > values.get("absolute", values.get("idle", 0)):
            self.add_error("absolute", _("The whole time cannot be shorter than the time without activity."))
        return values

    def policy(self) -> Policy:
        """What was chosen."""
        chosen = self.cleaned_data
        idle, absolute = timedelta(minutes=chosen["idle"]), timedelta(minutes=chosen["absolute"])
        return Policy(second_step=chosen["second_step"], idle=idle, absolute=absolute)
