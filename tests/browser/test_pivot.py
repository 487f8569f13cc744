"""The pivot in a browser: fields move by dragging and by keys alone, and the figures follow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
START = "/pivot?rows=laboratory&values=billed"


def _chips(page: Page, zone: str) -> list[str]:
    chips = page.locator(f"[data-zone={zone}] .pv-chip")
    return [str(chip.get_attribute("data-field")) for chip in chips.all()]


def test_fields_are_dragged_into_their_places(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    page.goto(site.url + START)
    expect(page.locator(".pv-grid thead th")).to_have_count(2)
    page.locator(".pv-field[data-field=quarter]").drag_to(page.locator("[data-zone=columns]"))
    page.wait_for_url(lambda url: "columns=quarter" in url)
    assert _chips(page, "columns") == ["quarter"]
    expect(page.locator(".pv-grid thead th[colspan], .pv-grid thead th").nth(2)).to_be_visible()

    page.locator("[data-zone=rows] .pv-chip").drag_to(page.locator("[data-zone=columns] .pv-chip"))
    page.wait_for_url(lambda url: "columns=laboratory%2Cquarter" in url)
    assert (_chips(page, "rows"), _chips(page, "columns")) == ([], ["laboratory", "quarter"])

    page.locator(".pv-field[data-field=lines]").drag_to(page.locator("[data-zone=values]"))
    page.wait_for_url(lambda url: "values=billed%2Clines" in url)
    page.locator(".pv-field[data-field=city]").drag_to(page.locator("[data-zone=filters]"))
    page.wait_for_url(lambda url: "/pivot/filter" in url)
    page.locator(".pv-members input").first.check()
    page.get_by_role("button", name="只看这些").click()
    page.wait_for_url(lambda url: "f=city" in url)
    assert _chips(page, "filters") == ["city"]
    assert _chips(page, "values") == ["billed:value", "lines:value"]


def test_everything_goes_by_keys(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("suozhang")
    page.goto(site.url + "/pivot?rows=laboratory,city&values=billed,lines&compare=yoy")
    chip = page.locator("[data-zone=rows] .pv-chip summary")
    chip.nth(1).focus()
    page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_url(lambda url: "rows=city,laboratory" in url)
    expect(chip.first).to_be_focused()  # the moved field keeps the focus
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_url(lambda url: "columns=city" in url)
    assert (_chips(page, "rows"), _chips(page, "columns")) == (["laboratory"], ["city"])
    page.keyboard.press("Delete")
    page.wait_for_url(lambda url: "columns" not in url)
    page.locator("[data-zone=rows] .pv-chip summary").press("Enter")  # the menu says the same in words
    page.get_by_role("link", name="下钻到项目组").press("Enter")
    page.wait_for_url(lambda url: "rows=project_group" in url)
    assert "compare=yoy" in page.url


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (375, "dark")])
def test_the_page_can_be_used_by_everybody(
    width: int, theme: str, site: Site, log_in: Callable[..., Page]
) -> None:
    page = log_in("suozhang", width=width, theme=theme)
    page.goto(
        site.url + "/pivot?rows=laboratory,city&columns=year&values=billed&period=ever&heat=1&chart=lines"
    )
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
