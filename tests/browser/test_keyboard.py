"""A day's work by the keyboard alone: no pointer is used, and every control is reached by Tab or a key of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
FURTHEST = 120


def reach(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus, which must then be seen."""
    for _ in range(FURTHEST):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            assert page.evaluate(FOCUS_IS_SEEN), f"the focus on {selector} cannot be seen"
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {selector}")


FOCUS_IS_SEEN = """() => {
  const part = document.activeElement, box = part.getBoundingClientRect(), style = getComputedStyle(part);
  const ring = style.outlineStyle !== "none" || style.boxShadow !== "none" || part.matches("input, textarea, select");
  return ring && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def go(page: Page, first: str, second: str, where: str) -> None:
    page.keyboard.press(first)
    page.keyboard.press(second)
    page.wait_for_url(f"**{where}")


def test_log_in_by_keyboard(site: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{site.url}/login")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type("admin")
    page.keyboard.press("Tab")
    page.keyboard.type(site.password("admin"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    page.keyboard.press("Tab")  # the first stop leads past the menu
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    context.close()


def test_list_record_and_way_back(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("admin")
    go(page, "g", "c", "/customers")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("tbody tr.cur a[data-row-link]")).to_be_focused()
    name = page.locator("tbody tr.cur a[data-row-link]").inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("h1").first).to_have_text(name)
    page.keyboard.press("]")
    expect(page.locator("h1").first).not_to_have_text(name)
    page.keyboard.press("[")
    expect(page.locator("h1").first).to_have_text(name)

    page.keyboard.press("n")
    expect(page.locator("hk-composer textarea, .composer textarea").first).to_be_focused()
    page.keyboard.type("电话约好周三上门")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tl, .timeline").first).to_contain_text("电话约好周三上门")
