"""`makemessages`: Django's command, which also finds the sentences of expected errors and the steps of jobs."""

from __future__ import annotations

from django.core.management.base import CommandParser
from django.core.management.commands.makemessages import Command as DjangoCommand

# Callable:argument; errors carry their sentence untranslated (the kernel knows no language) until a face shows it.
SPOKEN = ("InputError:2", "NotAllowed:2", "NotFound:2", "Conflict:2", "SumsDiffer:2", "HengkeError:2",
          "TooLarge:2", "FieldErrors:2", "KeyReused:2", "WrongType:2",
          "TooOften:2", "NotLoggedIn:2", "Stale:2", "VersionMissing:2",
          "Problem:2", "sentence:1", "report:1", "progress:1")  # fmt: skip


class Command(DjangoCommand):
    xgettext_options = [*DjangoCommand.xgettext_options, *(f"--keyword={word}" for word in SPOKEN)]
    msgmerge_options = [*DjangoCommand.msgmerge_options, "--no-fuzzy-matching"]

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        # Line numbers and wrapping would make every extraction a change of the whole catalogue.
        parser.set_defaults(no_wrap=True, no_location=True, no_obsolete=True)
