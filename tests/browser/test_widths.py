"""Columns made wider by dragging and by keys alone, and still so when the page is opened again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def _width(page: Page, column: str) -> float:
    box = page.locator(f"th[data-col={column}]").bounding_box()
    assert box is not None
    return box["width"]


def _sort(page: Page) -> str:
    return str(page.evaluate("location.search"))


def test_dragging_and_keys_change_a_column_and_it_stays(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("admin")
    page.goto(f"{site.url}/customers")
    before, address = _width(page, "number"), _sort(page)
    grip = page.locator("th[data-col=number] .grip")
    box = grip.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 6, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 86, box["y"] + 10, steps=4)
    with page.expect_response("**/customers/widths") as kept:
        page.mouse.up()
    assert kept.value.status == 200
    assert _width(page, "number") == pytest.approx(before + 80, abs=3)
    assert _sort(page) == address  # letting go did not sort

    first = page.locator("th[data-col=name] .grip")
    wide = _width(page, "name")
    first.focus()
    with page.expect_response("**/customers/widths"):
        page.keyboard.press("Shift+ArrowRight")
    expect(first).to_have_attribute("aria-valuenow", str(round(wide + 50)))
    page.keyboard.press("ArrowDown")
    expect(grip).to_be_focused()

    page.reload()
    assert _width(page, "number") == pytest.approx(before + 80, abs=3)
    assert _width(page, "name") == pytest.approx(wide + 50, abs=2)
    page.locator("th[data-col=name] .grip").focus()
    with page.expect_response("**/customers/widths"):
        page.keyboard.press("Backspace")
    page.reload()
    assert _width(page, "number") == pytest.approx(before, abs=3)


def test_the_timeline_is_walked_by_keys(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("admin")
    page.goto(f"{site.url}/activities/timeline")
    here = page.url
    page.keyboard.press("BracketLeft")
    page.wait_for_url(lambda url: url != here)
    before = page.url
    page.keyboard.press("BracketRight")
    page.wait_for_url(lambda url: url != before)
    page.keyboard.press("KeyJ")
    expect(page.locator("tr.cur a[data-row-link]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/activities/*")
