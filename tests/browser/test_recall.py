"""The loop that the institution lives by, walked by four people in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
NAME = "环线试验仪表有限公司"
OWN = "长度室"
EACH = 60


def test_from_the_due_list_to_next_years_due_list(site: Site, log_in: Callable[..., Page]) -> None:
    desk, boss = log_in("yewu"), log_in("suozhang")
    here, there = _items(boss, site)
    soon = date.today() + timedelta(days=20)
    customer = _make(boss, site, "customers", {"name": NAME, "city": "合肥市", "province": "安徽省"})
    for number in range(2):
        _make(boss, site, "instruments", {
            "customer": customer, "name": here, "serial": f"L{number}", "laboratory": OWN, "interval_months": 12,
            "due": str(soon),
        })  # fmt: skip

    _tell(desk, site)
    number = _take(desk, site, customer, here, there)
    _review(desk, site, number)

    head, admin = log_in("shizhuren"), log_in("admin")
    _step(head, site, "received", number, EACH, "accept")
    _step(boss, site, "received", number, EACH, "accept")
    _step(head, site, "accepted", number, EACH, "begin")
    _step(boss, site, "accepted", number, EACH, "begin")
    _step(head, site, "in-test", number, EACH, "fill")
    _step(boss, site, "in-test", number, EACH, "fill")
    _step(admin, site, "to-review", number, 2 * EACH, "approve")
    _step(admin, site, "to-print", number, 2 * EACH, "issue")
    _step(desk, site, "to-collect", number, 2 * EACH, "hand-over")

    done = boss.request.get(
        f"{site.url}/api/v1/instruments?customer={customer}&due__gte={date.today() + timedelta(300)}"
    )
    assert done.json()["count"] == 2 * EACH  # one by one the same instruments, due next year
    commission = boss.request.get(f"{site.url}/api/v1/commissions?number={number}").json()["items"][0]
    assert (commission["state"], commission["done_count"]) == ("closed", 2 * EACH)
    public = boss.context.browser.new_context(locale="zh-CN").new_page()  # type: ignore[union-attr]
    public.goto(f"{site.url}/status?number={number}&code=WRONG234")
    expect(public.locator("main")).to_contain_text("没有这个单号与查询码的委托单")
    public.context.close()


def _items(page: Page, site: Site) -> tuple[str, str]:
    """Names of two items, one of the laboratory head's own laboratory and one of another."""
    rows = page.request.get(f"{site.url}/api/v1/items?page_size=100").json()["items"]
    rows = [row for row in rows if row["interval_months"] == 12]
    own = next(row["name"] for row in rows if row["laboratory"] == OWN)
    names = [row["name"] for row in rows]
    other = next(row["name"] for row in rows if row["laboratory"] != OWN and names.count(row["name"]) == 1)
    return own, other


def _make(page: Page, site: Site, slug: str, values: dict[str, Any]) -> int:
    page.goto(f"{site.url}/{slug}")
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    answer = page.request.post(
        f"{site.url}/api/v1/{slug}", data=values, headers={"X-CSRFToken": token, "Referer": site.url}
    )
    assert answer.status == 201, answer.text()
    return int(answer.json()["id"])


def _tell(desk: Page, site: Site) -> None:
    """Propose what becomes due, release the one customer, write down that it will come."""
    desk.goto(f"{site.url}/recall")
    desk.locator("form:has(input[name=days][value='30']) button").click()
    row = desk.locator("tr", has_text=NAME)
    expect(row).to_contain_text("2")
    desk.evaluate("document.querySelectorAll('[name=recall]').forEach(box => box.checked = false)")
    row.locator("[name=recall]").check()
    desk.locator("button[value=release]").click()
    desk.goto(f"{site.url}/recall?state=released")
    desk.locator("tr", has_text=NAME).get_by_role("link", name="将送检").click()
    if (sent := desk.locator("main form button.pri")).count():
        sent.first.click()
    desk.goto(f"{site.url}/recall?state=answered")
    expect(desk.locator("tr", has_text=NAME)).to_contain_text("将送检")


def _take(desk: Page, site: Site, customer: int, here: str, there: str) -> str:
    """Paste the list, look at the prices, save; the labels are there to be printed."""
    desk.goto(f"{site.url}/intake?customer={customer}")
    pasted = [f"{here}\t\tL{n}" for n in range(EACH)] + [f"{there}\t\tT{n}" for n in range(EACH)]
    desk.locator("#lines").fill("名称\t型号\t编号\n" + "\n".join(pasted))
    desk.locator("[name=received]").check()
    desk.locator("[name=check]").click()
    expect(desk.locator("#preview")).to_contain_text(f"{2 * EACH} 行")
    desk.locator("[name=save]").click()
    desk.wait_for_url(re.compile(r"/commissions/\d+$"))
    number = desk.locator("h1").inner_text().strip()
    desk.get_by_role("link", name="标签").click()
    expect(desk.locator(".labels li")).to_have_count(2 * EACH)
    return number


def _review(desk: Page, site: Site, number: str) -> None:
    key = desk.request.get(f"{site.url}/api/v1/commissions?number={number}").json()["items"][0]["id"]
    desk.goto(f"{site.url}/commissions/{key}/do/review")
    desk.locator("main form button.pri").first.click()
    desk.wait_for_url(re.compile(rf"/commissions/{key}$"))
    expect(desk.locator("main")).to_contain_text("已评审")


def _step(page: Page, site: Site, station: str, number: str, count: int, step: str) -> None:
    """All lines of the commission that the person sees at a station, by one button."""
    page.goto(f"{site.url}/worklist?at={station}&q={number}")
    expect(page.locator("[name=line]")).to_have_count(count)
    page.locator(f"button[value={step}]").click()
    expect(page.locator("#toasts")).to_contain_text(f"已处理 {count} 行")
