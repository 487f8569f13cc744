"""A web service of the tests on loopback: paths lead to functions, and every request is kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

Reply = tuple[int, dict[str, str], Any]
Handler = Callable[[dict[str, str], dict[str, str]], Reply]


class Service:
    """What answers, and what was asked: (path with query, headers)."""

    def __init__(self) -> None:
        self.paths: dict[str, Handler] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.port = 0

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def service() -> Iterator[Service]:
    """A running service without any path yet."""
    known = Service()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            known.asked.append((self.path, dict(self.headers)))
            handler = known.paths.get(place.path, lambda _query, _headers: (404, {}, {}))
            status, headers, body = handler(dict(parse_qsl(place.query)), dict(self.headers))
            data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(data))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing into the output of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    known.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield known
    server.shutdown()
    server.server_close()
