"""Behind the figures, and the members of a filter."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from .conftest import figures, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def test_figures_lead_to_their_lines_and_customers(boss: Client) -> None:
    text = page(
        boss,
        rows="laboratory",
        columns="month_of_year",
        values="billed,lost_customers",
        period="2025",
        compare="yoy",
    )
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a class="cell" href="([^"]+)"', text)]
    lines = [link for link in links if link.startswith("/pivot/lines")]
    answers = {link: boss.get(link).content.decode() for link in lines}
    march = next(link for link in lines if "month_of_year%3A3" in link or "month_of_year:3" in link)
    assert "客户1" in answers[march]
    assert "500.00" in answers[march]
    lost = next(link for link in links if link.startswith("/pivot/customers"))
    assert "客户4" in boss.get(lost).content.decode()


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
