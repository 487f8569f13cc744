"""`users`: the log-ins of the demo people, the link for the first administrator, a way back in for anybody."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from hengke.engines.access import events, login, stamp
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel, Role
from hengke.engines.access.models import User
from hengke.engines.access.table import role_name
from hengke.engines.account import second_steps
from hengke.faces import first_run

COMMAND = Actor.system(Channel.COMMAND)


class Command(BaseCommand):
    help = "List who can log in, with the passwords of demo people who kept theirs; or let somebody back in."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--base", default="http://127.0.0.1:8000", help="address for the links that are printed"
        )
        parser.add_argument(
            "--reset", metavar="NAME", help="print a one-time link (one hour) for a new password"
        )
        parser.add_argument(
            "--second-step",
            action="store_true",
            help="with --reset: also remove app, passkeys and recovery codes",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("zh-hans"):
            if options["reset"]:
                self._let_in(options["reset"], options["base"], and_second_step=options["second_step"])
            elif not User.objects.filter(role=Role.ADMINISTRATOR).exists():
                self.stdout.write(f"管理员一次性链接  {options['base']}{first_run.make_link()}")
            else:
                self._list()

    def _let_in(self, username: str, base: str, *, and_second_step: bool) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有用户名为“{username}”的用户。")
        if not user.is_active:
            raise CommandError(f"“{username}”已停用，先启用再重设密码。")
        with transaction.atomic():
            if and_second_step:
                second_steps.reset(user, actor=COMMAND)
            login.unlock(user, actor=COMMAND)
            events.record("password.link_made", actor=COMMAND, subject=user)
        path = reverse("login-link", args=(user.pk, default_token_generator.make_token(user)))
        self.stdout.write(f"{user.name} 的一次性链接（一小时内有效）  {base}{path}")

    def _list(self) -> None:
        passwords = {entry["username"]: entry["password"] for entry in first_run.logins()}
        number = stamp.current()
        for user in User.objects.order_by("pk"):
            password = passwords.get(user.username, "（已修改）")
            role = role_name(user.role, number)
            self.stdout.write(f"{role:　<6}{user.username:<12}{password:<16}{user.name}")
