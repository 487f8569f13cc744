"""Every page in both themes and at three widths: nothing sticks out, nothing is inaccessible, no complaint."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
PAGES = [
    "/overview", "/overview/customers?set=head", "/overview/lines", "/customers", "/customers/new", "/contacts",
    "/instruments", "/imports", "/imports/new", "/review", "/review/decided", "/quality", "/jobs", "/search?q=hf",
    "/notices", "/notices/settings", "/account", "/account/password", "/security", "/nothing-here",
]  # fmt: skip
IGNORED_RULES: set[str] = set()


def _problems(page: Page) -> list[str]:
    found: Any = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["id"] not in IGNORED_RULES]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible_and_fit(site: Site, log_in: Callable[..., Page], theme: str) -> None:
    page = log_in("admin", theme=theme)
    faults = {}
    first = page.request.get(f"{site.url}/api/v1/customers?page_size=1").json()["items"][0]["id"]
    for path in [*PAGES, f"/customers/{first}", f"/customers/{first}/edit"]:
        if path == "/nothing-here":
            continue
        page.goto(site.url + path)
        if problems := _problems(page):
            faults[path] = problems
    assert not faults, json.dumps(faults, ensure_ascii=False, indent=1)


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_no_page_scrolls_sideways(site: Site, log_in: Callable[..., Page], width: int) -> None:
    page = log_in("admin", width=width)
    wide = []
    for path in PAGES[:-1]:
        page.goto(site.url + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_a_missing_page_says_so(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    answer = page.request.get(f"{site.url}/nothing-here")
    assert answer.status == 404
    assert "hengke" in answer.text().lower()


def test_first_list_page_is_light(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    sizes: list[int] = []
    page.context.clear_cookies(name="none")
    page.on("response", lambda r: sizes.append(int(r.headers.get("content-length", "0"))))
    page.goto(f"{site.url}/customers")
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 8
    assert sum(sizes) <= 400_000


def test_picture_for_the_readme(site: Site, log_in: Callable[..., Page], tmp_path: Path) -> None:
    """Kept under docs/images when HENGKE_PICTURES is set, so that the README shows the real thing."""
    page = log_in("suozhang", height=1000)
    page.goto(f"{site.url}/overview")
    folder = ROOT / "docs" / "images" if os.environ.get("HENGKE_PICTURES") else tmp_path
    page.screenshot(path=folder / "overview.png")
    assert (folder / "overview.png").stat().st_size > 20_000
