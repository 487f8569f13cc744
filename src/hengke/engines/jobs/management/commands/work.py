"""`work`: the one background worker of a data folder; also seals events."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from hengke.engines.access import events
from hengke.engines.jobs import locking, periodic, queue

IDLE_SECONDS = 0.5
ROUND_SECONDS = 60.0


class Command(BaseCommand):
    help = "Run background jobs and seal events until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="run what waits, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        with locking.only_worker(wait=True):
            self._work(once=options["once"])

    def _work(self, *, once: bool) -> None:
        queue.recover()
        signal.signal(signal.SIGTERM, self._stop)
        self.stopping = False
        looked = -ROUND_SECONDS
        while not self.stopping:
            close_old_connections()
            # With `--once` only what waits is run.
            if not once and time.monotonic() - looked >= ROUND_SECONDS:
                looked = time.monotonic()
                periodic.enqueue_due()
            row = queue.claim()
            if row is not None:
                queue.run(row)
            events.seal_pending()
            if row is None:
                if once:
                    break
                time.sleep(IDLE_SECONDS)

    def _stop(self, *_: Any) -> None:
        self.stopping = True
