"""`users`: the log-ins of the demo people, or the link for the first administrator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.faces import first_run


class Command(BaseCommand):
    help = "List who can log in; passwords are shown for demo people who have not changed theirs."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--base", default="http://127.0.0.1:8000", help="address for the administrator link"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not User.objects.filter(role=Role.ADMINISTRATOR).exists():
            self.stdout.write(f"管理员一次性链接  {options['base']}{first_run.make_link()}")
            return
        passwords = {entry["username"]: entry["password"] for entry in first_run.logins()}
        roles = {
            "director": "所长", "account_manager": "客户经理", "business_desk": "业务受理",
            "laboratory_head": "检验室主任", "administrator": "管理员",
        }  # fmt: skip
        for user in User.objects.order_by("pk"):
            password = passwords.get(user.username, "（已修改）")
            self.stdout.write(f"{roles[user.role]:　<6}{user.username:<12}{password:<16}{user.name}")
