"""`python -m hengke.config.manage COMMAND`: Django's management commands with Hengke's settings."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

NEED_DATA = frozenset(["import", "demo", "audit", "privacy", "users"])
"""Commands that people give and that mean nothing on a data folder that nobody has set up."""


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengke.config.settings")
    if NEED_DATA.intersection(sys.argv[1:2]) and not {"-h", "--help"}.intersection(sys.argv):
        _require_set_up()
    execute_from_command_line(sys.argv)


def _require_set_up() -> None:
    import django
    from django.conf import settings
    from django.db import connection
    from django.utils.translation import gettext

    django.setup()
    if "django_migrations" not in connection.introspection.table_names():
        said = gettext(
            "The data folder {folder} is not set up yet: run ./hengke up first (with --empty for no demo)."
        )
        sys.exit(said.format(folder=settings.DATA_DIR))


if __name__ == "__main__":
    main()
