"""The web server on a socket that the supervisor holds; runs inside `.venv`: `serve.py FD`."""

from __future__ import annotations

import os
import sys

WORKERS = 2
THREADS = 4
GRACE_SECONDS = 20


def main(descriptor: int) -> None:
    """Become the server; requests in flight get the grace time to finish, workers end with their master."""
    options = {
        "config": "python:hengke.config.server",
        "bind": f"fd://{descriptor}",
        "worker-class": "gthread",
        "workers": WORKERS,
        "threads": THREADS,
        "graceful-timeout": GRACE_SECONDS,
        "keep-alive": 30,
        "timeout": 120,
        "log-level": "warning",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "gunicorn", "hengke.config.wsgi:application", "--preload", *arguments]
    os.set_inheritable(descriptor, True)
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main(int(sys.argv[1]))
