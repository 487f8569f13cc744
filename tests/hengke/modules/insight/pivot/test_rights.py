"""Whose eyes, and hidden words in every place."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from tests.factories.people import person, unit

from .conftest import figures, head, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_an_account_manager_sees_the_customers_of_the_unit(client: Client) -> None:
    from hengke.engines.access.actor import Actor
    from hengke.kernel.period import Period
    from hengke.modules.insight.pivot import rights
    from hengke_analytics.cube import Question, Value, answer

    manager = Actor(user_id=12, role=Role.ACCOUNT_MANAGER, unit_path="/1/12/")
    question = Question(("customer",), (), (Value("billed"),), Period.year(2025))
    grid = answer(question, rights.sources(manager), rights.catalogue(manager)).grid
    assert {node.key: grid.value(node.path, (), Value("billed")) for node in grid.rows.children} == {2: 150}


HIDDEN = (
    "tier",
    "cost",
    "margin",
    "credit_score",
    "password",
    "__class__",
    'a.b";--',
    "read_csv('/etc/passwd')",
)


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("place", ["rows={}", "columns={}", "rows=city&values={}", "rows=city&f={}:x", "rows=city&top={}:3",
                                   "rows=city&field={}&member=x"])  # fmt: skip
def test_hidden_and_unknown_words_answer_alike_everywhere(place: str, name: str, client: Client) -> None:
    """A laboratory head has no tiers; this ledger has no cost; the rest never was."""
    head(client)
    for path in ("/pivot", "/pivot/lines", "/pivot/customers", "/pivot.csv", "/pivot.xlsx", "/pivot/filter"):
        response = client.get(f"{path}?{place.format(quote(name))}")
        assert response.status_code == 400, path
        assert "未知字段" in response.content.decode()
    response = client.get(f"/pivot/ask?who={quote(name)}&what={quote(name)}&how=most")
    assert response.status_code == 400


def test_the_example_of_tiers_is_not_offered_to_whom_they_are_hidden(client: Client) -> None:
    assert "tier" not in page(head(client))


@pytest.mark.parametrize("address", [
    "rows=laboratory&values=billed:profit", "values=billed:change&rows=city", "values=billed:cumulative&rows=city",
    "rows=city&values=customers:cumulative&columns=month", "values=arrival_rate:share", "compare=worst", "chart=3d",
    "period=2025-13", "period=²", "f=%00:x",  "f=year:²", "f=customer:1;drop", "f=month:2025-1",
    "top=city:0", "top=city:x", "top=city:99999", "sort=9", "sort=-x", "rows=city,city", "rows=city&columns=city",
    "rows=year,quarter,month,week,day", "values=" + ",".join(["billed"] * 20), "rows=" + "长" * 5_000,
    "f=customer:" + "9" * 30, "rows=city&sort=--name",
])  # fmt: skip
def test_hostile_addresses_get_words(address: str, boss: Client) -> None:
    response = boss.get(f"/pivot?{address}")
    assert response.status_code == 400, response.content.decode()[:500]
    assert re.search("[一-鿿]", response.content.decode())


def test_words_of_sql_are_only_values(boss: Client) -> None:
    evil = quote("'; ATTACH 'x'; --")
    text = boss.get(f"/pivot?rows=city&values=billed&f=city:{evil}")
    assert text.status_code == 200
    assert "没有符合条件的台账行" in text.content.decode()


def test_a_question_too_large_keeps_its_fields(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from hengke_analytics.cube import asking

    monkeypatch.setattr(asking, "MOST_CELLS", 2)
    response = boss.get("/pivot?rows=city,laboratory&values=billed")
    assert response.status_code == 400
    assert 'data-field="laboratory"' in response.content.decode()


def test_outsiders_are_refused(client: Client) -> None:
    assert client.get("/pivot").status_code == 302
    client.force_login(person("desk", Role.BUSINESS_DESK))
    for path in ("/pivot", "/pivot/lines", "/pivot/customers", "/pivot.xlsx", "/pivot/filter", "/pivot/ask"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("values", "rows"), [("billed", "laboratory"), ("billed,customers,orders", "customer,laboratory")]
)
def test_the_page_asks_the_database_the_same_however_much_it_shows(
    values: str, rows: str, boss: Client, django_assert_max_num_queries: Any
) -> None:
    page(boss, rows=rows, values=values)
    with django_assert_max_num_queries(6):
        page(boss, rows=rows, values=values)


def test_a_file_holds_exact_figures_and_no_formula(boss: Client) -> None:
    response = boss.get("/pivot.xlsx?rows=laboratory&values=billed,arrival_rate&period=2025")
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>550</v>" in sheet
    assert Event.objects.get(kind="exported").payload["rows"] == 3
    text = boss.get("/pivot.csv?rows=laboratory&values=billed&period=2025").content.decode("utf-8-sig")
    assert text.splitlines() == ["检定室,应收", "长度室,550.00", "热工室,450.00", "合计,1000.00"]


def test_texts_of_a_file_are_never_formulas() -> None:
    from hengke.modules.insight.dashboard.workbook import Sheet
    from hengke.modules.insight.pivot import files

    found = Sheet("x", ["=head"], [["=cmd()", 5], ["@sum", None]])
    assert files._csv(found).decode("utf-8-sig").splitlines() == ["'=head", "'=cmd(),5", "'@sum,"]


def test_only_what_may_be_exported_is_exported(client: Client) -> None:
    client.force_login(person("me", Role.ACCOUNT_MANAGER, unit("mine")))
    assert (
        client.get("/pivot.csv?rows=customer&values=billed").status_code == 404
    )  # nothing is this person's own


def test_a_pivot_is_saved_shared_and_put_away(boss: Client) -> None:
    state = "rows=tier&values=billed&chart=pie"
    boss.post("/pivot/keep", {"state": state, "name": "等级一览", "shared": "on"})
    text = page(boss)
    assert "等级一览" in text
    pk = re.search(r"/pivot/kept/(\d+)/delete", text)
    assert pk is not None
    head(boss)
    assert "/pivot?rows=tier" not in page(boss)
    assert boss.post(pk[0]).status_code == 404
    boss.force_login(person("boss2"))
    assert "/pivot?rows=tier" in page(boss)
    assert boss.post("/pivot/keep", {"state": "rows=cost", "name": "x"}).status_code == 400
    assert boss.post("/pivot/keep", {"state": state, "name": " "}).status_code == 400


def test_a_sentence_becomes_an_address(boss: Client) -> None:
    response = boss.get("/pivot/ask?who=laboratory&what=billed&how=fell-yoy&count=5&period=2025")
    assert response.status_code == 302
    assert "compare=yoy" in response["Location"]
    found = figures(boss.get(response["Location"]).content.decode())
    assert {row[0] for row in found} == {"长度室", "热工室", "合计"}
    assert found[0][1] == "+150"
    assert boss.get("/pivot/ask?who=laboratory&what=billed&how=x").status_code == 400


def test_a_filter_is_chosen_from_members(boss: Client) -> None:
    text = boss.get("/pivot/filter?rows=laboratory&values=billed&field=city&f=city:合肥市").content.decode()
    assert re.findall(r'name="f" value="city:([^"]+)"( checked)?', text.split("<fieldset")[1])[0] == (
        "合肥市",
        " checked",
    )
    kept = figures(
        page(
            boss,
            rows="city",
            values="billed",
            f=["city:合肥市", "city:芜湖市"],
            without="city",
            period="2024",
        )
    )
    assert [row[0] for row in kept] == ["蚌埠市", "合计"]


@pytest.mark.parametrize(
    "chart",
    ["bars", "lines", "stacked", "combined", "pie", "radar", "gauge", "funnel", "heat", "map", "pareto"],
)
def test_every_chart_has_a_drawing_and_a_table(chart: str, boss: Client) -> None:
    text = page(
        boss, rows="city", columns="year", values="billed,arrival_rate", period="2024/2025", chart=chart
    )
    drawn = text.split("pv-chart")[1]
    assert "<svg" in drawn
    assert "以表格显示" in drawn
