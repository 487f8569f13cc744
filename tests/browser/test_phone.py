"""An account manager on the road, at 375 px and by touch: find a customer, log a call, change a value, filter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
WIDTH, HEIGHT = 375, 740
LEAST = 24  # px: the least target of WCAG 2.2


@pytest.fixture
def phone(site: Site, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    context.set_default_timeout(120_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{site.url}/login")
    page.fill("#id_username", "jingli")
    page.fill("#id_password", site.password("jingli"))
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    yield page
    context.close()
    assert complaints == []


def tap(page: Page, target: Locator) -> None:
    """Touch something that a finger can hit, within the width of the page."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= LEAST, (target, box)
    assert 0 <= box["x"] + box["width"] / 2 <= WIDTH, (target, box)
    target.tap()


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, page.url


def _own_customer(page: Page, site: Site) -> tuple[int, str, str]:
    """Key, name and city of a customer that the person may change."""
    found = page.request.get(f"{site.url}/api/v1/customers?owner=@me&page_size=1").json()["items"]
    if not found:
        pytest.skip("this person has no customer of the own: the demo was cleared")
    return found[0]["id"], found[0]["name"], found[0]["city"]


def test_find_call_change_and_filter(site: Site, phone: Page) -> None:
    page = phone
    key, name, city = _own_customer(page, site)
    page.goto(f"{site.url}/customers")
    fits(page)
    tap(page, page.locator("[popovertarget=side]"))
    tap(page, page.locator(".find"))
    page.locator("hk-palette input").fill(name)
    tap(page, page.locator("hk-palette [role=option]", has_text=name).first)
    page.wait_for_url(f"**/customers/{key}")
    fits(page)

    tap(page, page.locator("[data-compose=KeyL]"))
    page.locator("#compose-text").fill("已约下周送检")
    tap(page, page.locator("form:has(#compose-text) [data-send]"))
    expect(page.locator("main")).to_contain_text("已约下周送检")
    tap(page, page.locator("[data-compose=KeyT]"))
    page.locator("#compose-text").fill("带上证书")
    tap(page, page.locator("form:has(#compose-text) [data-send]"))
    expect(page.locator("main")).to_contain_text("带上证书")

    tap(page, page.locator("[data-edit]").first)
    page.wait_for_url("**/edit")
    fits(page)
    page.locator("#id_address").fill("路上改的地址")
    tap(page, page.locator("[data-save]").first)
    page.wait_for_url(f"**/customers/{key}")
    expect(page.locator("main")).to_contain_text("路上改的地址")

    page.goto(f"{site.url}/customers")
    tap(page, page.locator("[data-filter]"))
    tap(page, page.locator("#filter-pop a[href*='/filter/city']"))
    control = page.locator("#filter-pop input").first
    control.fill(city or "市")
    control.press("Enter")
    page.wait_for_url("**city*")
    fits(page)
    expect(page.locator("tbody tr").first).to_be_visible()

    page.goto(f"{site.url}/activities?view=mine")
    fits(page)
    tap(page, page.locator("tbody a", has_text="带上证书").first)
    tap(page, page.locator("[data-act=complete]").first)
    page.wait_for_url("**/do/complete")
    fits(page)
    page.fill("#in-outcome", "证书已带到")
    tap(page, page.locator("[data-save]"))
    expect(page.locator("main")).to_contain_text("证书已带到")
