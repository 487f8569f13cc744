"""The main job in a browser: from the demo to one's own ledgers, to the director's page, to a customer."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
IMPORT_MILLISECONDS = 300_000
# The yearly total lines of the seven ledgers.
BILLED = "2,637.56"  # 万元, all years together
YEAR_2025 = "342.2"


def _clear_demo(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/overview")
    page.locator("form[action='/demo/clear'] button").click()
    page.locator("dialog[open] button[value=ok], dialog[open] .btn.pri, #toasts .toast").first.wait_for()


def _import(page: Page, site: Site, ledgers: list[Path]) -> None:
    page.goto(f"{site.url}/imports/new")
    page.fill("#id_source", "旧业务系统")
    page.set_input_files("input[type=file]", ledgers)
    page.locator("main form .acts button.pri").click()
    assert page.locator(".preview").evaluate("e => e.offsetWidth === e.parentElement.clientWidth")
    page.locator("button[name=action][value=start]").click()
    page.wait_for_url(re.compile("/imports/progress"))
    expect(page.locator(".note.ok")).to_be_visible(timeout=IMPORT_MILLISECONDS)


def test_from_the_demo_to_own_ledgers(site: Site, log_in: Callable[..., Page], shared: Path) -> None:
    admin = log_in("admin")
    _clear_demo(admin, site)
    _import(admin, site, sorted((shared / "data" / "legacy").glob("ledger_*.csv.gz")))

    _review_two(admin, site)
    director = log_in("suozhang")
    _read_overview(director, site)
    _drill_to_lines(director, site)
    _merge_and_take_back(admin, site)


def _review_two(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/review")
    before = page.locator(".queue a").count()
    assert before >= 2
    for key, left in (("r", before - 1), ("n", before - 2)):
        page.keyboard.press(key)
        expect(page.locator(".queue a")).to_have_count(left)
    page.keyboard.press("u")
    expect(page.locator(".queue a")).to_have_count(before - 1)


def _read_overview(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/overview?period=2025")
    expect(page.locator(".kpi b").first).to_contain_text(YEAR_2025)
    slider = page.locator("hk-pareto input[type=range]")
    at_80 = int(page.locator("[data-out=customers]").inner_text().replace(",", ""))
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    at_60 = int(page.locator("[data-out=customers]").inner_text().replace(",", ""))
    assert at_60 < at_80
    expect(page.locator("output[data-out=ratio]")).to_have_text("60%")
    page.locator("[data-ratio-link]").click()
    expect(page.locator(".foot-bar")).to_contain_text(f"{at_60:,}")


def _drill_to_lines(page: Page, site: Site) -> None:
    """The first customer's amount is the sum of the lines behind it, and each names its file."""
    row = page.locator("tbody tr").first
    amount = row.locator("td.num").nth(1).inner_text()
    row.locator("a", has_text=re.compile("行|Lines")).click()
    expect(page.locator(".foot-bar b").first).to_have_text(amount)
    expect(page.locator("tbody tr").first).to_contain_text("ledger_2025.csv.gz:")
    page.locator("tbody tr a").first.click()
    expect(page.locator("h1").first).not_to_be_empty()
    expect(page.locator("main")).to_contain_text("2025")


def _merge_and_take_back(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/customers")
    first, second = (page.locator("tbody tr").nth(n) for n in (0, 1))
    number = second.locator(".id").first.inner_text()
    first.locator("a").first.click()
    name = page.locator("h1").first.inner_text()
    page.locator("details", has=page.locator("input[name=other]")).locator("summary").click()
    page.fill("input[name=other]", number)
    page.locator("form", has=page.locator("input[name=other]")).locator("button").click()
    toast = page.locator("#toasts [data-undo]")
    expect(toast).to_be_visible()
    toast.click()
    expect(page.locator("h1").first).to_have_text(name)
    page.goto(f"{site.url}/search?q={number}")
    expect(page.locator("main")).to_contain_text(number)
