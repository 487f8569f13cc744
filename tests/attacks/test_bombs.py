"""Workbooks that unpack to more than a server holds: refused, within bounds of memory, and the next import works."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories.people import PASSWORD
from tests.hengke_analytics.warehouse.test_reading_hostile import (
    billion_laughs,
    climbing_name,
    far_corner,
    many_members,
    xml_of_381_megabytes,
)
from tests.support.commands import manage
from tests.support.processes import children
from tests.support.site import Browser, Site, running, tree_memory

MOST = 300 << 20
BOMBS = (far_corner, xml_of_381_megabytes, many_members, billion_laughs, climbing_name)
PERSON = f"""
from hengke.engines.access.models import User
user = User(username="boss", name="boss", role="administrator")
user.set_password({PASSWORD!r})
user.save()
"""
GOOD = "全称,城市\n合肥仪表厂,合肥市\n".encode()


class Watch:
    """The most memory that a server and all below it held while something was done, above what it held before."""

    def __init__(self, pid: int) -> None:
        self._pid, self._before, self._most, self._over = pid, tree_memory(pid), 0, threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._over.is_set():
            self._most = max(self._most, tree_memory(self._pid))
            time.sleep(0.02)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def growth(self) -> int:
        return self._most - self._before


def _import(browser: Browser, name: str, content: bytes) -> tuple[int, str]:
    """Status and text of the page on which a file of customers is looked at."""
    status, _url, text = browser.post("/customers/import", {}, (name, content))
    return status, text


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_bombs_are_refused_within_bounds_and_the_next_file_is_read(tmp_path: Path) -> None:
    with running(tmp_path) as site:
        manage(tmp_path, "shell", "-v", "0", "-c", PERSON)
        browser = Browser(site, "boss", PASSWORD)
        assert "合肥市" in _import(browser, "good.csv", GOOD)[1]
        workers = sorted(children(site.pid))
        for bomb in BOMBS:
            growth, status = _burst(site, browser, bomb, tmp_path / f"{bomb.__name__}.xlsx")
            print(f"{bomb.__name__}: {status}, {growth >> 20} MB")
            assert status == 400
            assert growth < MOST
        assert sorted(children(site.pid)) == workers
        assert "合肥市" in _import(browser, "good.csv", GOOD)[1]


def _burst(site: Site, browser: Browser, bomb: Callable[[Path], None], path: Path) -> tuple[int, int]:
    bomb(path)
    content = path.read_bytes()
    with Watch(site.pid) as watch:
        status, _text = _import(browser, path.name, content)
    return watch.growth, status
