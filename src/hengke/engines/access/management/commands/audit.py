"""`audit verify`: recompute the hash chain over the event stream."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hengke.engines.access import events
from hengke.engines.access.models import EventSeal


class Command(BaseCommand):
    help = "Verify that no event was changed, added or removed after it was sealed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument(
            "--head", default="", help="a head that an earlier run printed: it must still be there"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = events.verify()
        if verdict.broken is not None:
            words = _(
                "The chain is broken at event %(event)d: %(why)s. %(count)d links before it are intact."
            )
            why = f"{_(verdict.why)} ({verdict.row})" if verdict.row else _(verdict.why)
            values = {"event": verdict.broken, "why": why, "count": verdict.verified}
            raise CommandError(words % values, returncode=1)
        if options["head"] and not _holds(options["head"]):
            raise CommandError(_("The head %(head)s is not in the chain any more.") % options, returncode=1)
        words = _("%(verified)d events intact, %(unsealed)d not sealed yet.")
        self.stdout.write(words % {"verified": verdict.verified, "unsealed": verdict.unsealed})
        if verdict.head:
            self.stdout.write(_("Head: %(head)s") % {"head": verdict.head})


def _holds(head: str) -> bool:
    seal, _colon, chain = head.partition(":")
    return seal.isdecimal() and EventSeal.objects.filter(pk=int(seal[:18]), chain=chain).exists()
