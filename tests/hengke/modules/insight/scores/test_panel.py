"""Scores on a customer's page: value, band, reasons in words, version, what people set; hidden where they must be."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import User
from hengke.modules.customers.models import Customer
from hengke.modules.insight.enums import Band
from hengke.modules.insight.models import ScoreOverride
from hengke.modules.insight.scores.panel import scores
from tests.factories import customers as make
from tests.factories.people import person, unit
from tests.factories.scores import score

pytestmark = pytest.mark.django_db
URL = "/customers/{}/scores/{}"


@pytest.fixture
def scored() -> Customer:
    customer = make.customer()
    make.summary(customer, "长度室")
    score(customer, "credit", 0.92, band=Band.GOOD, trend=[["2025-10-31", 0.8], ["2025-11-30", 0.9]])
    score(customer, "loyalty", 0.3)
    score(customer, "churn", 0.7, expected_loss="1234.00")
    score(customer, "late", 0.9)
    return customer


def _page(client: Client, customer: Customer, user: User) -> str:
    client.force_login(user)
    return client.get(f"/customers/{customer.pk}").content.decode()


def test_it_says_how_good_why_since_when_and_by_what(client: Client, scored: Customer) -> None:
    text = _page(client, scored, person("boss"))
    panel = text.split('id="scores"')[1].split("</section>")[0]
    for words in (
        "信用度", "忠诚度", "逾期风险", "良好", "截至 2025-12-31", "模型第 1 版", "92%", "近一年送检次数", "6 次",
        "高于 93% 的客户", "流失风险 70%，预期损失每年 ¥1,234", "要求预付",
    ):  # fmt: skip
        assert words in panel, words
    assert panel.count('class="score"') == 3
    assert panel.count('class="end"') == 1, "a trend where there are former values"
    assert "近一年送检次数 6 次（高于 70% 的客户）：减分" in panel


def test_a_reason_against_a_risk_speaks_for_the_customer(scored: Customer) -> None:
    context = scores(Actor.system(), scored)
    assert context is not None
    credit, _loyalty, late = context["cards"]
    assert credit["reasons"][0][0].towards_good > 0 > late["reasons"][0][0].towards_good
    assert credit["reasons"][0][0].sentence.endswith("加分")


def test_set_by_a_person_left_to_the_model_and_undone(client: Client, scored: Customer) -> None:
    user = person("boss")
    client.force_login(user)
    client.post(URL.format(scored.pk, "set"), {"kind": "credit", "grade": "poor", "reason": "诉讼中"})
    text = _page(client, scored, user)
    assert "诉讼中" in text
    assert "模型给出 92%" in text
    undo = text.split("/scores/")[1:]
    assert any("/undo" in part[:20] for part in undo), "the notice offers to take it back"
    client.post(URL.format(scored.pk, "leave"), {"kind": "credit"})
    assert not ScoreOverride.objects.exists()
    client.post(URL.format(scored.pk, "refuse"), {"reason": "来函要求"})
    text = _page(client, scored, user)
    assert "该客户不评分：来函要求" in text
    assert 'class="score"' not in text
    client.post(URL.format(scored.pk, "allow"))
    assert "暂无评分" in _page(client, scored, user)


def test_who_may_not_see_scores_sees_nothing_of_them_and_changes_nothing(
    client: Client, scored: Customer
) -> None:
    laboratory = unit("长度室", UnitKind.LABORATORY)
    for role in (Role.LABORATORY_HEAD, Role.BUSINESS_DESK):
        user = person(f"one {role}", role, laboratory)
        assert 'id="scores"' not in _page(client, scored, user)
        for action in ("set", "leave", "refuse", "allow"):
            answer = client.post(
                URL.format(scored.pk, action), {"kind": "credit", "grade": "poor", "reason": "x"}
            )
            assert answer.status_code == 404, (role, action)
    assert not ScoreOverride.objects.exists()
    client.logout()
    assert client.post(URL.format(scored.pk, "refuse")).status_code == 302


def test_an_account_manager_sees_the_units_scores_and_sets_the_own_ones(
    client: Client, scored: Customer
) -> None:
    north = unit("北部")
    user = person("am", Role.ACCOUNT_MANAGER, north)
    Customer.objects.filter(pk=scored.pk).update(unit=north)
    text = _page(client, scored, user)
    assert 'id="scores"' in text
    assert "score-set" not in text
    assert "/scores/set" not in text
    Customer.objects.filter(pk=scored.pk).update(owner=user)
    assert "/scores/set" in _page(client, scored, user)


def test_lists_show_sort_and_filter_scores_but_not_for_a_laboratory(client: Client, scored: Customer) -> None:
    from hengke.modules.insight.services.scoring import writing

    writing.denormalise()
    client.force_login(person("boss"))
    listed = client.get("/customers?view=late").content.decode()
    assert scored.name in listed
    assert "90%" in listed
    assert scored.name in client.get('/api/v1/customers?filter=["credit","gt","0.9"]').content.decode()
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    assert "90%" not in client.get("/customers?view=late").content.decode()
    answer = client.get(f"/api/v1/customers/{scored.pk}").json()
    assert not {"credit", "loyalty", "churn", "late"} & set(answer)


def test_queries_do_not_grow(scored: Customer) -> None:
    bare = make.customer("乙")
    counts = []
    for customer in (scored, bare):
        with CaptureQueriesContext(connection) as seen:
            scores(Actor.system(), customer)
        counts.append(len(seen))
    assert max(counts) <= 6
