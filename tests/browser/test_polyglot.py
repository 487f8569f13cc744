"""Markup and script in every text that a person may enter, shown on every page: it stays text."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Site
from tests.browser.test_pages import FIRST, PAGES

pytestmark = pytest.mark.browser
POLYGLOT = (
    "'\"`></script></title></textarea></style><img src=x onerror=window.pwned=1><svg/onload=window.pwned=1>"
    "{{7*7}}${7*7}<a href=javascript:window.pwned=1>x</a>"
)
SLUGS = ("customers", "contacts", "instruments", "activities")
WATCH = """addEventListener("securitypolicyviolation", (event) => {
  (window.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`);
})"""


def _longest(said: dict[str, Any]) -> int:
    return min(int(said.get("maxLength", 300)), 300)


def _texts(schema: dict[str, Any]) -> dict[str, str]:
    """The polyglot for every field that takes any text."""
    free = {
        name: said
        for name, said in schema["properties"].items()
        if "string" in said.get("type", ()) and "enum" not in said and "format" not in said
    }
    return {name: POLYGLOT[: _longest(said)] for name, said in free.items()}


def _seed(page: Page, site: Site) -> dict[str, str]:
    """One object of each kind full of it; slug -> address of its page. What a field does not take stays away."""
    token = page.context.cookies(site.url)
    headers = {
        "X-CSRFToken": next(c["value"] for c in token if c["name"] == "csrftoken"),
        "Referer": site.url,
    }
    schemas = page.request.get(f"{site.url}/api/v1/openapi.json").json()["components"]["schemas"]
    names = {
        "customers": "Customer",
        "contacts": "Contact",
        "instruments": "Instrument",
        "activities": "Activity",
    }
    made: dict[str, str] = {}
    customer = 0
    for slug in SLUGS:
        body: dict[str, Any] = _texts(schemas[f"New{names[slug]}"])
        if customer:
            body["customer"] = customer
        for _try in range(20):
            answer = page.request.post(f"{site.url}/api/v1/{slug}", data=json.dumps(body), headers={
                **headers, "Content-Type": "application/json",
            })  # fmt: skip
            if answer.status == 201:
                break
            wrong = answer.json()["fields"]
            body = {name: value for name, value in body.items() if name not in wrong}
        assert answer.status == 201, answer.text()
        pk = answer.json()["id"]
        customer = customer or pk
        made[slug] = f"/{slug}/{pk}"
    for url, sent in {
        f"{made['customers']}/comments": {"text": POLYGLOT}, "/customers/views": {"name": POLYGLOT[:60]},
        "/backoffice/teams/new": {"name": POLYGLOT[:60]},
    }.items():  # fmt: skip
        assert page.request.post(site.url + url, form=sent, headers=headers).ok, url
    return made


def test_what_people_enter_stays_text_on_every_page(site: Site, log_in: Callable[..., Page]) -> None:
    page = log_in("admin")
    page.add_init_script(WATCH)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(f"{site.url}/customers")
    made = _seed(page, site)
    own = {name: made.get(listed[1:], "") for name, listed in FIRST.items()}
    paths = [path for path in PAGES["admin"] if "{" not in path]
    paths += [f"{url}{more}" for url in made.values() for more in ("", "/edit")]
    paths += [
        "/search?q=img",
        "/bin",
        "/history",
        "/rules",
        "/fields",
        "/customers?q=onerror",
        f"{own['customer']}/share",
    ]
    wrong = {}
    for path in paths:
        answer = page.goto(site.url + path)
        assert answer is not None, path
        assert answer.status == 200, path
        found = page.evaluate(
            "[window.pwned ?? 0, window.violations ?? [], document.querySelectorAll('[onerror], [onload]').length]"
        )
        if found != [0, [], 0] or dialogs:
            wrong[path] = (found, dialogs)
    assert not wrong
    page.goto(f"{site.url}{made['customers']}")
    assert "window.pwned=1" in page.locator("h1").first.inner_text()
    _delete(page, site, made)


def _delete(page: Page, site: Site, made: dict[str, str]) -> None:
    """Put them away: other journeys share the site."""
    token = next(c["value"] for c in page.context.cookies(site.url) if c["name"] == "csrftoken")
    for url in reversed(made.values()):
        answer = page.request.post(
            f"{site.url}{url}/delete", headers={"X-CSRFToken": token, "Referer": site.url}
        )
        assert answer.ok, url
