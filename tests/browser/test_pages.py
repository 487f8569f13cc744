"""Every page in both themes and at three widths: nothing sticks out, nothing is inaccessible, no complaint."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Site
from tests.conftest import ROOT

pytestmark = pytest.mark.browser
WIDTHS = (320, 375, 1280)
# Who looks at which pages; "{…}" stands for the first object that the list named in FIRST shows.
PAGES = {
    "admin": [
        "/overview", "/overview/customers?set=head", "/overview/lines", "/customers", "/customers?group=tier",
        "/customers/new", "/customers/board", "/customers/map", "/customers/filter", "/customers/import",
        "/customers/map?layer=points", "/activities/timeline", "/activities/timeline?span=year&group=owner",
        "/boundaries",
        "/customers/{customer}", "/customers/{customer}/edit", "/customers/{customer}/share", "/contacts",
        "/instruments", "/activities", "/activities/new", "/activities/board", "/activities/calendar",
        "/activities/calendar?span=week", "/activities/calendar?span=day&at=2020-01-05",
        "/activities/calendar?span=list", "/activities/{activity}", "/imports", "/imports/new",
        "/imports/new/database", "/review", "/review/decided", "/quality", "/jobs", "/search?q=hf", "/account",
        "/notices", "/notices/settings",
        "/account/password", "/account/confirm", "/absence", "/security", "/audit", "/audit/{event}",
        "/protection", "/protection/role/account_manager", "/protection/agreement", "/privacy",
        "/privacy?contact={contact}", "/backoffice/people", "/backoffice/people/new", "/backoffice/people/{person}",
        "/backoffice/people/{person}/hand-over", "/backoffice/people/{person}/rights", "/backoffice/units",
        "/backoffice/units/{unit}", "/backoffice/teams", "/backoffice/teams/new", "/backoffice/territories",
        "/backoffice/territories/new", "/backoffice/roles", "/backoffice/roles/account_manager",
        "/backoffice/roles/account_manager/customers.customer", "/backoffice/why",
        "/backoffice/why?kind=activities&record={activity}&person={person}&action=view",
    ],
    "jingli": ["/customers", "/customers/board", "/activities/calendar", "/activities/board", "/account"],
}  # fmt: skip
FIRST = {
    "customer": "/customers", "contact": "/contacts", "activity": "/activities", "event": "/audit",
    "person": "/backoffice/people", "unit": "/backoffice/units",
}  # fmt: skip
IGNORED_RULES: set[str] = set()
AXE = Axe()
# What differs between the themes is colour alone: the dark one is asked for contrast only.
CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
# No colour may be on its way any more when it is measured.
DARK = """document.documentElement.dataset.theme = "dark";
  new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
    for (const animation of document.getAnimations()) animation.finish();
    done();
  })))"""
# The heads of a page go one step down at a time.
HEADS = """[...document.querySelectorAll("h1, h2, h3, h4")]
  .filter((head) => !head.closest("dialog, .side") && head.checkVisibility())
  .map((head) => Number(head.tagName[1])).filter((level, at, all) => level > (all[at - 1] ?? 0) + 1)"""
# Lengths in vw follow the window a frame later.
SETTLED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDE = """[...document.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > innerWidth + 1)
  .map((part) => `${part.tagName}.${part.className}`).slice(0, 4).join(" ")"""
# Sentences and titles in English; one word alone may be a name or a code.
ENGLISH = """[...document.querySelectorAll("main *, .side *")]
  .filter((part) => !part.closest("script, style, code, .id") && part.childElementCount === 0)
  .map((part) => part.textContent.trim()).filter((text) => /^[A-Z][a-z]+( [a-z]+)+[.:?]?$/.test(text))"""


def _problems(page: Page, options: Any = None) -> list[str]:
    found: Any = AXE.run(page, options=options or {"resultTypes": ["violations"]}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found if v["id"] not in IGNORED_RULES]


def _faults(page: Page) -> list[str]:
    """What is wrong with the page that is open, in both themes and at every width; it is loaded once."""
    found = _problems(page)
    found += [f"heading of level {level} out of order" for level in page.evaluate(HEADS)]
    found += [f"in English: {text}" for text in page.evaluate(ENGLISH)]
    page.evaluate(DARK)
    found += [f"dark: {problem}" for problem in _problems(page, CONTRAST)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(SETTLED)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"scrolls sideways at {width} px: {page.evaluate(WIDE)}")
    page.set_viewport_size({"width": 1440, "height": 900})
    return found


def _first(page: Page, site: Site, listed: str) -> str:
    match = re.search(rf'href="{listed}/(\d+)["?]', page.request.get(site.url + listed).text())
    # The journey may have cleared the demo, and its activities with it.
    assert match or listed == "/activities", f"{listed} shows nothing"
    return match[1] if match else ""


@pytest.mark.parametrize("who", PAGES)
def test_pages_are_accessible_and_fit(site: Site, log_in: Callable[..., Page], who: str) -> None:
    page = log_in(who)
    page.emulate_media(reduced_motion="reduce")  # colours that are still fading would be measured halfway
    wanted = " ".join(PAGES[who])
    keys = {name: _first(page, site, listed) for name, listed in FIRST.items() if f"{{{name}}}" in wanted}
    faults = {}
    for path in PAGES[who]:
        if not all(keys.get(name, "-") for name in re.findall(r"{(\w+)}", path)):
            continue
        answer = page.goto(site.url + path.format(**keys))
        assert answer is not None, path
        assert answer.status == 200, path
        if found := _faults(page):
            faults[path] = found
    assert not faults, json.dumps(faults, ensure_ascii=False, indent=1)


def test_the_way_in_is_accessible_and_fits(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site.url}/login")
    page.fill("#id_username", "nobody")
    page.fill("#id_password", "no password")
    page.press("#id_password", "Enter")
    page.wait_for_selector("[role=alert]")
    assert _faults(page) == []
    context.close()


def test_a_missing_page_says_so(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    answer = page.request.get(f"{site.url}/nothing-here")
    assert answer.status == 404
    assert "hengke" in answer.text().lower()


def test_first_list_page_is_light(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    sizes: list[int] = []
    urls: list[str] = []
    page.context.clear_cookies(name="none")
    page.on("response", lambda r: urls.append(r.url))
    page.on("response", lambda r: sizes.append(int(r.headers.get("content-length", "0"))))
    page.goto(f"{site.url}/customers")
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= 8, urls
    assert sum(sizes) <= 400_000


def test_picture_for_the_readme(site: Site, log_in: Callable[..., Page], tmp_path: Path) -> None:
    """Kept under docs/images when HENGKE_PICTURES is set, so that the README shows the real thing."""
    page = log_in("suozhang", height=1000)
    page.goto(f"{site.url}/overview")
    folder = ROOT / "docs" / "images" if os.environ.get("HENGKE_PICTURES") else tmp_path
    page.screenshot(path=folder / "overview.png")
    assert (folder / "overview.png").stat().st_size > 20_000
