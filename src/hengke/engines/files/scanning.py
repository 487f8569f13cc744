"""The installation's own virus scanner: a command that is given the path; exit code 1 means infected."""

from __future__ import annotations

import logging
import shlex
import subprocess
from pathlib import Path

from django.conf import settings

from hengke.kernel.errors import InputError

log = logging.getLogger("hengke.files")
SECONDS = 120


def check(path: Path) -> None:
    """Let the setting SCAN_COMMAND look at a file.

    InputError `file_infected`; `file_not_scanned` when the scanner does not work, since a file that nobody looked
    at is not clean.
    """
    if not settings.SCAN_COMMAND:
        return
    command = [*shlex.split(settings.SCAN_COMMAND), str(path)]
    try:
        code = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("the virus scanner does not run: %s", error)
        code = -1
    if code == 1:
        raise InputError("file_infected", "The virus scanner refuses this file. It was not stored.")
    if code != 0:
        raise InputError(
            "file_not_scanned",
            "The virus scanner does not answer. The file was not stored; tell an administrator.",
        )
