"""`setup`: make a fresh data folder usable; does nothing on one that is, and repairs one that was cut off."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from hengke.engines.access.models import User
from hengke.engines.jobs.words import step_name
from hengke.faces import first_run
from hengke.kernel import clock
from hengke.modules.insight.services import demo

BAR = 30


def scale(text: str) -> int:
    """Number of customers: "200", "1k", "20k"."""
    return int(text[:-1]) * 1_000 if text.endswith("k") else int(text)


class Command(BaseCommand):
    help = "Prepare a fresh data folder: demo data and log-ins, or an empty one with an administrator link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true")
        parser.add_argument("--scale", type=scale, default="1k", help="number of demo customers")
        parser.add_argument("--as-of", type=date.fromisoformat, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        done = Path(settings.DATA_DIR) / "setup.done"
        if done.exists():
            return
        if options["empty"]:
            first_run.make_link()
        elif not User.objects.exists() or first_run.logins():
            first_run.make_demo_people()
            demo.load(
                customers=options["scale"],
                as_of=options["as_of"] or clock.today(),
                progress=show,
                on_customers=first_run.give_demo_work,
            )
            sys.stderr.write("\n")
        done.touch()


def show(step: str, done: int = 0, total: int = 0) -> None:
    """One line that fills: a bar, the percentage and the step; where nobody watches, a line per finished step."""
    share = min(1.0, done / total) if total else 0.0
    bar = "█" * round(share * BAR) + "░" * (BAR - round(share * BAR))
    words = f"{bar} {share:4.0%} {step_name(step)}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{words}")
    elif done >= total:
        sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
