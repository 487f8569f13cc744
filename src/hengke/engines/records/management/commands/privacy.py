"""`privacy look|export|erase --contact N`: requests of persons, from the command line."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Channel
from hengke.engines.jobs import locking, queue
from hengke.engines.records.privacy import erasing, places
from hengke.engines.records.privacy.places import Person
from hengke.engines.records.privacy.views import PERSON
from hengke.kernel.errors import HengkeError


class Command(BaseCommand):
    help = "Show, hand over or erase what is held about a contact."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["look", "export", "erase"])
        parser.add_argument("--contact", type=int, required=True, help="number of the contact")
        parser.add_argument(
            "--value", action="append", default=[], help="a further number or address of the person"
        )
        parser.add_argument("--reason", default="", help="why; needed to erase")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = Actor.system(Channel.COMMAND)
        try:
            person = _person(options["contact"], options["value"])
            if options["action"] == "look":
                self._look(person, actor)
            elif options["action"] == "export":
                package = erasing.package(person, actor=actor)
                self.stdout.write(json.dumps(package, ensure_ascii=False, indent=2, default=str))
            else:
                self._erase(person, options["reason"], actor)
        except HengkeError as error:
            raise CommandError(error.message) from None

    def _look(self, person: Person, actor: Actor) -> None:
        for finding in erasing.look(person, actor=actor):
            self.stdout.write(f"{finding.count:>8,}  {finding.what} · {finding.where}")

    def _erase(self, person: Person, reason: str, actor: Actor) -> None:
        _row, job = erasing.ask(person, reason, actor=actor)
        # A running worker takes the job; without one it is done here and now.
        with locking.only_worker(wait=False) as is_mine:
            if is_mine:
                queue.run_waiting()
        job.refresh_from_db()
        self.stdout.write(_("Erasure: %(state)s") % {"state": job.get_state_display()})


def _person(key: int, more: list[str]) -> Person:
    """Values that others have too are left alone, as on the page."""
    known, candidates = places.describe(PERSON, key)
    own = [candidate.value for candidate in candidates if not candidate.others]
    return known.with_values(tuple(dict.fromkeys([*own, *more])))
