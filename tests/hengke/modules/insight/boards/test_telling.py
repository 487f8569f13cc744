"""Answers in sentences, from grids whose every amount is known."""

from __future__ import annotations

import pytest

from hengke.engines.access.actor import Actor
from hengke.modules.insight.boards import telling
from hengke.modules.insight.boards.answers import Asker
from hengke.modules.insight.boards.telling import Tell
from hengke.modules.insight.boards.tiles import state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


@pytest.mark.parametrize(("tell", "query", "expected"), [
    (telling.ranked, "rows=laboratory&values=billed&period=2025",
     "长度室居首，为 550 元。占全部的 55.0%。"),
    (telling.ranked, "rows=customer&values=billed&period=2025&top=customer:1",
     "客户1居首，为 800 元。占全部的 80.0%。"),
    (telling.ranked, "rows=laboratory&values=customers&period=2025", "热工室居首，为 2。其后是长度室 (2)。"),
    (telling.moved, "rows=laboratory&values=billed:difference,billed&period=2025&compare=yoy&top=laboratory:5&sort=-0",
     "热工室增长最多：+150 元（+50.0%）。其后是长度室 (+150 元)。"
     "合计 1,000 元，与对比期间相比 +42.9%。"),
    (telling.years, "rows=year&values=billed&period=ever", "从2024 年的 730 元 变为2025 年的 1,000 元。"),
    (telling.years, "rows=year&values=billed&period=2025", "目前只有一年的数据。"),
    (telling.listed, "rows=laboratory&values=average&period=2025&sort=-0",
     "长度室居首，为 275.00 元；全部为 250.00 元。"),
])  # fmt: skip
def test_what_is_told(actor: Actor, tell: Tell, query: str, expected: str) -> None:
    asker = Asker.of(actor)
    found = asker.ask(state_of(query), patient=True)
    assert found is not None
    assert tell(found[0], asker.names([found[0]])) == expected


def test_an_unfinished_month_is_no_lowest_one(actor: Actor) -> None:
    asker = Asker.of(actor)
    found = asker.ask(
        state_of("rows=month&values=billed&period=2025-03-01/2025-06-15&compare=yoy"), patient=True
    )
    assert found is not None
    told = telling.course(found[0], asker.names([found[0]]))
    assert "最低的是 2025-05，为 150 元" in told
