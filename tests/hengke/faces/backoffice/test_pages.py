"""The back office: who may enter, what each page does, that it holds at once and can be taken back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access import stamp
from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.login import TRIES_PER_NAME
from hengke.engines.access.models import Event, OrgUnit, User
from hengke.engines.access.rows import RoleHolding, RoleRule, Share, Team, Territory
from hengke.modules.customers.models import Customer
from tests.factories import customers as make
from tests.factories.people import PASSWORD, person, unit

pytestmark = pytest.mark.django_db
CUSTOMERS = "customers.customer"
PLACES = (
    "people",
    "people/new",
    "units",
    "teams",
    "teams/new",
    "territories",
    "territories/new",
    "roles",
    "why",
)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin() -> Client:
    house = unit("院", UnitKind.INSTITUTION)
    return _client(person("chief", Role.ADMINISTRATOR, house))


def _undo_last(client: Client) -> int:
    event = Event.objects.filter(rows__isnull=False).latest("pk")
    return client.post(f"/backoffice/undo/{event.pk}").status_code


def _rule_form(client: Client, role: str, **changed: str) -> Any:
    """The form of customers for a role as it is now, with some controls set otherwise."""
    text = client.get(f"/backoffice/roles/{role}/{CUSTOMERS}").content.decode()
    said = {}
    for name, body in re.findall(r'<select id="[^"]*" name="([^"]*)">(.*?)</select>', text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        said[name] = chosen[1] if chosen else ""
    return client.post(f"/backoffice/roles/{role}/{CUSTOMERS}", said | changed)


@pytest.mark.parametrize(
    "role", [Role.DIRECTOR, Role.ACCOUNT_MANAGER, Role.BUSINESS_DESK, Role.LABORATORY_HEAD]
)
def test_others_are_refused_everywhere(admin: Client, role: str) -> None:
    client, chief = _client(person("x", role)), User.objects.get(username="chief")
    team, house = Team.objects.create(name="t"), OrgUnit.objects.get()
    people = f"people/{chief.pk}"
    reading = (*PLACES, people, f"{people}/rights", f"{people}/hand-over", f"units/{house.pk}", f"teams/{team.pk}",
               "roles/director", f"roles/director/{CUSTOMERS}")  # fmt: skip
    for place in reading:
        assert client.get(f"/backoffice/{place}").status_code == 403, place
    before = list(User.objects.values()), list(OrgUnit.objects.values()), _told()
    writing = {
        people: {"name": "y", "role": "director"}, f"{people}/act": {"action": "disable"}, "people/new": {"name": "y"},
        f"{people}/absence": {"deputy": chief.pk, "first": "2030-01-01", "last": "2030-01-01"},
        "units/new": {"name": "y", "kind": "department", "parent": house.pk}, f"teams/{team.pk}": {"remove": "1"},
        "roles/new": {"name": "y"}, "roles/director": {"name": "y"}, f"roles/director/{CUSTOMERS}": {"scope_view": ""},
        "roles/director/reset": {},
    }  # fmt: skip
    for place, body in writing.items():
        assert client.post(f"/backoffice/{place}", body).status_code in (400, 403, 302), place
    assert (list(User.objects.values()), list(OrgUnit.objects.values())) == before[:2]
    assert Team.objects.exists()
    assert not RoleRule.objects.exists()
    assert _told() == before[2]


def _told() -> int:
    """Events but those that tell of the refusals."""
    return Event.objects.exclude(kind="access.denied").count()


@pytest.mark.parametrize("place", PLACES)
def test_every_page_opens_and_takes_the_same_queries_however_many_there_are(
    admin: Client, place: str
) -> None:
    counts = []
    for n in range(1, 4):
        team, territory = Team.objects.create(name=f"t{n}"), Territory.objects.create(name=f"g{n}")
        someone = person(f"p{n}", Role.DIRECTOR, unit(f"u{n}", parent=unit("院")))
        team.members.add(someone)
        territory.members.add(someone)
        admin.get(f"/backoffice/{place}")
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(f"/backoffice/{place}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[2]


def test_a_new_person_sets_a_password_by_a_link_that_works_once(admin: Client) -> None:
    form = {"username": "neu", "name": "新人", "role": "director", "unit": OrgUnit.objects.get().pk}
    answer = admin.post("/backoffice/people/new", form)
    page = admin.get(answer["Location"]).content.decode()
    link = re.search(r"/login/link/[^\"]+", page)
    assert link is not None
    new = {"new_password1": "a long password 8", "new_password2": "a long password 8"}
    assert (
        Client()
        .post(link[0], new | {"password": "a long password 8", "again": "a long password 8"})
        .status_code
        == 302
    )
    assert Client().get(link[0]).status_code == 404
    assert Client().login(username="neu", password="a long password 8")
    assert Event.objects.filter(kind="password.changed").count() == 1


def test_several_roles_add_up_and_are_taken_back(admin: Client) -> None:
    user = person("x", Role.BUSINESS_DESK)
    client, url = _client(user), f"/backoffice/people/{user.pk}"
    assert client.get("/overview").status_code == 403
    said = {"name": "x", "role": "business_desk", "more": ["director"]}
    assert admin.post(url, said).status_code == 302
    assert client.get("/overview").status_code == 200
    assert "director" not in client.get("/customers").content.decode().lower()
    assert _undo_last(admin) == 302
    assert client.get("/overview").status_code == 403
    assert not RoleHolding.objects.exists()


def test_somebody_locked_out_is_let_in_again(admin: Client) -> None:
    user = person("x")
    for _n in range(TRIES_PER_NAME):
        Client().post("/login", {"username": "x", "password": "wrong"})
    assert Client().post("/login", {"username": "x", "password": PASSWORD}).status_code == 429
    admin.post(f"/backoffice/people/{user.pk}/act", {"action": "unlock"})
    assert Client().post("/login", {"username": "x", "password": PASSWORD}).status_code == 302


def test_a_disabled_person_is_out_with_the_next_request(admin: Client) -> None:
    user = person("x")
    client = _client(user)
    assert client.get("/customers").status_code == 200
    admin.post(f"/backoffice/people/{user.pk}/act", {"action": "disable"})
    assert client.get("/customers").status_code == 302
    assert _undo_last(admin) == 302
    assert _client(user).get("/customers").status_code == 200


def test_the_last_person_in_charge_stays_in_charge(admin: Client) -> None:
    chief = User.objects.get(username="chief")
    answer = admin.post(f"/backoffice/people/{chief.pk}", {"name": "c", "role": "director"})
    assert answer.status_code == 409
    assert admin.post(f"/backoffice/people/{chief.pk}/act", {"action": "disable"}).status_code == 409
    form = {"scope_view": "all", "scope_change": ""}
    assert admin.post("/backoffice/roles/administrator/access.user", form).status_code == 409
    chief.refresh_from_db()
    assert (chief.role, chief.is_active) == ("administrator", True)


def test_who_may_not_change_rights_cannot_give_roles_that_do(admin: Client) -> None:
    from hengke.engines.access.roles import create, set_rule
    from hengke.engines.access.scopes import Grant

    chief = Actor.of(User.objects.get(username="chief"))
    key, _event = create(actor=chief, name="人事")
    full = frozenset({"view", "add", "change"})
    set_rule(key, "access.user", actor=chief, given=[Grant(key, "access.user", full)], fields={})
    clerk = person("clerk", key)
    client = _client(clerk)
    assert (
        client.post(f"/backoffice/people/{clerk.pk}", {"name": "x", "role": "administrator"}).status_code
        == 403
    )
    assert (
        client.post(
            f"/backoffice/people/{clerk.pk}", {"name": "x", "role": key, "more": ["director"]}
        ).status_code
        == 302
    )


def test_units_are_added_renamed_moved_removed_and_taken_back(admin: Client) -> None:
    house = OrgUnit.objects.get()
    north, south = unit("北", parent=house), unit("南", parent=house)
    group = unit("组", parent=north)
    me = person("m", Role.ACCOUNT_MANAGER, south)
    customer = make.customer(unit=group)
    seen = Customer.objects.visible_to
    assert not seen(Actor.of(me)).exists()
    admin.post(f"/backoffice/units/{north.pk}/move", {"parent": south.pk})
    group.refresh_from_db()
    assert group.path == f"{south.path}{north.pk}/{group.pk}/"
    assert list(seen(Actor.of(me))) == [customer]
    assert admin.post(f"/backoffice/units/{south.pk}/move", {"parent": group.pk}).status_code == 409
    event = Event.objects.get(kind="unit.moved")
    admin.post(f"/backoffice/undo/{event.pk}")
    group.refresh_from_db()
    assert group.path == f"{north.path}{group.pk}/"
    assert not seen(Actor.of(me)).exists()
    assert admin.post(f"/backoffice/units/{group.pk}", {"remove": "1"}).status_code == 409
    admin.post("/backoffice/units/new", {"name": "新", "kind": "department", "parent": north.pk})
    made = OrgUnit.objects.get(name="新")
    admin.post(f"/backoffice/units/{made.pk}", {"name": "更新", "kind": "laboratory", "parent": north.pk})
    made.refresh_from_db()
    assert (made.name, made.kind) == ("更新", "laboratory")
    assert admin.post(f"/backoffice/units/{made.pk}", {"remove": "1"}).status_code == 302
    assert _undo_last(admin) == 302
    assert OrgUnit.objects.get(name="更新").path == f"{north.path}{made.pk}/"


def test_a_team_with_members_comes_back_as_it_was(admin: Client) -> None:
    x, y = person("x"), person("y")
    admin.post("/backoffice/teams/new", {"name": "甲", "members": [x.pk, y.pk]})
    team = Team.objects.get()
    admin.post(f"/backoffice/teams/{team.pk}", {"remove": "1"})
    assert not Team.objects.exists()
    assert _undo_last(admin) == 302
    assert set(Team.objects.get().members.all()) == {x, y}


def test_a_territory_covers_its_customers_within_its_parent(admin: Client) -> None:
    me = person("m", Role.ACCOUNT_MANAGER)
    inside = make.customer("a", province="安徽省", city="合肥市")
    make.customer("b", province="江苏省", city="合肥市")
    admin.post(
        "/backoffice/territories/new",
        {"name": "安徽", "word_0": "province", "op_0": "in", "value_0": "安徽省，"},
    )
    parent = Territory.objects.get()
    assert parent.where == [["province", "in", ["安徽省"]]]
    child = {
        "name": "合肥",
        "parent": parent.pk,
        "word_0": "city",
        "op_0": "eq",
        "value_0": "合肥市",
        "members": [me.pk],
    }
    admin.post("/backoffice/territories/new", child)
    assert not Customer.objects.visible_to(Actor.of(me)).exists()
    assert _rule_form(admin, "account_manager", scope_view="territory").status_code == 302
    assert list(Customer.objects.visible_to(Actor.of(me))) == [inside]
    bad = {"name": "x", "word_0": "city", "op_0": "in", "value_0": " ， "}
    assert admin.post("/backoffice/territories/new", bad).status_code == 400


def test_a_changed_right_holds_at_once_and_goes_back_to_what_was_delivered(admin: Client) -> None:
    client = _client(person("x", Role.BUSINESS_DESK))
    make.customer(city="合肥市")
    other = make.customer("芜湖供水", city="芜湖市")
    assert client.get("/api/v1/customers").json()["count"] == 2
    where = {"word_0": "city", "op_0": "in", "value_0": "芜湖市"}
    assert _rule_form(admin, "business_desk", scope_add="", level_phone="masked", **where).status_code == 302
    items = client.get("/api/v1/customers").json()["items"]
    assert [item["id"] for item in items] == [other.pk]
    assert client.get("/customers/new").status_code == 403
    assert client.get("/api/v1/customers", {"phone": "1"}).status_code == 400
    assert client.get("/api/v1/customers", {"this_year": "1"}).status_code == 400
    page = admin.get("/backoffice/roles/business_desk").content.decode()
    assert "芜湖市" in page
    assert _undo_last(admin) == 302
    assert client.get("/api/v1/customers").json()["count"] == 2
    _rule_form(admin, "business_desk", scope_view="")
    assert client.get("/customers").status_code == 403
    admin.post("/backoffice/roles/business_desk/reset")
    assert client.get("/customers/new").status_code == 200
    assert not RoleRule.objects.exists()


def test_saving_a_line_unchanged_changes_no_right(admin: Client) -> None:
    from hengke.engines.access import table

    for role in Role.values:
        shipped = table.shipped().grants.get((role, CUSTOMERS), ())
        if not shipped:
            continue
        assert _rule_form(admin, role).status_code == 302
        now = table.of(stamp.current())

        def scopes(grants: Any) -> dict[str, str]:
            from hengke.faces.backoffice.words import widest

            actions = {a for g in grants for a in g.actions}
            return {a: widest(g.scope for g in grants if a in g.actions).value for a in actions}  # type: ignore[union-attr]

        assert scopes(now.grants[role, CUSTOMERS]) == scopes(shipped)
        assert now.fields[role, CUSTOMERS] == table.shipped().fields[role, CUSTOMERS]


def test_an_own_role_begins_like_another_and_cannot_vanish_under_people(admin: Client) -> None:
    admin.post("/backoffice/roles/new", {"name": "大客户经理", "like": "account_manager"})
    key = Event.objects.get(kind="role.created").payload["role"]
    user = person("x", key)
    assert _client(user).get("/customers").status_code == 200
    assert "大客户经理" in _client(user).get("/customers").content.decode()
    assert admin.post(f"/backoffice/roles/{key}", {"remove": "1"}).status_code == 409
    User.objects.filter(pk=user.pk).update(role="director")
    assert admin.post(f"/backoffice/roles/{key}", {"remove": "1"}).status_code == 302
    assert admin.post("/backoffice/roles/director", {"remove": "1"}).status_code == 409
    assert _undo_last(admin) == 302
    assert RoleRule.objects.filter(role=key).exists()


def test_an_entry_hidden_from_the_menu_is_hidden_and_takes_no_right(admin: Client) -> None:
    client = _client(person("x"))
    assert 'href="/contacts"' in client.get("/customers").content.decode()
    admin.post("/backoffice/roles/director", {"name": "所长", "menu": ["customers:list", "dashboard"]})
    assert 'href="/contacts"' not in client.get("/customers").content.decode()
    assert client.get("/contacts").status_code == 200


def test_why_says_which_role_gives_a_record_and_who_else_sees_it(admin: Client) -> None:
    house = OrgUnit.objects.get()
    north, south = unit("北部", parent=house), unit("南部", parent=house)
    zhang, li = person("zhang", Role.ACCOUNT_MANAGER, north), person("li", Role.ACCOUNT_MANAGER, south)
    customer = make.customer(unit=north)
    url = "/backoffice/why?kind=customers&record=" + customer.number
    page = admin.get(f"{url}&person={zhang.pk}").content.decode()
    assert "北部" in page
    answer = admin.get(f"{url}&person={li.pk}").content.decode()
    assert "南部" in answer
    who = re.findall(r'/rights">([^<]+)</a>', answer)
    assert set(who) == {"chief", "zhang"}
    Share.objects.create(subject=CUSTOMERS, object_id=customer.pk, user=li)
    stamp.renew()
    who = re.findall(r'/rights">([^<]+)</a>', admin.get(f"{url}&person={li.pk}").content.decode())
    assert set(who) == {"chief", "zhang", "li"}
    assert admin.get("/backoffice/why?kind=customers&record=C-999999").status_code == 200
    assert admin.get(f"/backoffice/people/{li.pk}/rights").status_code == 200


def test_handing_over_from_the_page_is_undone_by_its_button(admin: Client) -> None:
    leaver, taker = person("gone", Role.ACCOUNT_MANAGER), person("next", Role.ACCOUNT_MANAGER)
    customer = make.customer(owner=leaver)
    url = f"/backoffice/people/{leaver.pk}/hand-over"
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"takers": []}).status_code == 400
    assert admin.post(url, {"takers": [taker.pk]}).status_code == 302
    customer.refresh_from_db()
    assert customer.owner_id == taker.pk
    event = Event.objects.get(kind="user.handed_over")
    assert admin.post(f"/undo/{event.pk}").status_code == 302
    customer.refresh_from_db()
    assert customer.owner_id == leaver.pk


def test_everybody_names_a_deputy_for_the_own_absence(admin: Client) -> None:
    me, deputy = person("me", Role.ACCOUNT_MANAGER), person("dep", Role.ACCOUNT_MANAGER)
    client = _client(me)
    assert client.get("/absence").status_code == 200
    days = {"deputy": deputy.pk, "first": "2030-01-01", "last": "2030-01-02"}
    assert client.post(f"/backoffice/people/{me.pk}/absence", days)["Location"] == "/absence"
    page = client.get("/absence").content.decode()
    assert "2030-01-02" in page
    number = re.search(r'name="end" value="(\d+)"', page)
    assert number is not None
    client.post(f"/backoffice/people/{me.pk}/absence", {"end": number[1]})
    assert "2030-01-02: " not in client.get("/absence").content.decode()


def test_a_strange_undo_is_refused(admin: Client) -> None:
    customer = make.customer()
    admin.post(f"/customers/{customer.pk}/delete")
    assert _undo_last(admin) == 404
    assert admin.post("/backoffice/undo/999999").status_code == 404
