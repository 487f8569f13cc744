"""The timeline: what lies where on its days, in which lanes, over the list's filter and with everybody's rights."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.records.reading.catalogue import Catalogue
from hengke.engines.records.reading.listing import Query
from hengke.engines.records.schema import registry
from hengke.engines.records.shapes import axis, calendar
from tests.factories import customers as make
from tests.factories.objects import made
from tests.factories.people import actor, person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def _at(month: int, day: int, hour: int = 2) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def _read(
    address: str = "", *, span: str = "quarter", at: str = "2026-05-10", to: str | None = None
) -> axis.Axis:
    eyes = actor(f"boss{address}{span}{at}{to}")
    query = Query.read(Catalogue(registry.by_slug("activities"), eyes), QueryDict(address))
    by = calendar.field_of(query.catalogue, "")
    return axis.read(query, by, axis.end_of(query.catalogue, by, to), span, at)


def _bars(found: axis.Axis) -> dict[str, tuple[int, int, int]]:
    return {bar.title: (bar.before, bar.days, bar.after) for lane in found.lanes for bar in lane.bars}


def test_bars_begin_and_end_on_their_days() -> None:
    make.activity(None, "一天", starts_at=_at(4, 1))
    make.activity(None, "五天", starts_at=_at(4, 28), ends_at=_at(5, 2))
    make.activity(None, "夜里", starts_at=datetime(2026, 4, 9, 17, 0, tzinfo=UTC))  # 10 April in Shanghai
    make.activity(None, "跨入", starts_at=_at(3, 20), ends_at=_at(4, 3))
    make.activity(None, "跨出", starts_at=_at(6, 29), ends_at=_at(8, 3))
    make.activity(None, "全跨", starts_at=_at(1, 1), ends_at=_at(12, 1))
    make.activity(None, "之前", starts_at=_at(3, 1), ends_at=_at(3, 2))
    make.activity(None, "之后", starts_at=_at(7, 1))
    make.activity(None, "无期")
    found = _read()
    assert (found.first, found.last, found.days) == (date(2026, 4, 1), date(2026, 6, 30), 91)
    assert _bars(found) == {
        "一天": (0, 1, 90), "五天": (27, 5, 59), "夜里": (9, 1, 81), "跨入": (0, 3, 88), "跨出": (89, 2, 0),
        "全跨": (0, 91, 0),
    }  # fmt: skip
    cut = {bar.title: (bar.earlier, bar.later) for lane in found.lanes for bar in lane.bars}
    assert [cut[name] for name in ("跨入", "跨出", "全跨", "五天")] == [
        (True, False), (False, True), (True, True), (False, False),
    ]  # fmt: skip


def test_without_an_end_every_bar_is_a_day() -> None:
    make.activity(None, "五天", starts_at=_at(4, 28), ends_at=_at(5, 2))
    assert _bars(_read(to="-")) == {"五天": (27, 1, 63)}


def test_an_end_before_the_beginning_takes_one_day() -> None:
    make.activity(None, "倒", starts_at=_at(5, 5), ends_at=_at(5, 1))
    assert _bars(_read()) == {"倒": (34, 1, 56)}


@pytest.mark.parametrize(("span", "first", "last", "marks"), [
    ("month", date(2026, 5, 1), date(2026, 5, 31), 31), ("quarter", date(2026, 4, 1), date(2026, 6, 30), 14),
    ("year", date(2026, 1, 1), date(2026, 12, 31), 12),
])  # fmt: skip
def test_every_zoom_covers_its_days_and_leads_to_its_neighbours(
    span: str, first: date, last: date, marks: int
) -> None:
    found = _read(span=span)
    assert (found.first, found.last, len(found.marks)) == (first, last, marks)
    assert sum(mark.days for mark in found.marks) == found.days
    before, after = _read(span=span, at=str(found.before)), _read(span=span, at=str(found.after))
    assert (before.after, after.before) == (first, last)


def test_lanes_are_the_values_of_a_field() -> None:
    first, second = person("甲"), person("乙")
    for name, owner in (("a", first), ("b", second), ("c", first), ("d", None)):
        make.activity(None, name, owner=owner, starts_at=_at(5, 5))
    lanes = [(lane.label, [bar.title for bar in lane.bars]) for lane in _read("group=owner").lanes]
    assert [bars for _label, bars in lanes] == [["b"], ["a", "c"], ["d"]]
    assert [label for label, _bars in lanes[:2]] == ["乙", "甲"]


def test_the_page_shows_filter_links_and_bars(boss: Client) -> None:
    customer = make.customer("合肥厂")
    make.activity(customer, "拜访", kind="visit", starts_at=_at(5, 5), ends_at=_at(5, 7))
    make.activity(None, "来电", kind="call", starts_at=_at(5, 6))
    page = boss.get("/activities/timeline?at=2026-05-10&kind=visit").content.decode()
    assert "拜访" in page
    assert "来电" not in page
    assert "2026-05-05 – 2026-05-07" in page
    assert re.search(r'<td colspan="34"></td><td colspan="3">', page)
    later = re.search(r'rel="next" href="([^"]+)"', page)
    assert later is not None
    assert "kind" in later[1]
    assert "拜访" not in boss.get(later[1].replace("&amp;", "&")).content.decode()
    grouped = boss.get("/activities/timeline?at=2026-05-10&group=customer").content.decode()
    assert "合肥厂" in grouped
    assert 'href="/activities/timeline' in boss.get("/activities").content.decode()


@pytest.mark.parametrize("words", [
    {"span": "century"}, {"at": "x"}, {"at": "9999-12-31"}, {"by": "subject"}, {"to": "subject"},
    {"to": "owner__password"}, {"group": "text"}, {"zoom": "1"},
])  # fmt: skip
def test_impossible_timelines_are_refused(boss: Client, words: dict[str, str]) -> None:
    assert boss.get("/activities/timeline", words).status_code == 400


def test_a_view_is_saved_and_opened_as_a_timeline(boss: Client) -> None:
    answer = boss.post("/activities/views", {"name": "排程", "state": "?group=owner", "shape": "axis"})
    assert answer["Location"].startswith("/activities/timeline?view=s")
    assert boss.get(answer["Location"]).status_code == 200


def test_outsiders_see_no_bar(client: Client) -> None:
    home = unit("Department A")
    make.activity(make.customer("秘密厂", unit=home), "秘密走访", unit=home, starts_at=_at(5, 5))
    client.force_login(person("b_sales", Role.ACCOUNT_MANAGER, unit("Department B")))
    page = client.get("/activities/timeline?at=2026-05-10&group=customer").content.decode()
    assert "秘密" not in page


def test_a_customer_out_of_scope_names_no_lane(client: Client) -> None:
    home = unit("Department A")
    me = person("a_sales", Role.ACCOUNT_MANAGER, home)
    make.activity(make.customer("秘密厂", unit=unit("B")), "走访", owner=me, unit=home, starts_at=_at(5, 5))
    client.force_login(me)
    page = client.get("/activities/timeline?at=2026-05-10&group=customer").content.decode()
    assert "走访" in page
    assert "秘密" not in page


@pytest.mark.parametrize("query", ["", "&group=owner", "&group=customer"])
def test_one_and_three_bars_take_the_same_queries(boss: Client, query: str) -> None:
    counts: list[Any] = []
    for n in range(3):
        make.activity(make.customer(f"{n}厂"), f"走访{n}", owner=person(f"p{n}"), starts_at=_at(5, 5 + n))
        boss.get(f"/activities/timeline?at=2026-05-10{query}")
        with CaptureQueriesContext(connection) as seen:
            boss.get(f"/activities/timeline?at=2026-05-10{query}")
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_the_timeline_is_offered_where_a_day_means_something(boss: Client) -> None:
    for slug in ("customers", "instruments", "activities"):
        shapes = [shape["url"] for shape in boss.get(f"/{slug}").context["shapes"]]
        assert any(url.startswith(f"/{slug}/timeline") for url in shapes), slug
    row = made()  # its rows tell only when they were made and changed
    assert not any("timeline" in shape["url"] for shape in boss.get(f"/{row.slug}").context["shapes"])
