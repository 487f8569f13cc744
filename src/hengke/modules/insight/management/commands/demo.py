"""`demo load|clear|back`: the demo data on the command line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.jobs import locking, queue
from hengke.kernel.errors import HengkeError
from hengke.modules.insight.services import demo


class Command(BaseCommand):
    help = "Load demo data, clear it, or bring it back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=("load", "clear", "back"))
        parser.add_argument("--customers", type=int, default=1_000)
        parser.add_argument("--as-of", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system(Channel.COMMAND)
        with locking.only_worker(wait=False) as mine:
            try:
                self._do(options, actor, mine)
            except HengkeError as error:
                raise CommandError(error.message, returncode=2) from None
            if mine:
                queue.run_waiting()

    def _do(self, options: dict[str, Any], actor: Actor, mine: bool) -> None:
        if options["what"] == "clear":
            demo.clear(actor=actor)
        elif options["what"] == "back":
            demo.bring_back(actor=actor)
        elif mine:
            demo.load(customers=options["customers"], as_of=options["as_of"], progress=self._show)
        else:
            raise CommandError(
                "Stop the server first: loading demo data needs the data folder to itself.", returncode=2
            )

    def _show(self, step: str, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{step} {done:,}/{total:,}", ending="")
