"""A throw-away MariaDB server on loopback; it ends with the test run, also with a killed one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from launcher import leash, system

_USER = "mysql"
_START_SECONDS = 60.0


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """The address of one server per run, with a database "旧系统"; tests that need it skip, counted, without it."""
    program = system.mariadb_server()
    pymysql = pytest.importorskip("pymysql")
    if program is None:
        pytest.skip("MariaDB is missing: apt-get install mariadb-server")
    folder = Path(tempfile.mkdtemp(prefix="hkmy-", dir="/tmp"))
    as_user = _USER if os.geteuid() == 0 else None  # the server refuses to run as root
    if as_user:
        shutil.chown(folder, as_user)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        options = ["--no-defaults", f"--datadir={folder}/data"]
        subprocess.run(
            ["mariadb-install-db", *options, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True, capture_output=True, user=as_user, cwd=folder,
        )  # fmt: skip
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [program, *options, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/s"],
                stdout=log,
                stderr=log,
                user=as_user,
                cwd=folder,
                preexec_fn=partial(leash.tie, os.getpid()),
            )
        try:
            _wait(pymysql, port, server, folder)
            yield f"mysql://root@127.0.0.1:{port}/旧系统"
        finally:
            server.terminate()
            server.wait(timeout=30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(pymysql: object, port: int, server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with pymysql.connect(host="127.0.0.1", port=port, user="root") as connection:  # type: ignore[attr-defined]
                with connection.cursor() as cursor:
                    cursor.execute("CREATE DATABASE `旧系统` CHARACTER SET utf8mb4")
                return
        except pymysql.OperationalError:  # type: ignore[attr-defined]
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail("MariaDB did not start:\n" + (folder / "log").read_text("utf-8", "replace"))
            time.sleep(0.2)
