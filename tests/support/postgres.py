"""A throw-away PostgreSQL cluster on a unix socket; it ends with the test run, also with a killed one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from launcher import leash, system

_USER = "postgres"
_START_SECONDS = 30.0
# Nothing of it is kept, so nothing is flushed: several times faster to create and to use.
_SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")


@dataclass(frozen=True)
class Cluster:
    """A running cluster; reachable by its socket folder only."""

    programs: Path
    socket: Path

    def url(self, database: str = "postgres") -> str:
        """The address that libpq, psycopg and ADBC take."""
        return f"postgresql://{_USER}@/{database}?host={self.socket}"

    def environment_url(self, database: str) -> str:
        """The address for HENGKE_DATABASE_URL: the socket folder stands, quoted, in the host's place."""
        return f"postgresql://{_USER}@{str(self.socket).replace('/', '%2F')}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database and return its address."""
        self._run("createdb", database)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("dropdb", "--force", database)

    def _run(self, program: str, database: str, *options: str) -> None:
        command = [self.programs / program, "-h", self.socket, "-U", _USER, *options, database]
        subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """One cluster per run; tests that need it skip, and are counted, where PostgreSQL is not installed."""
    programs = system.postgres_bin()
    if programs is None:
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    # Not pytest's own folder: that one is closed to other users, and its path is too long for a socket.
    folder = Path(tempfile.mkdtemp(prefix="hkpg-", dir="/tmp"))
    try:
        yield from _serve(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(programs: Path, folder: Path) -> Iterator[Cluster]:
    data = folder / "data"
    as_user = _USER if os.geteuid() == 0 else None  # the server refuses to run as root
    if as_user:
        shutil.chown(folder, as_user)
    options = ("-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    subprocess.run(
        [programs / "initdb", "-D", data, *options],
        check=True,
        capture_output=True,
        user=as_user,
        cwd=folder,
    )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *(f"-c{setting}" for setting in _SETTINGS)],
            stdout=log,
            stderr=log,
            user=as_user,
            cwd=folder,
            preexec_fn=partial(leash.tie, os.getpid()),  # after the change of user, which would undo it
        )
    try:
        _wait(programs, folder, server)
        yield Cluster(programs, folder)
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        server.wait(timeout=20)


def _wait(programs: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    ready = [programs / "pg_isready", "-q", "-h", folder, "-U", _USER]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail("PostgreSQL did not start:\n" + (folder / "log").read_text("utf-8", "replace"))
        time.sleep(0.05)
