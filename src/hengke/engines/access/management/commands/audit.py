"""`audit verify`: recompute the hash chain over the event stream."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hengke.engines.access import events


class Command(BaseCommand):
    help = "Verify that no event was changed or removed after it was sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = events.verify()
        if verdict.broken is not None:
            raise CommandError(
                f"事件链在第 {verdict.broken} 号事件处断开（此前 {verdict.verified} 条完好）。", returncode=1
            )
        self.stdout.write(f"{verdict.verified} 条事件完好，{verdict.unsealed} 条尚未封存。")
