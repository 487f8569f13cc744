"""`users`: the log-ins of the demo people, or the link for the first administrator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from hengke.engines.access import stamp
from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.access.table import role_name
from hengke.faces import first_run


class Command(BaseCommand):
    help = "List who can log in; passwords are shown for demo people who have not changed theirs."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--base", default="http://127.0.0.1:8000", help="address for the administrator link"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("zh-hans"):
            self._list(options["base"])

    def _list(self, base: str) -> None:
        if not User.objects.filter(role=Role.ADMINISTRATOR).exists():
            self.stdout.write(f"管理员一次性链接  {base}{first_run.make_link()}")
            return
        passwords = {entry["username"]: entry["password"] for entry in first_run.logins()}
        number = stamp.current()
        for user in User.objects.order_by("pk"):
            password = passwords.get(user.username, "（已修改）")
            self.stdout.write(
                f"{role_name(user.role, number):　<6}{user.username:<12}{password:<16}{user.name}"
            )
