"""The page: figures by hand, what it refuses, and what it costs."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from hengke.engines.access.enums import Role
from tests.factories.people import person

from .conftest import figures, head, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_the_first_page_shows_laboratories_against_last_year(boss: Client) -> None:
    assert figures(page(boss)) == [
        ["长度室", "550", "+37.5%", "2", "+100.0%"],
        ["热工室", "450", "+50.0%", "2", "0.0%"],
        ["合计", "1,000", "+42.9%", "3", "0.0%"],
    ]


def test_a_laboratory_head_sees_the_own_lines_only(client: Client) -> None:
    found = figures(page(head(client), rows="laboratory", values="billed,customers", period="2025"))
    assert found == [["长度室", "550", "2"], ["合计", "550", "2"]]
    assert (
        "热工室" not in client.get("/pivot/filter?field=laboratory&rows=city&values=billed").content.decode()
    )
    lines = client.get(
        f"/pivot/lines?f={quote('laboratory:热工室')}&values=billed&period=2025"
    ).content.decode()
    assert "客户" not in re.sub(
        r"<nav.*?</nav>|<thead.*?</thead>", "", lines.split("<tbody>")[1].split("</tbody>")[0]
    )


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


def test_an_estimate_says_so_and_offers_the_exact_figure(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hengke_analytics.cube import asking

    monkeypatch.setattr(asking, "MOST_COUNTED", 1)
    text = page(boss, rows="laboratory", values="customers", period="2025")
    assert "活跃客户（约）" in text
    exact = re.search(r'href="(/pivot\?[^"]*exact=1[^"]*)"', text)
    assert exact is not None
    counted = boss.get(exact[1].replace("&amp;", "&")).content.decode()
    assert "（约）" not in counted
    assert figures(counted)[-1] == ["合计", "3"]
    file = boss.get("/pivot.csv?rows=laboratory&values=customers&period=2025&reason=x").content.decode()
    assert "（约）" not in file
