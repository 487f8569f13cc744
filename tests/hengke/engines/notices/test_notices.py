"""The notice centre: what people are told, what they chose not to be told, and what is whose."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.models import User
from hengke.engines.jobs import queue, words
from hengke.engines.notices import kinds, sending
from hengke.engines.notices.models import Notice
from tests.factories import customers as make
from tests.factories.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return person("reader")


@pytest.fixture
def client(reader: User) -> Client:
    found = Client()
    found.force_login(reader)
    return found


def _tell(reader: User, count: int = 1, kind: str = kinds.MENTION) -> list[Any]:
    boss = Actor.of(User.objects.filter(username="boss").first() or person("boss"))
    customers = [make.customer(f"合肥第{n}仪表厂{Notice.objects.count()}") for n in range(count)]
    for customer in customers:
        sending.send(
            kind, [reader.pk, boss.user_id or 0], actor=boss, subject=customer, payload={"excerpt": "请看"}
        )
    return customers


def test_telling_reaches_others_only(reader: User) -> None:
    _tell(reader)
    assert list(Notice.objects.values_list("recipient__username", "kind")) == [("reader", "mention")]


def test_one_read_and_then_all(client: Client, reader: User) -> None:
    customers = _tell(reader, 3)
    first = Notice.objects.order_by("pk").first()
    assert first is not None
    assert client.get("/notices/count").json() == {"unread": 3}
    assert client.post(f"/notices/{first.pk}/open")["Location"] == f"/customers/{customers[0].pk}"
    assert client.get("/notices/count").json() == {"unread": 2}
    assert client.get("/notices?show=unread").content.decode().count('class="notice unread"') == 2
    client.post("/notices/read")
    assert client.get("/notices/count").json() == {"unread": 0}
    assert client.get("/notices").content.decode().count('class="notice"') == 3


def test_kinds_can_be_switched_off_and_on(client: Client, reader: User) -> None:
    wanted = [kind.key for kind in kinds.all_kinds() if kind.key != kinds.MENTION]
    client.post("/notices/settings", {"kind": wanted})
    _tell(reader)
    _tell(reader, kind=kinds.FOLLOWED)
    assert list(Notice.objects.values_list("kind", flat=True)) == ["followed"]
    client.post("/notices/settings", {"kind": [*wanted, kinds.MENTION]})
    _tell(reader)
    assert Notice.objects.filter(kind=kinds.MENTION).count() == 1


@pytest.mark.parametrize("method", ["read", "open"])
def test_notices_of_others_do_not_exist(reader: User, method: str) -> None:
    _tell(reader)
    notice, stranger = Notice.objects.get(), Client()
    stranger.force_login(person("stranger"))
    assert stranger.post(f"/notices/{notice.pk}/{method}").status_code == 404
    stranger.post("/notices/read")
    assert Notice.objects.get().read_at is None
    assert "合肥" not in stranger.get("/notices").content.decode()


@pytest.mark.parametrize("url", ["/notices", "/notices/part", "/notices/count"])
def test_queries_do_not_grow_with_notices(client: Client, reader: User, url: str) -> None:
    counts = []
    for count in (1, 3):
        _tell(reader, count)
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_every_other_page_counts_nothing(client: Client, reader: User) -> None:
    _tell(reader, 3)
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/customers").content.decode()
    assert "data-bell" in page
    assert not [query for query in seen if "notices_notice" in query["sql"]]


def test_the_count_is_answered_by_the_index_of_unread_ones(reader: User) -> None:
    _tell(reader, 3)
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as seen:
        assert sending.unread(reader.pk) == 3
        assert len(seen) == 1
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {seen[0]['sql']}")
            assert any("notice_unread" in str(row) for row in cursor.fetchall())


def test_pages_follow_each_other(client: Client, reader: User) -> None:
    _tell(reader, 35)
    first = client.get("/notices").content.decode()
    link = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(f"/notices{link}").content.decode()
    assert (first.count('<li class="notice'), second.count('<li class="notice')) == (30, 5)


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_whoever_asked_for_work_hears_its_end(
    client: Client, reader: User, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(**_: Any) -> None:
        if outcome == "failed":
            raise RuntimeError("boom")

    monkeypatch.setitem(queue._kinds, "test.work", work)
    monkeypatch.setitem(words._words, "test.work", words.Words("盘点", lambda job: "盘点完毕"))
    queue.enqueue("test.work", title="x", actor=Actor.of(reader))
    queue.enqueue("test.work", title="y", actor=Actor.system())
    queue.run_waiting()
    assert list(Notice.objects.values_list("recipient__username", "kind")) == [("reader", "job")]
    page = client.get("/notices").content.decode()
    assert ("盘点完毕" in page) == (outcome == "done")


def test_nobody_gets_in_without_log_in(reader: User) -> None:
    _tell(reader)
    pk = Notice.objects.get().pk
    for url in ("", "/part", "/count", "/stream", "/settings"):
        assert Client().get(f"/notices{url}").status_code == 302
    for url in ("/read", f"/{pk}/read", f"/{pk}/open", "/settings"):
        assert Client().post(f"/notices{url}").status_code == 302
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(reader)
        assert strict.post(f"/notices{url}").status_code == 403
    assert Notice.objects.get().read_at is None


def test_without_the_live_process_the_page_is_told_to_ask_by_itself(client: Client) -> None:
    assert client.get("/notices/stream").status_code == 204
