"""The order of sections and fields by role: on page and form only, and hiding loses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.models import Event
from hengke.engines.records.custom import definitions
from hengke.engines.records.custom.models import RecordLayout
from hengke.engines.records.schema import registry
from hengke.modules.customers.models import Contact
from tests.factories import customers as make
from tests.factories.fields import field
from tests.factories.people import person

pytestmark = pytest.mark.django_db
URL = "/layouts/contacts"


def _login(username: str = "boss", role: str = "director") -> Client:
    client = Client()
    client.force_login(person(username, role))
    return client


@pytest.fixture
def admin() -> Client:
    return _login("admin", "administrator")


def _state(page: Any) -> dict[str, str]:
    """What a browser would send of the page as it stands."""
    sent = {}
    for section in page.context["sections"]:
        sent |= {
            f"at-section-{section['key']}": str(section["place"]),
            f"label-{section['key']}": section["label"],
        }
        for one, at, hidden, _may_hide in section["fields"]:
            sent |= {f"at-{one.name}": str(at), f"in-{one.name}": section["key"]} | (
                {f"hide-{one.name}": "on"} if hidden else {}
            )
    return sent


def _save(admin: Client, url: str = URL, **changes: str | None) -> Any:
    sent = _state(admin.get(url)) | {"save": "1"} | changes
    return admin.post(url, {name: value for name, value in sent.items() if value is not None})


def _order(client: Client, contact: Contact) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The controls of the form, and the sections of the page with their fields."""
    form = client.get(f"/contacts/{contact.pk}/edit").context["form"]
    page = client.get(f"/contacts/{contact.pk}").context["sections"]
    controls = [bound.name for _label, fields in form.sections() for bound in fields]
    return controls, [(str(section.label), [f.name for f, *_rest in found]) for section, found in page]


@pytest.fixture
def contact() -> Contact:
    return make.contact(make.customer(), role="科长", department="质量科")


def test_fields_are_ordered_moved_and_renamed_for_everybody(admin: Client, contact: Contact) -> None:
    client = _login()
    controls, sections = _order(client, contact)
    first = registry.by_slug("contacts").sections[0]
    assert controls.index("name") < controls.index("role")
    assert _save(admin, **{"at-role": "0", f"label-{first.key}": "要点"}).status_code == 302
    controls, sections = _order(client, contact)
    assert controls.index("role") < controls.index("name")
    assert sections[0][0] == "要点"
    new = admin.get(URL).context["new_key"]
    _save(admin, **{"in-department": new, f"label-{new}": "单位内部", f"at-section-{new}": "0"})
    assert _order(client, contact)[1][0] == ("单位内部", ["department"])
    assert Event.objects.filter(kind="layout.changed").count() == 2


def test_hiding_is_for_page_and_form_of_one_role_and_loses_nothing(admin: Client, contact: Contact) -> None:
    url = f"{URL}?role=director"
    assert _save(admin, url, **{"hide-role": "on"}).status_code == 302
    boss = _login()
    controls, sections = _order(boss, contact)
    assert "role" not in controls
    assert all("role" not in names for _label, names in sections)
    other = _login("other", "administrator")
    assert "role" in _order(other, contact)[0]
    # Saving the form without the field keeps what is stored; other doors know it as before.
    form = boss.get(f"/contacts/{contact.pk}/edit").context["form"]
    sent = {bound.name: bound.value() for bound in form if bound.value() is not None}
    assert boss.post(f"/contacts/{contact.pk}/edit", sent | {"department": "计量科"}).status_code == 302
    contact.refresh_from_db()
    assert (contact.role, contact.department) == ("科长", "计量科")
    item = boss.get(f"/api/v1/contacts/{contact.pk}").json()
    assert item["role"] == "科长"
    assert boss.get("/api/v1/contacts", {"role": "科长"}).json()["count"] == 1
    answer = boss.patch(f"/api/v1/contacts/{contact.pk}", {"role": "处长", "version": item["version"]},
                        content_type="application/json")  # fmt: skip
    assert answer.status_code == 200
    new = boss.post(
        "/contacts/new?department=x&role=经理", {"name": "钱", "customer": contact.customer.number}
    )
    assert new.status_code == 302
    assert Contact.objects.get(name="钱").role == "经理"  # what the address said


def test_a_role_without_a_layout_takes_that_of_all_and_reset_brings_back_what_ships(
    admin: Client, contact: Contact
) -> None:
    boss = _login()
    before = _order(boss, contact)
    _save(admin, **{"at-role": "0"})
    _save(admin, f"{URL}?role=director", **{"at-department": "0", "at-role": "99"})
    assert _order(boss, contact)[0][0] == "department"
    assert admin.post(f"{URL}?role=director", {"reset": "1"}).status_code == 302
    assert _order(boss, contact)[0][0] == "role"
    assert admin.post(URL, {"reset": "1"}).status_code == 302
    assert _order(boss, contact) == before
    assert admin.post(URL, {"reset": "1"}).status_code == 404


def test_the_preview_changes_nothing(admin: Client, contact: Contact) -> None:
    sent = _state(admin.get(URL)) | {"preview": "1", "at-role": "0"}
    page = admin.post(URL, sent)
    assert page.context["preview"][0][1][0].name == "role"
    assert RecordLayout.objects.count() == 0


def test_a_later_field_appears_in_its_section(admin: Client, contact: Contact) -> None:
    _save(admin, **{"at-role": "0"})
    made = field("contacts", "text", "微信")
    definitions.refresh()
    assert made.key in _order(_login(), contact)[0]


def test_what_must_be_filled_in_cannot_be_hidden(admin: Client) -> None:
    answer = _save(admin, **{"hide-customer": "on"})
    assert answer.status_code == 200
    assert answer.context["wrong"]
    assert RecordLayout.objects.count() == 0


@pytest.mark.parametrize("changes", [
    {"at-role": "x" * 50}, {"in-role": "nowhere"}, {"label-own-9": "a" * 61, "in-role": "own-9"},
    {"hide-nothing": "on"},
    {"in-role": "own-1"}, {"at-section-own-1": "²"},
    {"label-own-<b>": "<img src=x onerror=alert(1)>", "in-role": "own-<b>"},
])  # fmt: skip
def test_hostile_values_break_nothing(admin: Client, contact: Contact, changes: dict[str, str]) -> None:
    assert _save(admin, **changes).status_code in (200, 302)
    client = _login()
    controls, _sections = _order(client, contact)
    assert "role" in controls
    assert "<img src=x" not in client.get(f"/contacts/{contact.pk}").content.decode()
    assert "<img src=x" not in admin.get(URL).content.decode()


def test_only_those_who_may_change_fields_get_here() -> None:
    for client in (_login(), _login("desk", "business_desk")):
        assert client.get(URL).status_code == 403
        assert client.post(URL, {"save": "1"}).status_code == 403
    assert _login("admin", "administrator").get("/layouts/nothing").status_code == 404
    assert _login("admin2", "administrator").post(f"{URL}?role=nobody", {"save": "1"}).status_code == 404
