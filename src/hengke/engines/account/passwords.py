"""The rule that a password is not used again, as one of Django's validators."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext

from hengke.engines.access.models import User
from hengke.engines.account.models import OldPassword
from hengke.kernel import clock


class NotReusedValidator:
    """Refuses the present password and the last `keep` ones; keeps the hash of each new one."""

    def __init__(self, keep: int = 5) -> None:
        self.keep = keep

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        hashes = user.old_passwords.order_by("-pk").values_list("hash", flat=True)[: self.keep]
        if any(check_password(password, known) for known in {user.password, *hashes}):
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
        return ngettext(
            "It may not be your last password.",
            "It may not be one of your last {count} passwords.",
            self.keep,
        ).format(count=self.keep)
