"""References found while typing, made on the way, kept when out of sight; fields that exist only beside others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.records.schema import registry
from hengke.engines.records.writing import services
from hengke.modules.activities.models import Activity
from hengke.modules.customers.models import Contact, Customer
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def _form(activity: Activity, **typed: Any) -> dict[str, Any]:
    usual = {
        "kind": "task",
        "subject": activity.subject,
        "state": "open",
        "priority": "normal",
        "version": activity.version,
    }
    return usual | typed


def test_suggestions_are_found_by_pinyin_and_lead_to_one_object(boss: Client) -> None:
    customer = make.customer()
    services.update(
        registry.by_slug("customers"), actor=actor("a"), target=customer, values={"city": "芜湖市"}, version=1
    )
    found = boss.get("/customers/suggest", {"q": "hfgs"}).json()["choices"]
    assert found == [{"word": customer.number, "title": customer.name}]
    for n in range(2):
        services.create(
            registry.by_slug("contacts"),
            actor=actor(f"b{n}"),
            values={"customer": customer.pk, "name": "王芳"},
        )
    words = [one["word"] for one in boss.get("/contacts/suggest", {"q": "王芳"}).json()["choices"]]
    assert sorted(words) == sorted(f"#{pk}" for pk in Contact.objects.values_list("pk", flat=True))
    activity = make.activity(customer)
    given = _form(activity, customer=customer.number, contact=words[0])
    assert boss.post(f"/activities/{activity.pk}/edit", given).status_code == 302
    assert f"#{Activity.objects.get().contact_id}" == words[0]


def test_suggestions_are_only_what_one_may_change(client: Client) -> None:
    home = unit("A")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    make.customer("甲厂", owner=seller, unit=home)
    make.customer("乙厂", unit=home)
    client.force_login(seller)
    assert [one["title"] for one in client.get("/customers/suggest").json()["choices"]] == ["甲厂"]
    client.force_login(person("lab", Role.LABORATORY_HEAD))
    assert client.get("/customers/suggest").status_code == 403


def test_new_customer_inside_another_form(boss: Client) -> None:
    page = boss.get("/customers/new", headers=FRAGMENT).content.decode()
    assert "<html" not in page
    assert 'id="quick_name"' in page
    wrong = boss.post("/customers/new", {"name": "", "code": "1"}, headers=FRAGMENT).content.decode()
    assert 'id="quick_name_error"' in wrong
    made = boss.post("/customers/new", {"name": "新厂"}, headers=FRAGMENT).json()
    assert made == {"word": Customer.objects.get().number, "title": "新厂"}


def test_copy_starts_with_everything_but_the_number(boss: Client) -> None:
    customer = make.customer(address="长江路 1 号")
    page = boss.get(f"/customers/new?from={customer.pk}").content.decode()
    assert "长江路 1 号" in page
    assert customer.number not in page
    assert boss.get("/customers/new?from=999").status_code == 404


def test_deleted_reference_is_shown_as_deleted_and_kept_when_saving(boss: Client) -> None:
    customer = make.customer()
    contact = make.contact(customer, "赵文斌")
    activity = make.activity(customer, contact=contact)
    services.delete(registry.by_slug("contacts"), actor=actor("a"), target=contact)
    for url in ("", "/edit", "/cell/contact", "/timeline"):
        assert boss.get(f"/activities/{activity.pk}{url}").status_code == 200
    assert "赵文斌（已删除）" in boss.get(f"/activities/{activity.pk}").content.decode()
    assert f'value="#{contact.pk}"' in boss.get(f"/activities/{activity.pk}/edit").content.decode()
    given = _form(activity, customer=customer.number, contact=f"#{contact.pk}", text="新")
    assert boss.post(f"/activities/{activity.pk}/edit", given).status_code == 302
    activity.refresh_from_db()
    assert (activity.contact_id, activity.text) == (contact.pk, "新")
    other = make.activity(customer, "另一件")
    given = _form(other, customer=customer.number, contact=f"#{contact.pk}")
    assert boss.post(f"/activities/{other.pk}/edit", given).status_code == 200
    other.refresh_from_db()
    assert other.contact_id is None


def test_field_that_does_not_apply_is_not_taken_and_keeps_what_is_stored(boss: Client) -> None:
    activity = make.activity(make.customer(), kind="visit", place="合肥")
    url = f"/activities/{activity.pk}/edit"
    assert 'data-when="kind" data-values="visit meeting"' in boss.get(url).content.decode()
    boss.post(url, _form(activity, kind="call", place="芜湖"))
    activity.refresh_from_db()
    assert (activity.kind, activity.place) == ("call", "合肥")
    boss.post(url, _form(activity, kind="visit", place="芜湖"))
    activity.refresh_from_db()
    assert activity.place == "芜湖"


def test_required_beside_a_value_holds_on_every_door(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    record = registry.by_slug("activities")
    fields = tuple(replace(f, required=True) if f.name == "place" else f for f in record.fields)
    monkeypatch.setattr(type(record), "fields", fields)
    activity = make.activity(make.customer(), kind="task")
    url = f"/activities/{activity.pk}"
    assert (
        'id="id_place_error"'
        in boss.post(f"{url}/edit", _form(activity, kind="visit", place="")).content.decode()
    )
    assert boss.post(f"{url}/cell/kind", {"value": "visit", "version": 1}).status_code == 400
    body = {"kind": "visit", "version": 1}
    assert boss.patch(f"/api/v1{url}", body, content_type="application/json").status_code == 400
    assert boss.post(f"{url}/edit", _form(activity, kind="call", place="")).status_code == 302
