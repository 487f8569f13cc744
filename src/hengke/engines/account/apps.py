"""The app that lets people in."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WAYS = {
    "password": _("with password"),
    "totp": _("with authenticator app"),
    "passkey": _("with passkey"),
    "recovery": _("with recovery code"),
}


class AccountConfig(AppConfig):
    name = "hengke.engines.account"
    label = "account"

    def ready(self) -> None:
        from hengke.engines.access.audit import words as audit
        from hengke.engines.account import receivers  # noqa: F401

        audit.say_facts({"way": _("Way in")}, {("way", way): label for way, label in WAYS.items()})
