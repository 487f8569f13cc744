"""Whose eyes, and hidden words in every place."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from hengke.engines.access.enums import Role

from .conftest import head

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
@pytest.mark.parametrize("place", ["rows={}", "columns={}", "rows=city&values={}", "rows=city&f={}:x",
                                   "rows=city&top={}:3", "rows=city&field={}&member=x"])  # fmt: skip
def test_hidden_and_unknown_words_answer_alike_everywhere(place: str, name: str, client: Client) -> None:
    """A laboratory head has no tiers; this ledger has no cost; the rest never was."""
    head(client)
    for path in ("/pivot", "/pivot/lines", "/pivot/customers", "/pivot.csv", "/pivot.xlsx", "/pivot/filter"):
        response = client.get(f"{path}?{place.format(quote(name))}")
        assert response.status_code == 400, path
        assert "未知字段" in response.content.decode()
    response = client.get(f"/pivot/ask?who={quote(name)}&what={quote(name)}&how=most")
    assert response.status_code == 400


@pytest.mark.parametrize(("rows", "source"), [
    ("laboratory,project_group", "facts_laboratory"), ("item,quarter", "facts_item"), ("city,month", "facts_region"),
    ("city,customer", "facts_whole"), ("laboratory,customer", "facts_month"), ("city,day", "facts_day"),
])  # fmt: skip
def test_the_smallest_table_answers_as_the_lines_do(rows: str, source: str) -> None:
    from hengke.engines.access.actor import Actor
    from hengke.kernel.period import Period
    from hengke.modules.insight.pivot import rights
    from hengke_analytics.cube import Question, Value, answer

    director = Actor(user_id=1, role=Role.DIRECTOR)
    question = Question(tuple(rows.split(",")), (), (Value("billed"), Value("received")), Period.year(2025))
    catalogue, sources = rights.catalogue(director), rights.sources(director)
    found = answer(question, sources, catalogue)
    assert found.source == source
    assert found.grid.cells == answer(question, sources[-1:], catalogue).grid.cells


def test_a_table_that_cannot_tell_whose_rows_it_has_is_passed_over() -> None:
    from hengke.engines.access.actor import Actor
    from hengke.modules.insight.pivot import rights

    manager = Actor(user_id=12, role=Role.ACCOUNT_MANAGER, unit_path="/1/12/")
    named = [source.name for source in rights.sources(manager)]
    assert named == ["facts_whole", "facts_month", "facts_day", "facts"]
    laboratory = Actor(user_id=2, role=Role.LABORATORY_HEAD, laboratory="长度室")
    assert {source.name for source in rights.sources(laboratory)} == {*rights.VIEWS} - {"facts_whole"}
