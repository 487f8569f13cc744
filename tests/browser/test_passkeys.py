"""Two steps and passkeys with a real browser, whose authenticator is Chromium's virtual one."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
WHO = "anquan"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser with an authenticator; what it complains about fails the test."""
    context = browser.new_context(locale="zh-CN")
    context.set_default_timeout(120_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    session = context.new_cdp_session(opened)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    yield opened
    context.close()
    assert complaints == []


def _leave(page: Page) -> None:
    """Without a page that would go on asking in the name of who has gone."""
    page.goto("about:blank")
    page.context.clear_cookies()


def _give_password(page: Page, url: str, password: str) -> None:
    _leave(page)
    page.goto(f"{url}/login")
    page.fill("#id_username", WHO)
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")


def _wait_until_in(page: Page) -> None:
    page.wait_for_url("**/security")


def test_app_passkey_and_recovery_codes(page: Page, site: Site) -> None:
    # Browsers refuse passkeys under a bare address.
    url, password = site.url.replace("127.0.0.1", "localhost"), site.password(WHO)
    _give_password(page, url, password)
    _wait_until_in(page)
    codes = _set_up_app(page, url, password)
    assert len(codes) == 10

    page.goto(f"{url}/account/passkeys/new")
    page.fill("#passkey-name", "办公室电脑")
    page.locator("hk-passkey button").click()
    page.wait_for_url("**/account")
    assert page.locator(".ways b", has_text="办公室电脑").count() == 1

    _log_in_by_passkey_alone(page, url)
    _give_password(page, url, password)
    page.wait_for_url("**/login/second")
    page.locator("hk-passkey button").click()
    _wait_until_in(page)
    _give_password(page, url, password)
    page.fill("#id_code", codes[0])
    page.press("#id_code", "Enter")
    _wait_until_in(page)
    _refuse_a_page_half_way(page.context, url, password)


def _set_up_app(page: Page, url: str, password: str) -> list[str]:
    page.goto(f"{url}/account/app")
    page.fill("#id_password", password)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/account/app")
    secret = (page.locator(".how code").text_content() or "").replace(" ", "")
    page.fill("#id_code", pyotp.TOTP(secret).now())
    page.press("#id_code", "Enter")
    page.locator(".codes").wait_for()
    return page.locator(".codes code").all_text_contents()


def _log_in_by_passkey_alone(page: Page, url: str) -> None:
    _leave(page)
    page.goto(f"{url}/login")
    page.locator("hk-passkey button").click()
    _wait_until_in(page)


def _refuse_a_page_half_way(context: BrowserContext, url: str, password: str) -> None:
    page = context.new_page()
    _give_password(page, url, password)
    page.wait_for_url("**/login/second")
    page.goto(f"{url}/account")
    assert "/login" in page.url
    page.close()
