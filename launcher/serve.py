"""The web server on a socket that the supervisor holds; runs inside `.venv`: `serve.py FD`."""

from __future__ import annotations

import os
import socket
import sys

import uvicorn

GRACE_SECONDS = 20


def main(descriptor: int) -> None:
    """Serve until told to stop; requests in flight get the grace time to finish."""
    config = uvicorn.Config(
        "hengke.config.asgi:application",
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
        access_log=False,
        server_header=False,
        # A client on this machine could otherwise name any address and escape the limit on log-ins.
        proxy_headers="FORWARDED_ALLOW_IPS" in os.environ,
    )
    # Not uvicorn's own fd option: it takes the socket for a unix one and leaves Nagle's delay on.
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
