"""Who may run jobs in this data folder: one process at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def only_worker(*, wait: bool) -> Iterator[bool]:
    """Be the one worker for the length of the block; gives False at once when another is and `wait` is off.

    The lock is held by the open file, so it is free again however the process ends.
    """
    path = Path(settings.DATA_DIR) / "worker.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
