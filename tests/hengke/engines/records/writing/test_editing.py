"""Forms, versions, hand-over, undo, and the trail that every change leaves."""

from __future__ import annotations

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, RowJournal, User
from hengke.engines.records.schema import registry
from hengke.engines.records.schema.similar import Similar, register_similar
from hengke.engines.records.writing import services
from hengke.kernel import clock
from hengke.kernel.errors import Conflict
from hengke.modules.customers.models import Contact, Customer, CustomerSummary
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db
FORM = {"name": "合肥供水集团有限公司", "city": "合肥市", "province": "安徽省", "stage": "prospect"}


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def test_new_customer_is_numbered_listed_found_and_told(boss: Client) -> None:
    answer = boss.post("/customers/new", FORM)
    customer = Customer.objects.get()
    assert answer["Location"] == f"/customers/{customer.pk}"
    assert customer.number == "C-000001"
    assert CustomerSummary.objects.filter(customer=customer, laboratory="").exists()
    event = Event.objects.get()
    assert (event.kind, event.party_id, event.subject_id) == ("customer.created", customer.pk, customer.pk)
    assert RowJournal.objects.get().after["name"] == FORM["name"]
    assert FORM["name"] in boss.get("/customers").content.decode()
    assert FORM["name"] in boss.get("/search/suggest?q=hfgs").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("code", "91340100149123456X"), ("email", "nobody"), ("name", "长" * 201)],
)
def test_errors_stand_beside_their_fields(boss: Client, field: str, value: str) -> None:
    page = boss.post("/customers/new", FORM | {field: value}).content.decode()
    assert f'id="id_{field}_error"' in page
    assert Customer.objects.count() == 0


def test_who_saves_second_sees_what_differs_and_overwrites_nothing(boss: Client) -> None:
    customer = make.customer()
    url = f"/customers/{customer.pk}/edit"
    assert boss.post(url, FORM | {"version": 1, "address": "望江西路 1 号"}).status_code == 302
    answer = boss.post(url, FORM | {"version": 1, "address": "长江路 9 号"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "望江西路 1 号" in page
    assert "长江路 9 号" in page
    customer.refresh_from_db()
    assert customer.address == "望江西路 1 号"
    assert 'name="version" value="2"' in page
    assert boss.post(url, FORM | {"version": 2, "address": "长江路 9 号"}).status_code == 302


def test_changes_are_told_in_words(boss: Client) -> None:
    customer = make.customer(category="public")
    boss.post(
        f"/customers/{customer.pk}/edit", FORM | {"version": 1, "category": "regulator", "city": "芜湖市"}
    )
    assert Event.objects.get().payload["changes"] == {
        "category": ["public", "regulator"],
        "city": ["合肥市", "芜湖市"],
    }
    page = boss.get(f"/customers/{customer.pk}").content.decode()
    assert "合肥市 → 芜湖市" in page


def test_saving_without_a_change_leaves_no_trace(boss: Client) -> None:
    customer = make.customer()
    boss.post(f"/customers/{customer.pk}/edit", FORM | {"version": 1})
    customer.refresh_from_db()
    assert (customer.version, Event.objects.count()) == (1, 0)


def test_hidden_changes_are_not_told_to_those_who_must_not_know() -> None:
    from hengke.engines.records.reading import timeline
    from hengke.engines.records.reading.catalogue import Catalogue

    record, customer = registry.by_slug("customers"), make.customer()
    services.update(record, actor=actor("boss"), target=customer, values={"phone": "1"}, version=1)
    desk = Catalogue(record, actor("desk", Role.BUSINESS_DESK))
    assert len(timeline.read(desk, customer).entries) == 1
    desk.fields.pop("phone")
    from hengke.engines.records.reading.timeline import _changes

    assert _changes(desk, Event.objects.get()) == []


def test_account_manager_owns_what_he_adds(client: Client) -> None:
    home = unit("Department A")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    client.force_login(seller)
    assert client.post("/customers/new", FORM).status_code == 302
    customer = Customer.objects.get()
    assert (customer.owner_id, customer.unit_id) == (seller.pk, home.pk)


def test_contact_belongs_only_to_a_customer_one_may_change(client: Client) -> None:
    home, other = unit("Department A"), unit("Department B")
    seller = person("seller", Role.ACCOUNT_MANAGER, home)
    mine, foreign = make.customer("自己的", owner=seller, unit=home), make.customer("别人的", unit=other)
    client.force_login(seller)
    assert mine.number in client.get(f"/contacts/new?customer={mine.pk}").content.decode()
    assert client.post("/contacts/new", {"customer": mine.number, "name": "赵文斌"}).status_code == 302
    for word in (foreign.number, foreign.name, str(foreign.pk)):
        page = client.post("/contacts/new", {"customer": word, "name": "钱永"})
        assert 'id="id_customer_error"' in page.content.decode()
    assert list(Contact.objects.values_list("customer_id", flat=True)) == [mine.pk]
    assert foreign.name not in client.get(f"/contacts/new?customer={foreign.pk}").content.decode()


def test_hand_over_is_one_event_and_undone_as_a_whole(boss: Client) -> None:
    before, after = person("wang"), person("chen")
    found = [make.customer(f"客户{n}", owner=before) for n in range(3)]
    boss.post("/customers/assign", {"ids": [c.pk for c in found], "owner": after.pk, "city": "x"})
    assert set(Customer.objects.values_list("owner", "version")) == {(after.pk, 2)}
    event = Event.objects.get()
    assert (event.kind, event.payload["count"]) == ("customer.assigned", 3)
    boss.post(f"/undo/{event.pk}")
    assert set(Customer.objects.values_list("owner", "version")) == {(before.pk, 3)}


def test_hand_over_of_what_is_gone_changes_nothing(boss: Client) -> None:
    kept, gone = make.customer("在的"), make.customer("不在的", deleted_at=clock.now())
    answer = boss.post("/customers/assign", {"ids": [kept.pk, gone.pk], "owner": person("chen").pk})
    assert answer.status_code == 404
    assert not Customer.objects.exclude(owner=None).exists()
    assert Event.objects.count() == 0


@pytest.mark.parametrize("role", [Role.BUSINESS_DESK, Role.ACCOUNT_MANAGER, Role.LABORATORY_HEAD])
def test_who_only_keeps_records_hands_nothing_over(client: Client, role: str) -> None:
    user = person("someone", role, unit("Department A"))
    mine = make.customer("自己的", owner=user, unit=user.unit)
    client.force_login(user)
    answer = client.post("/customers/assign", {"ids": [mine.pk], "owner": person("chen").pk})
    assert answer.status_code == 403
    assert Customer.objects.get(pk=mine.pk).owner_id == user.pk
    assert not Event.objects.exclude(kind="access.denied").exists()
    assert 'name="owner"' not in client.get("/customers").content.decode()


def test_only_who_may_work_on_them_takes_over(boss: Client) -> None:
    customer, head = make.customer(), person("head", Role.LABORATORY_HEAD)
    left = person("left")
    User.objects.filter(pk=left.pk).update(is_active=False)
    for user in (head, left):
        assert boss.post("/customers/assign", {"ids": customer.pk, "owner": user.pk}).status_code == 400
        assert f'value="{user.pk}">{user.name}' not in boss.get("/customers").content.decode()
    assert Customer.objects.get(pk=customer.pk).owner_id is None


def test_undo_refuses_when_it_was_changed_since() -> None:
    record, boss, customer = registry.by_slug("customers"), actor("boss"), make.customer()
    services.update(record, actor=boss, target=customer, values={"city": "芜湖市"}, version=1)
    first = Event.objects.get()
    services.update(record, actor=boss, target=customer, values={"city": "蚌埠市"}, version=2)
    with pytest.raises(Conflict):
        services.undo(first.pk, actor=boss)
    customer.refresh_from_db()
    assert customer.city == "蚌埠市"


def test_undo_returns_only_to_this_site(boss: Client) -> None:
    customer = make.customer()
    boss.post(f"/customers/{customer.pk}/delete")
    event = Event.objects.get()
    assert boss.post(f"/undo/{event.pk}", headers={"Referer": "https://evil.example/x"})["Location"] == "/"


def test_similar_customers_are_shown_while_typing(boss: Client) -> None:
    from hengke.engines.records.schema import similar

    before = similar.provider_of("customers")
    register_similar(
        "customers", lambda actor, values: [Similar(values["name"] + "有限公司", works_with="李响")]
    )
    try:
        assert "/customers/similar" in boss.get("/customers/new").content.decode()
        part = boss.get("/customers/similar", {"name": "合肥供水"}).content.decode()
    finally:
        similar._providers.pop("customers")
        if before is not None:
            register_similar("customers", before)
    assert "合肥供水有限公司" in part
    assert "李响" in part


def test_a_creation_is_not_taken_back_under_what_belongs_to_it_by_now(boss: Client) -> None:
    boss.post("/customers/new", {"name": "新厂", "stage": "prospect"})
    event = Event.objects.get(kind="customer.created")
    customer = Customer.objects.get(name="新厂")
    contact = make.contact(customer)
    assert boss.post(f"/undo/{event.pk}", headers={"Accept": "application/json"}).status_code == 409
    customer.refresh_from_db()
    assert customer.deleted_at is None
    boss.post(f"/contacts/{contact.pk}/delete")
    assert boss.post(f"/undo/{event.pk}").status_code == 302
    customer.refresh_from_db()
    assert customer.deleted_at is not None
