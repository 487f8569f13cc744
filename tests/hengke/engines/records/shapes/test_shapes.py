"""Board, calendar and map show the list's own objects, move them, and hold the same rights."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema import registry
from hengke.engines.records.shapes import board, calendar, tilemap
from hengke.kernel import clock
from hengke.modules.activities.models import Activity
from tests.factories import customers as make
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def _query(slug: str, words: str = "", who: object = None) -> Query:
    from django.http import QueryDict

    catalogue = Catalogue(registry.by_slug(slug), who or actor("reader"))  # type: ignore[arg-type]
    return Query.read(catalogue, QueryDict(words))


def test_board_counts_all_and_shows_the_first_cards() -> None:
    customer = make.customer()
    Activity.objects.bulk_create(
        Activity(customer=customer, subject=f"回访{n}", state="open") for n in range(23)
    )
    make.activity(customer, "完", state="done")
    query = _query("activities")
    columns = {c.value: c for c in board.columns(query, board.field_of(query.catalogue, ""))}
    assert {value: column.count for value, column in columns.items()} == {
        "open": 23, "waiting": 0, "done": 1, "cancelled": 0,
    }  # fmt: skip
    assert (len(columns["open"].cards), columns["open"].more) == (20, 3)
    assert columns["done"].cards[0].title == "完"


def test_board_sums_the_amounts_that_exist_for_the_person() -> None:
    for name, stage in (("甲", "customer"), ("乙", "customer"), ("丙", "lost")):
        make.summary(make.customer(name, stage=stage), this_year="25000.00")
    by_role = {}
    for role in (Role.DIRECTOR, Role.BUSINESS_DESK):
        query = _query("customers", who=actor(role, role))
        by_role[role] = {
            c.value: [s for _label, s in c.sums]
            for c in board.columns(query, board.field_of(query.catalogue, ""))
        }
    assert by_role[Role.DIRECTOR]["customer"] == ["5.0 万元"]
    assert by_role[Role.DIRECTOR]["lost"] == ["2.5 万元"]
    assert by_role[Role.BUSINESS_DESK]["customer"] == []


@pytest.mark.parametrize("shape", ["board", "calendar"])
@pytest.mark.parametrize("count", [1, 3])
def test_shapes_take_the_same_queries_however_much_they_show(boss: Client, shape: str, count: int) -> None:
    for n in range(count):
        make.activity(make.customer(f"客户{n}"), starts_at=clock.now())
    boss.get(f"/activities/{shape}")
    with CaptureQueriesContext(connection) as seen:
        assert boss.get(f"/activities/{shape}").status_code == 200
    # Session, person, saved views, two of the shell; counts and one column of cards, or the entries.
    assert len(seen) == {"board": 7, "calendar": 6}[shape]


def test_card_moves_with_a_trace_and_can_be_taken_back(boss: Client) -> None:
    task = make.activity(make.customer())
    url = f"/activities/{task.pk}/cell/state"
    answer = boss.post(url, {"value": "waiting", "version": 1}).json()
    task.refresh_from_db()
    assert (task.state, task.version, answer["version"]) == ("waiting", 2, 2)
    boss.post(answer["undo"])
    task.refresh_from_db()
    assert task.state == "open"


def test_second_mover_learns_that_the_card_has_moved(boss: Client) -> None:
    task = make.activity(make.customer())
    url = f"/activities/{task.pk}/cell/state"
    assert boss.post(url, {"value": "waiting", "version": 1}).status_code == 200
    answer = boss.post(url, {"value": "done", "version": 1}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    task.refresh_from_db()
    assert task.state == "waiting"


@pytest.mark.parametrize(("name", "value"), [
    ("state", "nonsense"), ("ends_at", "2020-01-01T00:00"), ("owner", "1"), ("no_such", "1"), ("subject", ""),
])  # fmt: skip
def test_cells_take_only_what_the_form_takes(boss: Client, name: str, value: str) -> None:
    task = make.activity(make.customer(), starts_at=clock.now())
    answer = boss.post(f"/activities/{task.pk}/cell/{name}", {"value": value, "version": 1})
    assert answer.status_code == 400
    task.refresh_from_db()
    assert task.version == 1


def test_entry_moves_to_another_day_and_keeps_its_time(boss: Client) -> None:
    task = make.activity(
        make.customer(), starts_at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    )  # 09:30 in Shanghai
    boss.post(f"/activities/{task.pk}/cell/starts_at", {"day": "2026-03-05", "version": 1})
    task.refresh_from_db()
    assert task.starts_at == datetime(2026, 3, 5, 1, 30, tzinfo=UTC)


def test_month_holds_whole_weeks_and_its_own_entries() -> None:
    make.activity(None, "月初", starts_at=datetime(2026, 2, 28, 16, 30, tzinfo=UTC))  # 1 March in Shanghai
    make.activity(None, "下月", starts_at=datetime(2026, 4, 10, 1, 0, tzinfo=UTC))
    query = _query("activities")
    span = calendar.read(query, calendar.field_of(query.catalogue, ""), "month", "2026-03-15")
    assert (span.first, span.last) == (date(2026, 2, 23), date(2026, 4, 5))
    assert (span.before, span.after) == (date(2026, 2, 28), date(2026, 4, 1))
    assert [(d.day, e.title) for d in span.days for e in d.entries] == [(date(2026, 3, 1), "月初")]
    assert sum(day.inside for day in span.days) == 31


def test_overlap_of_one_person_is_a_conflict_and_of_two_is_none() -> None:
    first, second = person("first"), person("second")
    begin = (clock.now() + timedelta(days=3)).replace(hour=2, minute=0)
    for owner, shift, length in ((first, 0, 60), (first, 30, 60), (second, 30, 60), (first, 120, 30)):
        start = begin + timedelta(minutes=shift)
        make.activity(
            None,
            f"{owner.name}{shift}",
            owner=owner,
            starts_at=start,
            ends_at=start + timedelta(minutes=length),
        )
    query = _query("activities")
    span = calendar.read(query, calendar.field_of(query.catalogue, ""), "day", str(begin.date()))
    marked = {entry.title: entry.conflict for entry in span.days[0].entries}
    assert marked == {"first0": True, "first30": True, "second30": False, "first120": False}


@pytest.mark.parametrize("words", [
    {"at": "0001-01-01"}, {"at": "9999-12-31"}, {"at": "x"}, {"span": "century"}, {"by": "subject"},
    {"by": "owner__password"},
])  # fmt: skip
def test_impossible_calendars_are_refused(boss: Client, words: dict[str, str]) -> None:
    assert boss.get("/activities/calendar", words).status_code == 400


def test_map_counts_places_and_leads_to_their_lists(boss: Client) -> None:
    for name, province, city in (("甲", "安徽省", "合肥市"), ("乙", "安徽省", "芜湖市"), ("丙", "", "")):
        make.summary(make.customer(name, province=province, city=city))
    page = boss.get("/customers/map").content.decode()
    assert re.search(r"安徽省</a></td><td class=\"num\">2<", page)
    inside = tilemap.read(_query("customers"), "安徽省", "/customers", "/customers/map")
    assert [(place.names[0], place.count) for place in inside.places] == [("合肥市", 1), ("芜湖市", 1)]
    listed = boss.get(inside.places[0].url).content.decode()
    assert "甲" in listed
    assert "乙" not in listed


def test_outsiders_see_nothing_in_any_shape() -> None:
    home = unit("Department A")
    customer = make.customer("秘密仪表厂", unit=home)
    make.summary(customer)
    make.activity(customer, "秘密走访", unit=home, starts_at=clock.now())
    client = Client()
    client.force_login(person("b_sales", Role.ACCOUNT_MANAGER, unit("Department B")))
    for url in ("/activities/board", "/activities/calendar", "/customers/board", "/customers/map"):
        page = client.get(url).content.decode()
        assert "秘密" not in page
        assert "合肥" not in page


@pytest.mark.parametrize("shape", ["board", "calendar", "map"])
def test_another_shape_is_a_page_of_its_own_also_when_asked_for_as_a_part(boss: Client, shape: str) -> None:
    slug = "customers" if shape == "map" else "activities"
    answer = boss.get(f"/{slug}/{shape}?q=x", headers={"HX-Request": "true"})
    assert (answer.headers["HX-Redirect"], answer.content) == (f"/{slug}/{shape}?q=x", b"")
