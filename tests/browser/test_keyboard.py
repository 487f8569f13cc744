"""A day's work by the keyboard alone: no pointer is used, and every control is reached by Tab or a key of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
FURTHEST = 150
FOCUS_IS_SEEN = """() => {
  const part = document.activeElement.closest("label, .cell, .nm, a, button, summary, input, select, textarea");
  const box = part.getBoundingClientRect(), style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def reach(page: Page, selector: str) -> None:
    """Press Tab until the control has the focus, which must then be seen."""
    for _ in range(FURTHEST):
        if page.evaluate("(selector) => document.activeElement?.matches(selector)", selector):
            assert page.evaluate(FOCUS_IS_SEEN), f"the focus on {selector} cannot be seen"
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {selector}")


def go(page: Page, second: str, where: str) -> None:
    """G, then the key of a place."""
    page.keyboard.press("g")
    page.keyboard.press(second)
    page.wait_for_url(f"**{where}")
    expect(page.locator("hk-list, main").first).to_be_visible()


def undo(page: Page) -> None:
    """Ctrl+Z takes back what the last message offers."""
    expect(page.locator("#toasts [data-undo]")).to_be_visible()
    page.keyboard.press("Control+z")


@pytest.fixture
def customers(log_in: Callable[..., Page]) -> Page:
    """The administrator on the list of customers, led there by keys."""
    page = log_in("admin")
    go(page, "c", "/customers")
    return page


def test_log_in_and_past_the_menu(site: Site, browser: Browser) -> None:
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


def test_rows_records_and_a_note(customers: Page) -> None:
    page = customers
    for key in "jjk":
        page.keyboard.press(key)
    row = page.locator("tbody tr.cur a[data-row-link]")
    expect(row).to_be_focused()
    name = row.inner_text()
    page.keyboard.press("Enter")
    title = page.locator("main h2, h1").filter(has_text=name).first
    expect(title).to_be_visible()
    page.keyboard.press("]")
    expect(page.locator("h1").first).not_to_contain_text(name)
    page.keyboard.press("[")
    expect(page.locator("h1").first).to_contain_text(name)

    page.keyboard.press("n")
    expect(page.locator("#compose-text")).to_be_focused()
    page.keyboard.type("电话约好周三上门")
    page.keyboard.press("Control+Enter")
    expect(page.locator("main")).to_contain_text("电话约好周三上门")


def test_a_filter_and_the_focus_that_comes_back(customers: Page) -> None:
    page = customers
    page.keyboard.press("f")
    expect(page.locator("#filter-pop a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-filter]")).to_be_focused()
    page.keyboard.press("Enter")
    reach(page, "#filter-pop a[href*='/filter/city']")
    page.keyboard.press("Enter")
    expect(page.locator("#filter-pop input").first).to_be_focused()
    page.keyboard.type("合肥")
    page.keyboard.press("Enter")
    page.wait_for_url("**city*")
    expect(page.locator(".chip").filter(has_text="合肥").first).to_be_visible()
    pop = page.locator("#filter-pop")
    assert not pop.is_visible() or pop.bounding_box()["height"] < 900  # type: ignore[index]


def test_a_value_changed_in_the_list_and_taken_back(customers: Page) -> None:
    page = customers
    page.keyboard.press("j")
    key = page.locator("tbody tr.cur").get_attribute("data-pk")
    cell = page.locator(f"tr[data-pk='{key}'] td[data-f=city]")
    before = cell.inner_text()
    page.keyboard.press("e")
    control = page.locator("td.edit").locator("select, input:not([type=hidden])")
    expect(control).to_be_focused()
    while page.locator("td.edit").get_attribute("data-f") != "city":
        here = page.locator("td.edit").get_attribute("data-f")
        page.keyboard.press("Tab")  # stores nothing when nothing was changed, and goes on
        expect(page.locator(f"td.edit:not([data-f='{here}'])")).to_be_visible()
    expect(control).to_be_focused()
    page.keyboard.type("键盘市")
    page.keyboard.press("Enter")
    expect(cell).to_have_text("键盘市")
    undo(page)
    expect(page.locator(f"tr[data-pk='{key}'] td[data-f=city]")).to_have_text(before)


def test_create_move_on_the_board_and_export(customers: Page) -> None:
    page = customers
    page.keyboard.press("c")
    page.wait_for_url("**/customers/new")
    reach(page, "#id_name")
    page.keyboard.type("键盘仪表厂")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda url: url.rpartition("/")[2].isdigit())
    expect(page.locator("h1").first).to_contain_text("键盘仪表厂")

    go(page, "t", "/activities")
    page.keyboard.press("c")
    page.wait_for_url("**/activities/new")
    reach(page, "#id_subject")
    page.keyboard.type("键盘任务")
    page.keyboard.press("Control+s")
    page.wait_for_url(lambda url: url.rpartition("/")[2].isdigit())
    go(page, "t", "/activities")
    reach(page, "a[href*='/activities/board']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/activities/board*")
    reach(page, ".bcard a")
    card = page.locator(".bcard:focus-within")
    title, column = card.locator("a").first.inner_text(), page.locator(".bcol:has(:focus) h2").inner_text()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".bcol:has(:focus) h2")).not_to_have_text(column)
    expect(page.locator(".bcard:focus-within a").first).to_have_text(title)
    undo(page)
    expect(page.locator(".bcol", has=page.locator(f"h2:text-is('{column}')"))).to_contain_text(title)

    go(page, "c", "/customers")
    reach(page, "details.menu:has(button[value=csv]) > summary")
    page.keyboard.press("Enter")
    reach(page, "button[value=csv]")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename.endswith(".csv")
