"""Objects of another department under every address there is: nothing of them, no change, no difference from none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hengke.engines.access.enums import Role
from hengke.engines.access.models import User
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.actions import actions_of
from tests.attacks.support import FIRST_KEY, SECRET, everything_of_b, logged_in, unchanged
from tests.factories import records
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
NO_KEY = 999_999
# What many forms might want, so that a guard that comes after reading the form is found too.
SENT = {
    "text": "x", "name": "x", "owner": FIRST_KEY, "other": FIRST_KEY, "ids": FIRST_KEY, "names": FIRST_KEY, "to": "1",
    "version": "1", "step": "run", "form": "csv", "decision": "same", "person": FIRST_KEY, "user": FIRST_KEY,
}  # fmt: skip
OPEN = ("/login",)


def _routes(patterns: list[Any], prefix: str = "/") -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            yield route


def _slugs() -> list[str]:
    """Record types whose objects are not for everybody in this person's role."""
    sales = User.objects.get(username="a_sales")
    return [r.slug for r in registry.all_records() if not records.is_everybodys(r, sales)]


def _addresses(key: int) -> list[str]:
    """Every address that names an object by its key, for every record type and action."""
    mine = _slugs()
    found = []
    for route in _routes(get_resolver().url_patterns):
        if "<int:" not in route or route.startswith(OPEN):
            continue
        slugs = [slug for slug in mine if f"/{slug}/" in route]
        if not slugs and any(f"/{r.slug}/" in route for r in registry.all_records()):
            continue
        generic = re.search(r"<(?:slug|record):slug>", route)
        for slug in slugs or (mine if generic else ["customers"]):
            keys = [act.key for act in actions_of(slug)] or ["complete"]
            for action in keys if "<slug:key>" in route else [""]:
                place = re.sub(r"<(?:slug|record):slug>", slug, route).replace("<slug:key>", action)
                place = re.sub(r"<str:\w+>", registry.by_slug(slug).title_field.name, place)
                found.append(re.sub(r"<int:\w+>", str(key), place))
    return sorted(set(found))


def _ask(client: Client, method: str, url: str) -> Any:
    if url.startswith("/api/"):
        body = None if method == "get" else {"name": "x", "version": 1}
        return (
            getattr(client, method)(url, body, content_type="application/json") if body else client.get(url)
        )
    return client.get(url) if method == "get" else client.post(url, SENT)


def _said(answer: Any) -> str:
    """An answer without the key that was asked for, and without the shell, which says the time."""
    text = answer.content.decode() if not answer.streaming else "a file"
    if "<main" in text:
        text = text.partition("<main")[2].partition("</main>")[0]
    return f"{answer.status_code} {text.replace(str(FIRST_KEY), '#').replace(str(NO_KEY), '#')}"


def _walk(client: Client) -> list[str]:
    """What is wrong with the answers to somebody who may see nothing of it."""
    wrong = []
    for theirs, nobodys in zip(_addresses(FIRST_KEY), _addresses(NO_KEY), strict=True):
        methods = ("get", "post", "patch", "delete") if theirs.startswith("/api/") else ("get", "post")
        for method in methods:
            answer, none = _ask(client, method, theirs), _ask(client, method, nobodys)
            leads = answer.status_code == 302 and answer["Location"].startswith("/account/confirm")
            if not leads and not 400 <= answer.status_code < 500:
                wrong.append(f"{method} {theirs}: {answer.status_code}")
            if SECRET in _said(answer):
                wrong.append(f"{method} {theirs}: says something of it")
            if _said(answer) != _said(none):
                wrong.append(f"{method} {theirs}: {_said(answer)[:300]!r} but for none {_said(none)[:300]!r}")
    return wrong


@pytest.mark.slow
def test_an_address_of_another_department_is_an_address_of_nothing() -> None:
    everything_of_b()
    client = logged_in(person("a_sales", Role.ACCOUNT_MANAGER, unit("Department A")))
    wrong: list[str] = []
    unchanged(lambda: wrong.extend(_walk(client)))
    assert not wrong, "\n".join(wrong)


def test_nothing_of_another_department_shows_beside_ones_own() -> None:
    """Lists, counts, typeahead, search, notices, history, bin. Similar names are told on purpose, so that nobody makes
    a customer twice: the name and who works with it, and no way there (insight/services/similar.py).
    """
    owner = everything_of_b()
    logged_in(owner).post(f"/activities/{FIRST_KEY}/delete")
    client = logged_in(person("a_sales", Role.ACCOUNT_MANAGER, unit("Department A")))
    slugs = _slugs()
    doors = [f"/{slug}" for slug in slugs] + [f"/api/v1/{slug}?total=true" for slug in slugs]
    doors += [f"/{slug}/suggest?q={SECRET}" for slug in slugs] + [
        f"/{slug}/similar?name={SECRET}" for slug in slugs if slug != "customers"
    ]
    assert f"/customers/{FIRST_KEY}" not in client.get(f"/customers/similar?name={SECRET}").content.decode()
    doors += ["/search", "/search/suggest", "/notices", "/history", "/bin", "/overview", "/me"]
    for door in doors:
        text = client.get(door, {"q": SECRET} if "search" in door else {}).content.decode()
        assert SECRET not in text.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", ""), door
    for slug in slugs:
        answer = client.get(f"/api/v1/{slug}?total=true").json()
        assert (answer["count"], answer["total"], answer["items"]) == (0, 0, [])
