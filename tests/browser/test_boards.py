"""A board in a browser: copied, arranged by keys and by dragging, and put away again; a question by its words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def _order(page: Page) -> list[str]:
    return [tile.inner_text() for tile in page.locator(".bd-tile h2").all()]


def test_a_board_is_copied_arranged_and_put_away(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    page.goto(site.url + "/boards")
    expect(page.locator(".bd-tile")).not_to_have_count(0)
    assert Axe().run(page).violations_count == 0

    page.get_by_role("button", name="复制为我的").click()
    page.wait_for_url("**/boards/*?edit=1")
    first, second, third, *_rest = _order(page)
    page.locator(".bd-tile").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".bd-tile h2").first).to_have_text(second)
    expect(page.locator(".bd-tile").nth(1)).to_be_focused()
    page.keyboard.press("+")
    expect(page.locator(".bd-tile").nth(1)).to_have_class("card bd-tile w2 h1 fig")
    page.locator(".bd-tile h2").nth(2).drag_to(page.locator(".bd-tile h2").first)
    expect(page.locator(".bd-tile h2").first).to_have_text(third)
    assert _order(page)[:3] == [third, second, first]

    page.get_by_role("button", name="删除仪表板").click()
    page.wait_for_url("**/boards")


def test_a_question_is_answered_by_choosing_its_words(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    page.goto(site.url + "/questions")
    page.locator(".qs-card").first.click()
    told = page.locator(".qs-told p").first
    expect(told).to_contain_text("。")
    page.locator("select[name=who]").select_option("city")
    page.wait_for_url("**who=city**")
    expect(page.locator("h1")).to_contain_text("城市")
    assert Axe().run(page).violations_count == 0
