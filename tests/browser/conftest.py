"""A real installation, started as a user starts it, and a browser that logs in."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conftest import ROOT

START_SECONDS = 240
expect.set_options(timeout=30_000)  # a busy machine is slow, not broken
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@dataclass(frozen=True)
class Site:
    """A running `./hengke up`: its address and data folder."""

    url: str
    data: Path

    def password(self, username: str) -> str:
        """A demo person's password, from where `./hengke users` reads it."""
        entries = json.loads((self.data / "logins.json").read_text(encoding="utf-8"))
        return str(next(e["password"] for e in entries if e["username"] == username))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`./hengke up` on an empty data folder with a small demo; stopped by Ctrl-C's signal at the end."""
    data = tmp_path_factory.mktemp("site")
    command = [str(ROOT / "hengke"), "up", "--data", str(data), "--no-browser", "--scale", "200"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines: list[str] = []
    found: list[str] = []
    ready = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if match := re.search(r"http://127\.0\.0\.1:\d+", line):
                found.append(match[0])
                ready.set()
        ready.set()

    threading.Thread(target=read, daemon=True).start()
    ready.wait(START_SECONDS)
    if not found:
        process.kill()
        pytest.fail("./hengke up did not say where it runs:\n" + "".join(lines[-30:]))
    try:
        yield Site(found[0], data)
    finally:
        process.terminate()
        process.wait(timeout=40)


# Per module: while Playwright runs, its event loop would forbid the database to every other test of the session.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        yield opened
        opened.close()


@pytest.fixture
def log_in(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """log_in(username, width=…, theme=…) gives a page; what the page complains about fails the test at the end."""
    complaints: list[str] = []
    contexts = []

    def open_page(username: str, *, width: int = 1440, height: int = 900, theme: str = "light") -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.add_cookies([{"name": "hk_theme", "value": theme, "url": site.url}])
        context.set_default_timeout(120_000)  # a busy machine is slow, not broken
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.goto(f"{site.url}/login")
        page.fill("#id_username", username)
        page.fill("#id_password", site.password(username))
        page.press("#id_password", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
