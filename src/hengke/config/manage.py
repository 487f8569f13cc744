"""`python -m hengke.config.manage COMMAND`: Django's management commands with Hengke's settings."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengke.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
