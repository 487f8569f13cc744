"""Activities: written on the page of a record, done, opened again, and told in the timeline."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.engines.records.writing import services
from hengke.kernel import clock
from hengke.modules.activities import panels
from hengke.modules.activities.models import Activity
from hengke.modules.customers.services import merging
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def _log(client: Client, url: str = "customers.customer/1", **values: str) -> Activity:
    answer = client.post(f"/activities/log/{url}", {"kind": "note", "text": "已电话确认"} | values)
    assert answer.status_code == 302
    return Activity.objects.latest("pk")


def test_note_on_a_customer_is_done_and_stands_in_the_timeline(boss: Client) -> None:
    customer = make.customer()
    note = _log(boss, f"customers.customer/{customer.pk}", text="对方设备部换人\n新联系人姓李")
    assert (note.customer_id, note.state, note.subject) == (customer.pk, "done", "对方设备部换人")
    page = boss.get(f"/customers/{customer.pk}").content.decode()
    assert "记录 · 对方设备部换人" in page
    assert "新联系人姓李" in page


def test_what_the_source_tells_is_not_told_twice(boss: Client) -> None:
    customer = make.customer()
    _log(boss, f"customers.customer/{customer.pk}")
    page = boss.get(f"/customers/{customer.pk}").content.decode()
    assert page.count("已电话确认") == 1  # the entry; no second one for its event


def test_task_is_open_until_it_is_done(boss: Client) -> None:
    customer = make.customer()
    task = _log(
        boss, f"customers.customer/{customer.pk}", kind="task", text="寄送报价", at="2030-01-05T09:00"
    )
    assert (task.state, task.starts_at.isoformat()) == ("open", "2030-01-05T01:00:00+00:00")
    assert "寄送报价" in boss.get(f"/customers/{customer.pk}").content.decode()
    boss.post(f"/activities/{task.pk}/do/complete", {"outcome": "已寄出"})
    task.refresh_from_db()
    assert (task.state, task.outcome, task.version) == ("done", "已寄出", 2)
    assert task.done_at is not None
    undo = Event.objects.get(kind="activity.changed")
    services.undo(undo.pk, actor=actor("second"))
    task.refresh_from_db()
    assert (task.state, task.outcome, task.done_at) == ("open", "", None)


def test_call_in_the_future_is_planned_and_one_in_the_past_is_done(boss: Client) -> None:
    customer = make.customer()
    later = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    assert _log(boss, f"customers.customer/{customer.pk}", kind="call", at=later).state == "open"
    assert _log(boss, f"customers.customer/{customer.pk}", kind="call", at="2024-05-06T10:00").state == "done"


def test_entry_on_an_instrument_belongs_to_its_customer_and_stays_on_its_own_page(boss: Client) -> None:
    customer = make.customer()
    instrument = make.instrument(customer)
    entry = _log(boss, f"customers.instrument/{instrument.pk}", text="表盘破损")
    assert (entry.customer_id, entry.about_id) == (customer.pk, instrument.pk)
    assert "表盘破损" in boss.get(f"/instruments/{instrument.pk}").content.decode()


@pytest.mark.parametrize("values", [
    {"kind": "haircut"}, {"text": ""}, {"text": "x" * 20_001}, {"text": "a\x00b"}, {"at": "tomorrow"},
    {"at": "9999-12-31T23:59:59"},
])  # fmt: skip
def test_what_cannot_be_read_is_refused_and_nothing_is_written(boss: Client, values: dict[str, str]) -> None:
    customer = make.customer()
    answer = boss.post(
        f"/activities/log/customers.customer/{customer.pk}", {"kind": "note", "text": "x"} | values
    )
    assert answer.status_code == 400
    assert Activity.objects.count() == 0


def test_nobody_writes_on_a_record_out_of_sight() -> None:
    client, customer = Client(), make.customer(unit=unit("Department A"))
    client.force_login(person("b_sales", Role.ACCOUNT_MANAGER, unit("Department B")))
    for subject in ("customers.customer", "access.user", "nothing.here"):
        answer = client.post(f"/activities/log/{subject}/{customer.pk}", {"kind": "note", "text": "x"})
        assert answer.status_code == 404
    assert Activity.objects.count() == 0


def test_colleagues_of_a_unit_read_but_only_the_responsible_changes() -> None:
    home = unit("Department A")
    mine = person("a_sales", Role.ACCOUNT_MANAGER, home)
    task = make.activity(make.customer(unit=home), owner=mine, unit=home)
    for user, status in ((mine, 302), (person("a_view", Role.ACCOUNT_MANAGER, home), 403)):
        client = Client()
        client.force_login(user)
        assert client.get(f"/activities/{task.pk}").status_code == 200
        assert client.post(f"/activities/{task.pk}/do/complete").status_code == status


def test_action_through_the_api_is_the_same_as_the_button(boss: Client) -> None:
    task = make.activity(make.customer())
    url = f"/api/v1/activities/{task.pk}/complete"
    answer = boss.post(url, json.dumps({"outcome": "谈妥"}), content_type="application/json")
    assert (answer.status_code, answer.json()["state"], answer.json()["outcome"]) == (200, "done", "谈妥")
    again = boss.post(url, "{}", content_type="application/json")
    assert again.status_code == 409
    assert boss.post(url, '{"owner": 3}', content_type="application/json").status_code == 400


def test_end_before_beginning_is_refused(boss: Client) -> None:
    values = {"subject": "会议", "kind": "meeting", "state": "open", "priority": "normal"}
    times = {"starts_at": "2026-03-01T10:00", "ends_at": "2026-03-01T09:00"}
    assert 'id="id_ends_at_error"' in boss.post("/activities/new", values | times).content.decode()
    assert boss.post("/activities/new", values | times | {"ends_at": "2026-03-01T11:00"}).status_code == 302


def test_activities_follow_a_merge_and_its_undo(boss: Client) -> None:
    keeps, goes = make.customer("甲厂"), make.customer("乙厂")
    task = make.activity(goes)
    director = actor("merger")
    event = merging.merge(keeps, goes, actor=director)
    task.refresh_from_db()
    assert task.customer_id == keeps.pk
    merging.unmerge(event, actor=director)
    task.refresh_from_db()
    assert task.customer_id == goes.pk


def test_next_steps_show_open_ones_only_and_mark_the_late() -> None:
    customer, director = make.customer(), actor("boss")
    make.activity(customer, "旧", state="done")
    assert panels.next_steps(director, customer) is None
    make.activity(customer, "迟了", starts_at=clock.now() - timedelta(days=1))
    make.activity(customer, "将来", starts_at=clock.now() + timedelta(days=1))
    steps = panels.next_steps(director, customer)["steps"]
    assert [(step["title"], step["late"]) for step in steps] == [("迟了", True), ("将来", False)]
