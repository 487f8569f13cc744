"""One running Hengke per data folder, and where it answers."""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any

from launcher.locking import write_whole
from launcher.say import LauncherError


class Instance:
    """The claim on a data folder. The kernel drops the lock when its holder dies, so no claim goes stale."""

    def __init__(self, data: Path) -> None:
        self._lock_path = data / "up.lock"
        self._record = data / "up.json"
        self._port = data / "up.port"
        self._handle: IO[str] | None = None
        self.follows_a_kill = False  # after claim: the last holder had no chance to tidy up

    def claim(self) -> bool:
        """Take the folder; False when another process has it."""
        try:
            self._lock_path.parent.mkdir(parents=True, exist_ok=True)
            handle = self._lock_path.open("a")
        except OSError as failure:
            raise LauncherError(f"{self._lock_path.parent}: {failure.strerror}", exit_code=2) from failure
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._handle = handle
        self.follows_a_kill = self._record.exists()
        self.publish(None)
        return True

    def publish(self, url: str | None) -> None:
        """Tell others where this one answers; None while it is being prepared."""
        write_whole(self._record, json.dumps({"pid": os.getpid(), "url": url}))

    def usual_port(self) -> int | None:
        """Where this folder answered last: bookmarks and printed codes keep working."""
        try:
            return int(self._port.read_text("ascii"))
        except (OSError, ValueError):
            return None

    def keep_port(self, port: int) -> None:
        """Come back to this port at the next start."""
        write_whole(self._port, str(port))

    def holder(self) -> dict[str, Any]:
        """What the claim's holder published."""
        try:
            content: dict[str, Any] = json.loads(self._record.read_text("utf-8"))
        except (OSError, ValueError):
            return {"pid": None, "url": None}
        return content

    def release(self) -> None:
        """Give the folder back."""
        self._record.unlink(missing_ok=True)
        if self._handle:
            self._handle.close()
