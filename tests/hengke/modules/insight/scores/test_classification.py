"""Any property told from behaviour: asked on a page, learned in the background, answered with figures and names."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.jobs import queue
from hengke.engines.jobs.models import Job
from hengke.kernel.errors import InputError
from hengke.modules.customers.models import Customer, CustomerSummary
from hengke.modules.insight.scores.classification import word
from hengke.modules.insight.services.scoring import classifying
from tests.factories.people import person

pytestmark = pytest.mark.django_db
QUESTION = {"label": "category", "positive": "company", "groups": ["payment", "rhythm"], "model": "logistic"}


def test_every_feature_belongs_to_a_group() -> None:
    assert classifying.group_of("orders_late") == "payment"
    assert classifying.group_of("orders") == "breadth"
    assert classifying.group_of("lines_year_1") == "amounts"
    assert classifying.group_of("instruments") == "instruments"
    assert classifying.group_of("days_since_payment") == "payment"
    assert classifying.group_of("days_since_last") == "rhythm"


def test_values_are_those_of_live_customers_and_of_the_whole_institution(warehouse: Path) -> None:
    Customer.objects.filter(pk__lte=3).update(category="company")
    Customer.objects.filter(pk__in=(3, 4)).update(industry="电力")
    CustomerSummary.objects.filter(customer__lte=5, laboratory="").update(tier="vip")
    assert classifying.values("category") == {"company": 3}
    assert classifying.values("tier") == {"vip": 5}
    assert classifying.filled() == "", "one value alone tells nothing apart"
    assert word("tier", "vip") == "VIP"
    assert word("industry", "电力") == "电力"


@pytest.mark.parametrize(
    "wrong", [{"label": "name"}, {"positive": "nobody"}, {"groups": []}, {"groups": ["x"]}, {"model": "auto"}]
)
def test_what_is_not_offered_is_refused(warehouse: Path, wrong: dict[str, object]) -> None:
    Customer.objects.filter(pk__lte=3).update(category="company")
    with pytest.raises(InputError):
        classifying.ask(actor=Actor.system(), **(QUESTION | wrong))  # type: ignore[arg-type]


@pytest.mark.slow
def test_asked_learned_and_answered_with_those_that_are_alike(client: Client, warehouse: Path) -> None:
    """Late payers are institutions, the others companies; the last forty have no category."""
    late = [pk for pk in range(1, 121) if pk % 5 == 0]
    Customer.objects.filter(pk__lte=120).update(category="company")
    Customer.objects.filter(pk__in=late).update(category="institution")
    boss, other = person("boss"), person("other")
    client.force_login(boss)
    page = client.get("/models/classify").content.decode()
    assert "(96)" in page
    client.post("/models/classify/ask", QUESTION | {"positive": "institution"})
    queue.run_waiting()
    job = Job.objects.get(kind="insight.classify")
    assert job.state == "done", job.error
    assert job.result["rows"] == 120
    assert job.result["figures"]["auc"][0] > 0.9
    text = client.get(f"/models/classify/{job.pk}").content.decode()
    assert "从 120 个客户学习，其中 24 个" in text
    assert "hk-tree" in text
    best = [row["customer"] for row in job.result["alike"][:5]]
    assert all(pk > 120 and pk % 5 == 0 for pk in best)
    assert f"客户{best[0]}" in text
    assert f"/models/classify/{job.pk}" in client.get("/models/classify").content.decode()
    client.force_login(other)
    assert client.get(f"/models/classify/{job.pk}").status_code == 404
