"""Every address of these pages, for every role: who may not, is refused, and nothing happens."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.modules.insight.urls import urlpatterns
from tests.factories.ledgers import bring, row

pytestmark = pytest.mark.django_db(transaction=True)

MAY = {
    "imports": {Role.ADMINISTRATOR},
    "demo": {Role.ADMINISTRATOR},
    "review": {Role.ADMINISTRATOR, Role.DIRECTOR, Role.BUSINESS_DESK},
    "catalogue": {Role.ADMINISTRATOR, Role.DIRECTOR},
    "quality": {Role.ADMINISTRATOR, Role.DIRECTOR},
}
CHANGES = {"discard", "sheet", "start", "undo", "decide", "reopen", "clear", "restore"}


def address(pattern: URLPattern) -> str:
    return "/" + str(pattern.pattern).replace("<int:pk>", "1")


ADDRESSES = [address(pattern) for pattern in urlpatterns]


@pytest.mark.parametrize("role", Role.values)
def test_only_the_roles_of_the_table_come_in(at: Callable[[str], Client], role: str) -> None:
    done = bring([row("W1")])
    client = at(role)
    events, wrong = Event.objects.exclude(kind="access.denied").count(), []
    for url in ADDRESSES:
        if role in MAY[url.split("/")[1]]:
            codes = {client.get(f"{url}?ids={done.pk}").status_code}
            if 403 in codes:
                wrong.append((url, codes))
        else:
            codes = {
                getattr(client, method)(f"{url}?ids={done.pk}").status_code for method in ("get", "post")
            }
            if 403 not in codes or codes - {403, 405}:
                wrong.append((url, codes))
    assert not wrong
    if role not in MAY["review"]:
        assert Event.objects.exclude(kind="access.denied").count() == events
    done.refresh_from_db()
    assert done.state == "done"


def test_nobody_comes_in_without_log_in(client: Client) -> None:
    for url in ADDRESSES:
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == 302, url
            assert answer["Location"].startswith("/login"), url


def test_changes_are_posted_and_need_the_token(at: Callable[[str], Client]) -> None:
    client, strict = at(Role.ADMINISTRATOR), Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for url in ADDRESSES:
        if set(url.split("/")) & CHANGES:
            assert client.get(url).status_code == 405, url
        assert strict.post(url).status_code in (403, 405), url
