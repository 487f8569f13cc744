"""The overview's numbers, by hand, and with whose eyes they are seen."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import Event
from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.dashboard import boards, headline, lists, views
from hengke.modules.insight.dashboard.query import Periods, Query
from hengke.modules.insight.services import refresh
from tests.factories.people import person, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
DIRECTOR = Actor(user_id=1, role=Role.DIRECTOR)
LENGTH_HEAD = Actor(user_id=2, role=Role.LABORATORY_HEAD, laboratory="长度室")
MANAGER = Actor(user_id=12, role=Role.ACCOUNT_MANAGER, unit_path="/1/12/")


def _board(actor: Actor = DIRECTOR, **question: Any) -> boards.Board:
    return views.board_of(actor, Query(**question))


def _amounts(actor: Actor = DIRECTOR, chosen: str = "all", **question: Any) -> dict[int, Decimal]:
    found = lists.customers(_board(actor, **question), chosen, 1)
    return {row["customer"]: row["contribution"] for row in found.rows}


def test_the_default_period_is_the_last_year_with_data() -> None:
    board = _board()
    assert (board.periods.this.start.year, board.periods.partial) == (2025, True)
    assert _amounts() == {1: 800, 2: 150, 3: 50}


def test_an_unfinished_year_is_compared_with_the_same_days() -> None:
    periods = _board().periods
    assert str(periods.this.end) == "2025-07-02"
    assert str(periods.last.end) == "2024-07-02"


def test_the_curve_is_exact() -> None:
    curve, _chart, stop = boards.contribution_curve(_board(share=80))
    assert curve.total == 1000
    assert stop is not None
    assert (stop.customers, stop.amount) == (1, 800)
    assert curve.at(81).customers == 2  # type: ignore[union-attr]
    assert curve.points[0] == (0.0, 0.0)
    assert curve.points[-1] == (1.0, 1.0)


def test_every_head_agrees_with_the_list_behind_it() -> None:
    for ratio in (10, 80, 81, 95, 99):
        _curve, _chart, stop = boards.contribution_curve(_board(share=ratio))
        found = _amounts(chosen="head", share=ratio)
        assert stop is not None
        assert (len(found), sum(found.values())) == (stop.customers, stop.amount)


def test_tiers_partition_the_customers_and_lead_to_their_lists() -> None:
    tiers, _chart, _movement = boards.tiers(_board(cuts="34-67-90"))
    assert [t["customers"] for t in tiers] == [1, 1, 1, 0]
    behind = [set(_amounts(chosen=f"tier-{t['tier']}", cuts="34-67-90")) for t in tiers]
    assert behind == [{1}, {2}, {3}, set()]


def test_losses_compare_the_same_days() -> None:
    lost = boards.losses(_board())
    assert (lost["count"], round(lost["share"], 4)) == (1, round(100 / 700, 4))
    assert _amounts(chosen="lost") == {4: 100}  # what customer 4 brought in November is not compared
    assert _amounts(chosen="lost", period="2025-05") == {}


def test_months_and_laboratories_add_up_to_the_total() -> None:
    board = _board()
    laboratories = {row["laboratory"]: row["this"] for row in boards._yoy(board, "laboratory")}
    assert laboratories == {"长度室": 550, "热工室": 450}
    assert sum(row["this"] for row in boards._yoy(board, "province", "city")) == 1000


def test_headline_counts() -> None:
    totals = headline.totals(_board(), _board().periods.this)
    assert (totals["amount"], totals["received"], totals["lines"], totals["customers"]) == (1000, 700, 4, 3)


def test_a_laboratory_head_sees_only_amounts_of_the_own_lines() -> None:
    assert _amounts(LENGTH_HEAD) == {1: 500, 3: 50}
    found = lists.lines(LENGTH_HEAD, _board(LENGTH_HEAD), {}, 1)
    assert {row["laboratory"] for row in found.rows} == {"长度室"}
    assert found.sums["amount"] == 550


def test_a_manager_sees_the_customers_of_the_unit() -> None:
    assert _amounts(MANAGER) == {2: 150}


def test_choosing_another_laboratory_does_not_widen_what_is_seen() -> None:
    with pytest.raises(NotFound):
        _board(LENGTH_HEAD, unit="laboratory:热工室")


def test_lines_name_their_file_and_line() -> None:
    found = lists.lines(DIRECTOR, _board(), {"customer": "3"}, 1)
    assert [(row["file_name"], row["line_no"], row["amount"]) for row in found.rows] == [("a.csv", 7, 50)]


def test_open_amounts() -> None:
    assert _amounts(chosen="open") == {1: 300}


@pytest.mark.parametrize(
    "bad",
    [{"share": "5"}, {"share": "x"}, {"basis": "profit"}, {"cuts": "5-1-20"}, {"cuts": "a"}, {"period": "2025-13"},
     {"source": "1;drop"}, {"from": "2025-02-01", "to": "2025-01-01"}],
)  # fmt: skip
def test_bad_questions_are_refused(bad: dict[str, str], client: Client) -> None:
    with pytest.raises(InputError):
        Query.read(bad)
    client.force_login(person("boss"))
    assert client.get("/overview", bad).status_code == 400


def test_injection_in_words_is_only_a_value(client: Client) -> None:
    client.force_login(person("boss"))
    evil = "'; ATTACH 'x'; --"
    assert client.get("/overview/customers", {"laboratory": evil}).status_code == 200
    assert client.get("/overview", {"unit": f"laboratory:{evil}"}).status_code == 200
    assert client.get("/overview", {"unit": "unit_path:/"}).status_code == 400


def test_the_url_keeps_only_what_differs_from_the_default() -> None:
    query = Query(share=70, unit="laboratory:长度室")
    assert parse_qs(urlsplit("?" + query.url(set="head")).query) == {
        "share": ["70"], "unit": ["laboratory:长度室"], "set": ["head"],
    }  # fmt: skip
    assert Query().url() == ""


def test_a_finished_year_is_taken_whole() -> None:
    from datetime import date

    periods = Periods.of(Query(period="2024"), date(2019, 1, 6), date(2024, 12, 28))
    assert (periods.this.end, periods.partial) == (date(2025, 1, 1), False)


@pytest.mark.parametrize("path", ["/overview", "/overview/customers", "/overview/lines", "/overview.xlsx",
                                  "/overview/customers.xlsx", "/overview/lines.xlsx"])  # fmt: skip
def test_outsiders_are_refused(path: str, client: Client, warehouse: Path) -> None:
    assert client.get(path).status_code == 302
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert client.get(path).status_code == 403


def test_a_manager_exports_the_own_customers_lines_only(client: Client) -> None:
    """Colleagues' customers of the unit may be read, not taken away."""
    me = person("me", Role.ACCOUNT_MANAGER, unit("mine"))
    actor = Actor(user_id=11, role=Role.ACCOUNT_MANAGER, unit_path="/1/12/")
    assert set(_amounts(actor)) == {1, 2, 3}
    board = views.board_of(actor, Query(), action="export")
    assert {row["customer"] for row in lists.customers(board, "all", 1).rows} == {1, 3}
    assert {row["customer"] for row in lists.lines(actor, board, {}, 1, action="export").rows} == {1, 3}
    client.force_login(me)
    assert client.get("/overview/lines.xlsx").status_code == 404  # nothing there is this person's own


@pytest.mark.parametrize("path", [
    "/overview?share=²", "/overview?source=²", "/overview?cuts=NaN-1-2", "/overview?cuts=1e999999999-1-2",
    "/overview?period=0001", "/overview/customers?customer=²", "/overview/lines?laboratory=%00",
    "/overview/lines?customer=" + "9" * 25,
])  # fmt: skip
def test_odd_values_are_refused_not_crashed_on(path: str, client: Client) -> None:
    client.force_login(person("boss"))
    assert client.get(path).status_code == 400


def test_a_laboratory_head_cannot_ask_for_tiers(client: Client) -> None:
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    assert client.get("/overview").status_code == 200
    assert client.get("/overview/customers", {"set": "tier-vip"}).status_code == 404
    assert client.get("/overview/customers.xlsx", {"set": "tier-vip"}).status_code == 404


def test_an_export_is_an_event_and_holds_no_formula(client: Client) -> None:
    import io
    import zipfile

    client.force_login(person("boss"))
    response = client.get("/overview/lines.xlsx")
    assert response["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert Event.objects.get(kind="exported").payload["rows"] == 4


def test_pages_show_the_numbers(client: Client) -> None:
    client.force_login(person("boss"))
    text = client.get("/overview").content.decode()
    assert "hk-pareto" in text
    assert "客户1" in client.get("/overview/customers", {"set": "head"}).content.decode()


def test_the_page_asks_the_database_the_same_however_often(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(person("boss"))
    client.get("/overview")
    with django_assert_max_num_queries(5):
        client.get("/overview")


def test_before_the_first_figures_the_page_says_that_they_are_being_worked_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views.facts, "build_number", lambda: None)
    client.force_login(person("leiter", Role.DIRECTOR))
    sentence = "正在归一名称"
    assert sentence not in client.get("/overview", headers={"Accept-Language": "zh-hans"}).content.decode()
    refresh.ask_for_new(actor=Actor.system())
    assert sentence in client.get("/overview", headers={"Accept-Language": "zh-hans"}).content.decode()
