"""The palette by the keyboard alone: find, narrow, run, open; and what was opened is remembered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def _open(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("hk-palette [aria-pressed=true]").wait_for()


def _type(page: Page, text: str) -> None:
    with page.expect_response(lambda answer: "/search/suggest" in answer.url and "q=" + text in answer.url):
        page.keyboard.type(text)


def test_everything_goes_by_keyboard(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("admin")
    chosen = page.locator("hk-palette [role=option][aria-selected=true]")

    page.goto(f"{site.url}/overview")
    _open(page)
    _type(page, "kehu")
    expect(page.locator("hk-palette [role=option]", has_text="客户").first).to_be_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Tab")  # narrows to customers
    expect(page.locator("hk-palette [aria-pressed=true]")).to_have_text("客户")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("hk-palette [aria-pressed=true]")).to_have_text("全部")
    page.keyboard.press("Escape")

    first = page.request.get(f"{site.url}/api/v1/customers?page_size=1").json()["items"][0]
    page.goto(f"{site.url}/customers/{first['id']}")
    page.goto(f"{site.url}/overview")
    _open(page)
    expect(chosen).to_contain_text(first["name"])  # opened lately, without a question
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/customers/{first['id']}")

    _open(page)
    _type(page, "bianji")
    expect(chosen).to_have_text("编辑")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")

    page.goto(f"{site.url}/overview")
    _open(page)
    _type(page, "shense")
    expect(chosen).to_contain_text("深色")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    _open(page)
    page.locator("hk-palette input").fill("")
    _type(page, "danjiankuai")
    expect(chosen).to_contain_text("单键")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-keys", "off")
    page.keyboard.press("?")
    expect(page.locator("#keys[open]")).to_have_count(0)
