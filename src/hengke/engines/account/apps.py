"""The app that lets people in."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WAYS = {
    "password": _("with password"),
    "totp": _("with authenticator app"),
    "passkey": _("with passkey"),
    "recovery": _("with recovery code"),
    "second": _("second step"),
    "confirmation": _("password asked again"),
}


class AccountConfig(AppConfig):
    name = "hengke.engines.account"
    label = "account"

    def ready(self) -> None:
        from hengke.engines.access.audit import words as audit
        from hengke.engines.account import receivers  # noqa: F401

        names = {"way": _("Way in"), "step": _("Way in")}
        audit.say_facts(names, {(name, way): label for name in names for way, label in WAYS.items()})
