"""Bring a data folder up to date: migrate, then first-run set-up. `prepare.py SETUP-OPTION…`, in `.venv`.

One process for both, because starting Django costs more than looking whether anything is to be done.
"""

from __future__ import annotations

import os
import sys


def main(setup_options: list[str]) -> None:
    """Both commands do nothing on a folder that is ready and finish one that was left half-way."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengke.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("setup", *setup_options)


if __name__ == "__main__":
    main(sys.argv[1:])
