"""The real server, as `./hengke up` runs it, and a client that asks as fast as it can and costs little."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 8
SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """A running server: its port and the process at the top."""

    port: int
    pid: int

    def cpu(self) -> float:
        """CPU seconds that its workers have used so far (Linux)."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in children]
        return sum(int(f[11]) + int(f[12]) for f in fields) / os.sysconf("SC_CLK_TCK")


@contextmanager
def server() -> Iterator[Server]:
    """gunicorn with two workers of four threads over the bench's data folder."""
    listener = socket.create_server(("127.0.0.1", 0))
    descriptor = listener.fileno()
    os.set_inheritable(descriptor, True)
    command = [sys.executable, str(ROOT / "launcher" / "serve.py"), str(descriptor)]
    env = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, pass_fds=(descriptor,), env=env)
    port: int = listener.getsockname()[1]
    listener.close()
    try:
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


@dataclass
class Load:
    """What came of asking: requests a second, their 95th percentile, CPU of server and client for each."""

    per_second: float
    p95: float
    server_cpu: float
    client_cpu: float

    def __str__(self) -> str:
        return (
            f"{self.per_second:.0f} requests/s with {CLIENTS} clients, p95 {self.p95:.0f} ms;"
            f" {self.server_cpu:.1f} ms CPU each in the server, {self.client_cpu:.1f} in the client beside it"
        )


def load(running: Server, request: Callable[[int], bytes], status: bytes) -> Load:
    """Eight connections kept alive ask for `SECONDS`; `request(n)` is the whole text of the n-th question."""
    _ask(running.port, request, status, time.monotonic() + 3)  # both workers load what they load once
    began, used, own = time.monotonic(), running.cpu(), time.process_time()
    walls = _ask(running.port, request, status, began + SECONDS)
    seconds, count = time.monotonic() - began, len(walls)
    cpu = (running.cpu() - used) * 1000 / count
    mine = (time.process_time() - own) * 1000 / count
    return Load(count / seconds, sorted(walls)[int(count * 0.95)] * 1000, cpu, mine)


def _ask(port: int, request: Callable[[int], bytes], status: bytes, until: float) -> list[float]:
    walls: list[float] = []
    failed: list[BaseException] = []
    numbers = iter(range(10**9))

    def ask() -> None:
        try:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                while time.monotonic() < until:
                    began = time.perf_counter()
                    connection.sendall(request(next(numbers)))
                    answer = _answer(connection)
                    assert answer.startswith(b"HTTP/1.1 " + status), answer[:300]
                    walls.append(time.perf_counter() - began)
        except BaseException as error:  # told by the main thread
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return walls


def _answer(connection: socket.socket) -> bytes:
    """One answer with its Content-Length."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += _more(connection)
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += _more(connection)
    return head


def _more(connection: socket.socket) -> bytes:
    block = connection.recv(65_536)
    assert block, "the server hung up"
    return block
