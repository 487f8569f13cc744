"""What a password must be: Django's validators in words that say what to do, and that none is used again."""

from __future__ import annotations

from django.contrib.auth import password_validation as django
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from hengke.engines.access.login import hashing
from hengke.engines.access.models import User
from hengke.engines.account.models import OldPassword
from hengke.kernel import clock


class LongEnough(django.MinimumLengthValidator):
    """At least `min_length` characters."""

    def get_error_message(self) -> str:
        return gettext("The password is too short: it needs at least {n} characters.").format(
            n=self.min_length
        )

    def get_help_text(self) -> str:
        return gettext("At least {n} characters.").format(n=self.min_length)


class NotCommon(django.CommonPasswordValidator):
    """Not one of the twenty thousand that are tried first."""

    def get_error_message(self) -> str:
        return gettext("This password is among the first that are tried. Choose a less common one.")

    def get_help_text(self) -> str:
        return gettext("Not a common password.")


class NotTheName(django.UserAttributeSimilarityValidator):
    """Neither the user name nor the name, nor nearly so."""

    def get_error_message(self) -> str:
        return gettext("The password is too much like the name or user name.")

    def get_help_text(self) -> str:
        return gettext("Not like the name or user name.")


class NotReused:
    """Refuses the present password and the last `keep` ones; keeps the hash of each new one."""

    def __init__(self, keep: int = 5) -> None:
        self.keep = keep

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        hashes = user.old_passwords.order_by("-pk").values_list("hash", flat=True)[: self.keep]
        with hashing:
            used = any(check_password(password, known) for known in {user.password, *hashes})
        if used:
            raise ValidationError(
                gettext("You have used this password before. Choose another one."), code="password_reused"
            )

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Django calls this after every saved change, whoever made it."""
        if user is None or user.pk is None:
            return
        OldPassword.objects.create(user=user, hash=user.password, at=clock.now())
        kept = user.old_passwords.order_by("-pk").values_list("pk", flat=True)[: self.keep]
        user.old_passwords.exclude(pk__in=list(kept)).delete()

    def get_help_text(self) -> str:
        return gettext("Not one of the last {n} passwords.").format(n=self.keep)
