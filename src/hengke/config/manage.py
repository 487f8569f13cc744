"""`python -m hengke.config.manage COMMAND`: Django's management commands with Hengke's settings."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

NEED_DATA = frozenset(["import", "demo", "audit", "privacy", "users"])
"""Commands that people give and that fail on a data folder that is not set up, or of an older version."""


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
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        said = gettext(
            "The data folder {folder} is not set up yet: run ./hengke up first (with --empty for no demo)."
        )
    elif executor.migration_plan(executor.loader.graph.leaf_nodes()):
        said = gettext(
            "The data folder {folder} is of an older version: run ./hengke up once to bring it up to date."
        )
    else:
        return
    sys.exit(said.format(folder=settings.DATA_DIR))


if __name__ == "__main__":
    main()
