"""The web server as `./hengke up` starts it, on a data folder of its own, and a browser that logs in there."""

from __future__ import annotations

import http.cookiejar
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from launcher import serve
from tests.support.commands import environment, manage
from tests.support.processes import eventually


@dataclass(frozen=True)
class Site:
    """A running server: its address, its data folder, and the process at the top."""

    url: str
    data: Path
    pid: int


@contextmanager
def running(data: Path, **more: str) -> Iterator[Site]:
    """A server on an empty SQLite database; `more` goes into its environment."""
    manage(data, "migrate", "-v", "0")
    with socket.create_server(("127.0.0.1", 0)) as bound:
        command = [sys.executable, serve.__file__, str(bound.fileno())]
        server = subprocess.Popen(
            command, env=environment(data, **more), pass_fds=(bound.fileno(),), cwd=data
        )
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        try:
            assert eventually(lambda: _answers(url))
            yield Site(url, data, server.pid)
        finally:
            server.terminate()
            server.wait(timeout=40)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/livez", timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Browser:
    """Somebody who is logged in and sends forms, as far as a test needs one."""

    def __init__(self, site: Site, username: str, password: str) -> None:
        self._site, self._jar = site, http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self.get("/login")
        self.post("/login", {"username": username, "password": password})

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, last address and text."""
        return self._ask(urllib.request.Request(f"{self._site.url}{path}"))

    def post(
        self, path: str, values: dict[str, str], file: tuple[str, bytes] | None = None
    ) -> tuple[int, str, str]:
        """Send a form, with a file under the name `files` if there is one."""
        values = values | {"csrfmiddlewaretoken": self._token()}
        body, kind = (urlencode(values).encode(), "application/x-www-form-urlencoded")
        if file is not None:
            body, kind = _multipart(values, *file)
        return self._ask(urllib.request.Request(f"{self._site.url}{path}", body, {"Content-Type": kind}))

    def _token(self) -> str:
        return next((str(cookie.value) for cookie in self._jar if cookie.name.endswith("csrftoken")), "")

    def _ask(self, request: urllib.request.Request) -> tuple[int, str, str]:
        request.add_header("Referer", self._site.url)
        try:
            with self._opener.open(request, timeout=120) as answer:
                return answer.status, answer.url, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, str(error.url), error.read().decode("utf-8", "replace")


def _multipart(values: dict[str, str], name: str, content: bytes) -> tuple[bytes, str]:
    line = secrets.token_hex(16)
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in values.items()
    ]
    head = f'--{line}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return b"".join(
        (*parts, head.encode(), content, f"\r\n--{line}--\r\n".encode())
    ), f"multipart/form-data; boundary={line}"


def tree_memory(pid: int) -> int:
    """Bytes in memory of a process and all below it; what they share counts once for each that has it."""
    total = 0
    try:
        for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            total += tree_memory(int(word))
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return total  # it has just ended
    return total
