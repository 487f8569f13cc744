"""Leak protection: limits and reasons of exports, marks, unusual use, the agreement, sensitive records."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.leaks import agreement, policy, reading, usage
from hengke.engines.access.leaks.models import UnusualUse, Usage
from hengke.engines.access.leaks.policy import Policy
from hengke.engines.access.models import Event
from hengke.engines.access.tokens import issue
from hengke.kernel import clock
from hengke.kernel.errors import NotAllowed
from tests.factories import customers as make
from tests.factories.people import actor, person

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    for n in range(3):
        make.summary(make.customer(f"第{n}厂"))
    return client


def limit(**values: object) -> None:
    policy.store(Role.DIRECTOR, Policy(**values), actor=SYSTEM)  # type: ignore[arg-type]


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_an_export_above_the_limit_is_refused_and_one_at_it_is_not(boss: Client) -> None:
    limit(rows=2)
    refused = boss.post("/customers/export", {"form": "csv"})
    assert refused.status_code == 400
    assert not Event.objects.filter(kind="customer.exported").exists()
    limit(rows=3)
    assert body(boss.post("/customers/export", {"form": "csv"})).count(b"\r\n") == 4
    assert Event.objects.get(kind="customer.exported").payload["rows"] == 3


def test_a_days_exports_add_up(boss: Client) -> None:
    limit(rows=10, rows_per_day=5)
    assert boss.post("/customers/export", {"form": "csv"}).status_code == 200
    assert boss.post("/customers/export", {"form": "csv"}).status_code == 403
    assert Event.objects.filter(kind="customer.exported").count() == 1
    Usage.objects.update(hour=clock.now() - timedelta(days=1))
    assert boss.post("/customers/export", {"form": "csv"}).status_code == 200


def test_a_reason_is_asked_for_and_kept(boss: Client) -> None:
    limit(reason=True)
    asked = boss.post("/customers/export", {"form": "csv", "city": "合肥市"})
    page = asked.content.decode()
    assert ('name="export_reason"' in page, 'name="city" value="合肥市"' in page) == (True, True)
    assert "csrfmiddlewaretoken" in page
    assert not Event.objects.filter(kind="customer.exported").exists()
    given = {"form": "csv", "city": "合肥市", "export_reason": "年度回访名单"}
    assert body(boss.post("/customers/export", given)).count(b"\r\n") == 4
    assert Event.objects.get(kind="customer.exported").payload["reason"] == "年度回访名单"
    assert (
        'aria-invalid="true"'
        in boss.post("/customers/export", given | {"export_reason": "x"}).content.decode()
    )


def test_a_workbook_says_who_took_it(boss: Client) -> None:
    limit(reason=True)
    data = body(boss.post("/customers/export", {"form": "xlsx", "export_reason": "季度核对"}))
    book = openpyxl.load_workbook(io.BytesIO(data))
    event = Event.objects.get(kind="customer.exported")
    assert "boss" in book.worksheets[0].oddFooter.left.text
    note = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows()}
    assert {"boss", "3", "季度核对", str(event.pk)} <= set(note.values())
    assert book.worksheets[0].max_row == 4  # the list itself is as it was


def test_the_declared_policy_holds_until_a_row_replaces_it() -> None:
    desk = actor("desk", Role.BUSINESS_DESK)
    assert policy.export_policy(desk) == Policy(rows=500, rows_per_day=1_000, reason=True, watermark=True)
    policy.store(Role.BUSINESS_DESK, Policy(rows=7), actor=SYSTEM)
    assert policy.export_policy(desk) == Policy(rows=7)
    changes = Event.objects.get(kind="policy.changed").payload["changes"]
    assert changes["rows"] == [500, 7]


def test_the_watermark_is_on_the_pages_of_the_roles_that_have_it(client: Client) -> None:
    manager = person("manager", Role.ACCOUNT_MANAGER)
    client.force_login(manager)
    assert 'class="wmark"' in client.get("/customers").content.decode()
    policy.store(Role.ACCOUNT_MANAGER, Policy(), actor=SYSTEM)
    assert 'class="wmark"' not in client.get("/customers").content.decode()


def _hours(who: Actor, opened: int = 0, exported: int = 0) -> None:
    """Ten usual hours on ten days before."""
    for day in range(1, 11):
        Usage.objects.create(
            user_id=who.user_id, channel=who.channel, hour=clock.now() - timedelta(days=day), opened=opened,
            exported=exported,
        )  # fmt: skip


def test_many_more_records_than_usual_are_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "WRITE_AT", 1)
    busy, new = actor("busy"), actor("new")
    _hours(busy, opened=100)
    usage.opened(busy, 380)
    usage.opened(new, 200)
    assert not UnusualUse.objects.exists()  # below four times the usual; not above the floor
    usage.opened(busy, 50)
    usage.opened(busy, 5)
    usage.opened(new, 1)
    found = {(row.user.username, row.count, row.usual) for row in UnusualUse.objects.all()}
    assert found == {("busy", 435, 100), ("new", 201, 0)}
    assert Event.objects.filter(kind="usage.unusual").count() == 2


def test_an_unusual_export_is_noticed() -> None:
    who = actor("who")
    _hours(who, exported=2_000)
    usage.exported(who, 7_000)
    assert not UnusualUse.objects.exists()
    usage.exported(who, 2_000)
    assert (UnusualUse.objects.get().count, UnusualUse.objects.get().usual) == (9_000, 2_000)


def test_reading_through_a_token_counts_every_row(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "WRITE_AT", 1)
    user = person("robot")
    for n in range(3):
        make.contact(make.customer(f"第{n}厂"))
    secret = issue(user, "test")
    assert client.get("/api/v1/contacts", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    row = Usage.objects.get()
    assert (row.channel, row.opened) == ("api", 3)


def test_nothing_opens_before_the_agreement_is_accepted(client: Client) -> None:
    admin, user = actor("admin", Role.ADMINISTRATOR), person("anna")
    client.force_login(user)
    assert client.get("/customers").status_code == 200
    first = agreement.publish("保密第一版", actor=admin)
    assert client.get("/customers")["Location"] == "/agreement"
    assert client.get("/api/v1/customers").status_code == 403
    assert client.get("/customers", headers={"HX-Request": "true"})["HX-Redirect"] == "/agreement"
    assert "保密第一版" in client.get("/agreement").content.decode()
    client.post("/agreement", {"version": first.version})
    assert client.get("/customers").status_code == 200
    second = agreement.publish("保密第二版", actor=admin)
    assert client.get("/customers").status_code == 302  # asked again when it changes
    client.post("/agreement", {"version": first.version})
    assert client.get("/customers").status_code == 302  # an old page accepts nothing
    client.post("/agreement", {"version": second.version}, REMOTE_ADDR="192.0.2.9")
    assert client.get("/customers").status_code == 200
    told = Event.objects.filter(kind="agreement.accepted", actor=user).order_by("pk")
    assert [event.subject_id for event in told] == [first.pk, second.pk]
    assert told[1].address == "192.0.2.9"


def test_only_the_security_role_publishes_and_limits(client: Client) -> None:
    with pytest.raises(NotAllowed):
        agreement.publish("x", actor=actor("boss"))
    client.force_login(person("other"))
    for url in ("/protection/role/director", "/protection/agreement"):
        assert client.post(url, {"rows": 1, "rows_per_day": 1, "text": "x"}).status_code == 403
    client.force_login(person("admin", Role.ADMINISTRATOR))
    assert (
        client.post("/protection/role/director", {"rows": 9, "rows_per_day": 10, "reason": "on"}).status_code
        == 302
    )
    assert policy.export_policy(actor("chief")) == Policy(rows=9, rows_per_day=10, reason=True)
    assert client.post("/protection/agreement", {"text": "新版"}).status_code == 302
    assert client.get("/protection")["Location"] == "/agreement"
    client.post("/agreement", {"version": 1})
    assert client.get("/protection").status_code == 200


def test_opening_a_record_is_told_only_when_it_is_marked(client: Client) -> None:
    contact = make.contact(make.customer())
    client.force_login(person("admin", Role.ADMINISTRATOR))
    client.get(f"/contacts/{contact.pk}")
    assert not Event.objects.filter(kind="record.read").exists()
    client.post(
        "/protection/sensitive", {"object": f"customers.contact:{contact.pk}", "sensitive": "1", "next": "/x"}
    )
    client.force_login(person("boss"))
    client.get(f"/contacts/{contact.pk}")
    client.get(f"/api/v1/contacts/{contact.pk}")
    told = Event.objects.filter(kind="record.read").order_by("pk")
    assert "record" not in client.get(f"/contacts/{contact.pk}/timeline").content.decode()
    assert not told.exclude(party_id=None).exists()  # reading must not look like keeping
    assert [(e.subject_id, e.actor.username, e.channel) for e in told] == [  # type: ignore[union-attr]
        (contact.pk, "boss", "page"), (contact.pk, "boss", "api"),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        reading.mark(contact, sensitive=False, actor=actor("other"))
    assert client.post("/protection/sensitive", {"object": "x:1", "next": "//evil"}).status_code == 404
