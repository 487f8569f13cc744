"""Declaring costs: what is kept, what is refused in words, and who may."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.modules.insight.models import CostRates
from hengke.modules.insight.services import costs

from .conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
SENT = {
    "winning": "300", "keeping": "", "order": "12.5", "call": "0", "visit": "80",
    "province": ["", "安徽省", ""], "city": ["", "合肥市", ""], "amount": ["500", "20", ""],
    "laboratory": ["", "长度室", "热工室"], "share": ["45", "", ""], "line": ["", "8", ""],
}  # fmt: skip


def test_what_is_declared_holds_from_now_on_and_is_in_the_audit() -> None:
    answer = client_of(Role.DIRECTOR).post("/profit/costs", SENT)
    assert (answer.status_code, answer["Location"]) == (302, "/profit")
    row = costs.current()
    assert row is not None
    assert (row.winning, row.keeping, row.order) == (Decimal(300), Decimal(0), Decimal("12.50"))
    assert row.travel == [["", "", "500.00"], ["安徽省", "合肥市", "20.00"]]
    found = costs.rates(row)
    assert (found.order, found.travel["安徽省", "合肥市"], found.direct[""].share) == (1_250, 2_000, 4_500)
    assert (found.direct["长度室"].line, "热工室" in found.direct) == (800, False)
    assert Event.objects.get(kind="costs.declared").payload["order"] == "12.50"


def test_the_page_shows_what_holds() -> None:
    client = client_of(Role.DIRECTOR)
    client.post("/profit/costs", SENT)
    text = client.get("/profit/costs").content.decode()
    assert 'value="合肥市"' in text
    assert 'value="45.00"' in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"winning": "-1"}, "大于或等于0"), ({"amount": ["x", "", ""]}, "成本请填数字"),
        ({"share": ["2000", "", ""]}, "占应收的比例应在"), ({"line": ["1e30", "", ""]}, "十亿元"),
        ({"laboratory": ["", "", ""], "share": ["1", "2", ""]}, "填写了两次"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(
    change: dict[str, object], words: str
) -> None:
    answer = client_of(Role.DIRECTOR).post("/profit/costs", SENT | change)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not CostRates.objects.exists()


def test_before_anybody_declared_nothing_costs_anything() -> None:
    assert costs.rates(costs.current()).order == 0
    assert costs.states_no_direct_cost(costs.current())


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.LABORATORY_HEAD, Role.BUSINESS_DESK])
def test_others_may_not(role: str) -> None:
    assert client_of(role).post("/profit/costs", SENT).status_code == 403
