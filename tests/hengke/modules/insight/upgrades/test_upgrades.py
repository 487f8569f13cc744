"""Upgrades: who could rise, what if, plans and their end, first tiers, and who may."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event
from hengke.kernel import clock
from hengke.modules.insight.enums import PlanState
from hengke.modules.insight.models import UpgradePlan
from tests.factories import customers as make
from tests.factories.people import person, unit
from tests.hengke.modules.insight.dashboard.conftest import warehouse as warehouse
from tests.hengke.modules.insight.profit.conftest import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]


def _sent(**change: Any) -> dict[str, Any]:
    until = (clock.today() + timedelta(days=200)).isoformat()
    return {
        "goal": "150",
        "expected": "60.5",
        "budget": "1,000",
        "contact_plan": "每月走访",
        "until": until,
    } | change


def test_who_could_rise_and_what_it_would_bring() -> None:
    # twelve months: 800, 150, 50, 30; of four customers one is at the top, and nobody stands between
    context = client_of(Role.DIRECTOR).get("/upgrades?tier=small&percent=50").context
    told = [(row["name"], row["tier"], row["target"], row["gap"]) for row in context["rising"]]
    assert told == [
        ("客户2", "small", "vip", 650),
        ("客户3", "small", "vip", 750),
        ("客户4", "small", "vip", 770),
    ]
    simulated = context["simulated"]
    assert (simulated.tier, simulated.target) == ("small", "regular")


def test_new_customers_get_a_first_tier() -> None:
    context = client_of(Role.DIRECTOR).get("/upgrades").context
    (new,) = context["newcomers"]
    assert (new["name"], new["contribution"], new["projected"]) == ("客户3", 50, Decimal("202.78"))


def test_a_plan_is_made_watched_and_ended() -> None:
    make.customer("客户3", pk=3)
    client = client_of(Role.DIRECTOR)
    assert "750.00" in client.get("/upgrades/customer/3").content.decode()
    text = client.post("/upgrades/customer/3", _sent(), follow=True).content.decode()
    row = UpgradePlan.objects.get()
    assert (row.before, row.goal, row.expected, row.budget) == (50, 150, Decimal("60.50"), 1_000)
    assert "每月走访" in text
    assert client.get("/upgrades").context["sums"][0]["budget"] == 1_000
    assert client.post("/upgrades/customer/3", _sent()).status_code == 409
    text = client.post(
        f"/upgrades/{row.pk}/end", {"state": "missed", "note": "客户停产"}, follow=True
    ).content.decode()
    assert "客户停产" in text
    row.refresh_from_db()
    assert row.state == PlanState.MISSED
    assert client.post(f"/upgrades/{row.pk}/end", {"state": "missed"}).status_code == 409
    assert [e.kind for e in Event.objects.filter(kind__startswith="plan.").order_by("pk")] == [
        "plan.saved",
        "plan.ended",
    ]


@pytest.mark.parametrize(
    "change",
    [{"until": "2020-01-01"}, {"until": "x"}, {"until": "2999-01-01"}, {"goal": "viel"}, {"budget": "-1"},
     {"contact_plan": " "}, {"contact_plan": "a" * 4_001}],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(change: dict[str, str]) -> None:
    make.customer("客户3", pk=3)
    answer = client_of(Role.DIRECTOR).post("/upgrades/customer/3", _sent(**change))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not UpgradePlan.objects.exists()


def test_at_the_top_there_is_nothing_to_plan() -> None:
    make.customer("客户1", pk=1)
    client = client_of(Role.DIRECTOR)
    assert client.get("/upgrades/customer/1").status_code == 404
    assert [
        client.get(f"/upgrades?{words}").status_code for words in ("tier=vip", "percent=0", "percent=x")
    ] == [400] * 3


def test_roles() -> None:
    home = unit("客户一部")
    me = person("me", Role.ACCOUNT_MANAGER, home)
    make.customer("客户3", pk=3)
    client = Client()
    client.force_login(me)
    assert [client.get(url).status_code for url in ("/upgrades", "/upgrades/customer/3", "/upgrades/1")] == [
        200,
        404,
        404,
    ]
    for role in (Role.LABORATORY_HEAD, Role.BUSINESS_DESK):
        other = client_of(role)
        assert [
            other.get(url).status_code for url in ("/upgrades", "/upgrades/customer/3", "/upgrades/1")
        ] == [403] * 3
    assert Client().get("/upgrades").status_code == 302


def test_the_page_takes_the_same_queries_however_many_plans_run() -> None:
    client, counts = client_of(Role.DIRECTOR), []
    for pk in (3, 4):
        make.customer(f"客户{pk}", pk=pk)
        client.post(f"/upgrades/customer/{pk}", _sent())
        client.get("/upgrades")
        with CaptureQueriesContext(connection) as seen:
            client.get("/upgrades")
        counts.append(len(seen))
    assert counts[0] == counts[1]
