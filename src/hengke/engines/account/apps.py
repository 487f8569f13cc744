"""The app that lets people in."""

from __future__ import annotations

from django.apps import AppConfig


class AccountConfig(AppConfig):
    name = "hengke.engines.account"
    label = "account"

    def ready(self) -> None:
        from hengke.engines.account import receivers  # noqa: F401
