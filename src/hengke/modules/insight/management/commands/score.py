"""`score`: train the models that are due, or those that are named, and score all customers."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.jobs import locking, queue, words
from hengke.engines.jobs.models import Job, JobState
from hengke.modules.insight.services.scoring import running
from hengke.modules.insight.services.scoring.kinds import TRAINED


class Command(BaseCommand):
    help = "Train models of customers that are due and score all customers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--train", nargs="+", choices=TRAINED, default=(), metavar="KIND",
            help=f"train these anew although they are not due: {', '.join(TRAINED)}",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        row = running.ask(actor=Actor.system(Channel.COMMAND), train=options["train"])
        with locking.only_worker(wait=False) as mine:
            if not mine:
                self.stdout.write(_("Queued: the running server does the work."))
                return
            queue.run_waiting(self._show)
        row.refresh_from_db()
        if row.state != JobState.DONE:
            raise CommandError(words.error(row) or str(JobState(row.state).label), returncode=2)
        self.stdout.write(words.of(row).result(row))

    def _show(self, job: Job) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r\x1b[K{words.progress(job)}", ending="")
