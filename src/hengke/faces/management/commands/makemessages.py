"""`makemessages`: Django's command, which also finds the sentences of expected errors and the steps of jobs."""

from __future__ import annotations

from django.core.management.commands.makemessages import Command as DjangoCommand

# Callable:argument; errors carry their sentence untranslated (the kernel knows no language) until a face shows it.
SPOKEN = ("InputError:2", "NotAllowed:2", "NotFound:2", "Conflict:2", "SumsDiffer:2", "HengkeError:2",
          "report:1", "progress:1")  # fmt: skip


class Command(DjangoCommand):
    xgettext_options = [*DjangoCommand.xgettext_options, *(f"--keyword={word}" for word in SPOKEN)]
