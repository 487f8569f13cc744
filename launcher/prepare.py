"""Bring a data folder up to date and print its log-ins: `prepare.py ADDRESS SETUP-OPTION…`, inside `.venv`.

One process for all, because starting Django costs more than looking whether anything is to be done.
"""

from __future__ import annotations

import os
import sys


def main(address: str, setup_options: list[str]) -> None:
    """Migrate, then set up: each does nothing on a folder that is ready and finishes one left half-way."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengke.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
    call_command("setup", *setup_options, stdout=sys.stderr)
    call_command("users", base=address.rstrip("/"))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
