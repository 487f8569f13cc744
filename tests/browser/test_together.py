"""Two people on one record: a mention that arrives live, files that are dropped, a page that is followed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
DROP = """(panel, files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name, { type: "text/html" }));
  for (const type of ["dragover", "drop"]) {
    panel.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""
HTML = "<script>alert(1)</script>"


@pytest.fixture
def record(site: Site, log_in: Callable[..., Page]) -> tuple[Page, str]:
    """The administrator on the page of a customer."""
    page = log_in("admin")
    first = page.request.get(f"{site.url}/api/v1/customers?page_size=1").json()["items"][0]["id"]
    page.goto(f"{site.url}/customers/{first}")
    return page, f"{site.url}/customers/{first}"


def test_a_mention_arrives_while_the_other_looks(
    site: Site, log_in: Callable[..., Page], record: tuple[Page, str]
) -> None:
    writer, _url = record
    reader = log_in("suozhang")
    reader.goto(f"{site.url}/overview")
    with reader.expect_response("**/notices/stream") as opened:
        pass
    assert opened.value.headers["content-type"] == "text/event-stream"
    name = reader.locator(".me .grow").first.inner_text().splitlines()[0]
    before = (
        reader.locator("[data-unread]").get_attribute("data-unread") or ""
    )  # the demo's jobs tell of themselves

    writer.click("#comment-text")
    writer.keyboard.type(f"请 @{name[0]}")
    offer = writer.locator("[role=option]", has_text=name)
    expect(offer).to_be_visible()
    writer.keyboard.press("Escape")
    expect(offer).to_be_hidden()
    writer.keyboard.type(name[1])
    expect(offer).to_have_attribute("aria-selected", "true")
    writer.keyboard.press("Enter")
    expect(writer.locator("#comment-text")).to_have_value(f"请 @{name} ")
    writer.keyboard.type(f"看 {HTML}")
    writer.keyboard.press("Control+Enter")
    expect(writer.locator(".said").first).to_have_text(f"请 @{name} 看 {HTML}")

    # No page is loaded and half a minute has not passed: the stream brought it.
    expect(reader.locator("[data-unread]")).not_to_have_attribute("data-unread", before, timeout=15_000)
    reader.click(".bell > summary")
    reader.locator(".notice.unread .go", has_text="请 @").first.click()
    expect(reader.locator(".said").first).to_contain_text(f"@{name}")
    reader.click(".bell > summary")
    expect(reader.locator(".notice.unread .go", has_text="请 @")).to_have_count(0)


def test_files_are_dropped_and_follow_has_a_key(site: Site, record: tuple[Page, str]) -> None:
    page, url = record
    panel = page.locator("hk-files")
    panel.evaluate(DROP, [["说明.txt", "检定说明"], ['"><img src=x onerror=alert(1)>.html', HTML]])
    expect(panel.locator("li")).to_have_count(2)
    expect(panel.locator("a", has_text="onerror")).to_be_visible()
    panel.locator("a", has_text="说明.txt").click()
    shown = page.locator("dialog.preview[open] iframe").content_frame
    expect(shown.locator("body")).to_have_text("检定说明")
    page.keyboard.press("Escape")
    href = panel.locator("a", has_text="onerror").get_attribute("href")
    answer = page.request.get(f"{site.url}{href}")
    assert answer.headers["content-disposition"].startswith("attachment")
    panel.evaluate(DROP, [["说明.txt", "第二版"]])
    expect(panel.locator("details summary")).to_be_visible()

    follow = page.locator("[data-follow]")
    before = follow.get_attribute("aria-pressed")
    page.goto(url)
    page.keyboard.press("f")
    expect(page.locator(f"[data-follow]:not([aria-pressed={before}])")).to_be_visible()
