"""Questions in sentences: gaps, the answer told, and whom it is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.enums import Role

from .conftest import head, log_in, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def _told(page: str) -> str:
    return re.search(r"qs-told.*?<p>(.*?)</p>", page, re.DOTALL)[1]  # type: ignore[index]


def test_every_question_has_an_answer(boss: Client) -> None:
    slugs = re.findall(r'href="/questions/([a-z]+)"', text(boss, "/questions"))
    assert len(slugs) >= 12
    for slug in slugs:
        assert _told(text(boss, f"/questions/{slug}")), slug


def test_who_fell_most_is_told_with_amount_and_rate(boss: Client) -> None:
    page = text(boss, "/questions/fell?who=customer&what=billed&against=yoy&count=5")
    assert _told(page) == (
        "客户4下降最多：−100 元（−100.0%）。其后是客户2 (−50 元)。合计 1,000 元，与对比期间相比 +42.9%。"
    )
    assert "/pivot?rows=customer" in page


def test_nobody_fell_is_said_plainly(boss: Client) -> None:
    assert _told(text(boss, "/questions/fell?who=laboratory")).startswith("该期间没有下降的。")


def test_the_whole_of_what_is_owed(boss: Client) -> None:
    told = _told(text(boss, "/questions/owing?who=customer"))
    assert told.startswith("共有 300 元尚未到款。客户1欠款最多：300 元")


def test_losses_and_gains(boss: Client) -> None:
    told = _told(text(boss, "/questions/flow?who=laboratory"))
    assert told.startswith("上年的客户中有 1 家没有再来，新增 1 家。")


def test_the_period_can_be_another_one(boss: Client) -> None:
    assert "730" in _told(text(boss, "/questions/course?what=billed&period=2024"))


@pytest.mark.parametrize(("query", "status"), [
    ("fell?who=cost", 400), ("fell?who=laboratory&what=tier", 400), ("fell?count=7", 400),
    ("fell?period=soon", 400), ("unknown", 404),
])  # fmt: skip
def test_words_that_are_not_offered_are_refused(boss: Client, query: str, status: int) -> None:
    assert boss.get(f"/questions/{query}").status_code == status


def test_a_laboratory_head_gets_the_own_answer_and_no_tiers(client: Client) -> None:
    page = text(head(client), "/questions/most?who=customer&what=billed")
    assert "客户1居首，为 500 元" in _told(page)
    assert 'value="tier"' not in text(client, "/questions/share")


def test_the_desk_is_offered_no_amounts(client: Client) -> None:
    log_in(client, "desk", Role.BUSINESS_DESK)
    slugs = re.findall(r'href="/questions/([a-z]+)"', text(client, "/questions"))
    assert "rhythm" in slugs
    assert not {"owing", "late", "dear"} & {*slugs}
    assert client.get("/questions/owing").status_code == 404
    assert client.get("/questions/most?what=billed").status_code == 400
    page = text(client, "/questions/rhythm")
    assert "/pivot?" not in page


def test_an_answer_costs_the_same_queries_for_few_and_many(
    boss: Client, django_assert_max_num_queries: Any
) -> None:
    text(boss, "/questions/most?who=customer&count=5")
    with django_assert_max_num_queries(8):
        text(boss, "/questions/most?who=customer&count=20")
