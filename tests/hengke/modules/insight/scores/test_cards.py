"""The card of a model: figures beside baselines, words, pictures, drift, history; decisions by those who may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.access.models import Event
from hengke.engines.jobs.models import Job
from hengke.modules.insight.enums import Band, VersionState
from hengke.modules.insight.models import CustomerScore, ModelVersion
from hengke.modules.insight.scores import pictures
from tests.factories import customers as make
from tests.factories.people import person, unit
from tests.factories.scores import score, version

pytestmark = pytest.mark.django_db
TREE = {
    "rows": 100, "class": "0", "probability": {"0": 0.9, "1": 0.1}, "feature": "late_share", "gain": 0.2,
    "branches": [
        {"value": "< 0.25", "node": {"rows": 80, "class": "0", "probability": {"0": 0.98, "1": 0.02}}},
        {"value": "≥ 0.25", "node": {"rows": 20, "class": "1", "probability": {"0": 0.3, "1": 0.7}}},
    ],
}  # fmt: skip


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def test_before_there_is_a_model_it_says_what_to_do_or_why_not(boss: Client) -> None:
    assert "还没有这种模型" in boss.get("/models").content.decode()
    said = {
        "template": "There is too little history before {day} to learn from.",
        "params": {"day": "2025-01-01"},
    }
    refused = {"late": said}
    Job.objects.create(kind="insight.score", title="x", state="done", result={"refused": refused})
    assert "2025-01-01 之前的历史太少" in boss.get("/models?kind=late").content.decode()


def test_the_card_tells_how_good_it_is_beside_the_others_and_why_it_was_chosen(boss: Client) -> None:
    version("churn")
    text = boss.get("/models").content.decode()
    for words in (
        "一个会流失、一个会留下", "神经网络", "逻辑回归", "提升树", "普通逻辑回归", "经验规则", "采用",
        "说的准不准", "能找出多少",
        "沉默时间与自身间隔之比", "第一个版本", "该版本尚未用于评分", "风险达到",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("<figure") == 2
    assert "hk-tree" not in text, "only late payment is told as a tree"


def test_late_payment_is_told_as_a_tree_and_as_rules(boss: Client) -> None:
    row = version("late")
    row.card |= {"tree": TREE}
    row.drift = {"as_of": "2026-01-31", "scores": 0.3, "features": [["silence", 0.4], ["visits_365", 0.05]]}
    row.save()
    text = boss.get("/models?kind=late").content.decode()
    assert "逾期台件占比 ≥ 25%：20 例中 70% 逾期" in text
    assert text.index("≥ 25%：20 例") < text.index("&lt; 25%：80 例"), "the riskiest first"
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="hk-tree"' in text
    assert "<style" not in text
    assert "客户情况与训练时已明显不同" in text
    assert "沉默时间与自身间隔之比 0.40" in text


def test_boundaries_between_whole_numbers_are_whole() -> None:
    assert pictures._branch("visits", "0.5 – 2.5") == "1 次 – 3 次"
    assert pictures._branch("late_share", "< 0.25") == "< 25%"
    assert pictures._branch("own column", "< 0.5") == "< 0.5"


def test_costs_and_bands_are_set_and_everything_follows(boss: Client) -> None:
    row = version("late")
    for name, value in (("甲", 0.05), ("乙", 0.3), ("丙", 0.9)):
        score(make.customer(name), "late", value)
    before = row.threshold["probability"]
    boss.post("/models/late/settings", {"good": "90", "fair": "50", "miss": "50", "alarm": "1"})
    row.refresh_from_db()
    assert row.threshold["probability"] < before, "dearer misses: act earlier"
    assert row.threshold["miss"] == 50
    bands = dict(CustomerScore.objects.order_by("value").values_list("customer__name", "band"))
    assert bands == {"甲": Band.GOOD, "乙": Band.FAIR, "丙": Band.POOR}
    assert Event.objects.get(kind="model.settings").payload["good"] == 0.9
    for wrong in ({"good": "40"}, {"fair": "0"}, {"miss": "0"}, {"alarm": "x"}, {"miss": "nan"}):
        answer = boss.post(
            "/models/late/settings", {"good": "90", "fair": "50", "miss": "50", "alarm": "1"} | wrong
        )
        assert answer.status_code == 400, wrong


def test_a_version_is_put_in_force_retired_and_trained_anew(boss: Client) -> None:
    first, second = version("churn"), version("churn", number=2, state=VersionState.CHALLENGER)
    boss.post(f"/models/versions/{second.pk}/promote")
    assert ModelVersion.objects.get(state=VersionState.CHAMPION) == second
    assert "由boss决定" in boss.get("/models").content.decode()
    boss.post(f"/models/versions/{second.pk}/retire")
    assert not ModelVersion.objects.filter(state=VersionState.CHAMPION).exists()
    assert "第 1 版" in boss.get(f"/models?version={first.number}").content.decode()
    answer = boss.post("/models/churn/train")
    job = Job.objects.latest("pk")
    assert (job.kind, job.arguments["train"]) == ("insight.score", ["churn"])
    assert answer["Location"] == f"/jobs/{job.pk}"


@pytest.mark.parametrize(
    "role", [Role.LABORATORY_HEAD, Role.BUSINESS_DESK, Role.ACCOUNT_MANAGER, Role.AUDIT_ADMINISTRATOR]
)
def test_others_see_and_change_nothing(client: Client, role: str) -> None:
    row = version("churn")
    client.force_login(person("one", role, unit("长度室", UnitKind.LABORATORY)))
    for url in ("/models", "/models/grades", "/models/classify", "/models/classify/1"):
        assert client.get(url).status_code == 403, url
    for url in (
        f"/models/versions/{row.pk}/retire", "/models/churn/train", "/models/churn/settings", "/models/grades/save",
        "/models/grades/file", "/models/classify/ask",
    ):  # fmt: skip
        assert client.post(url, {"good": 90, "fair": 50, "miss": 1, "alarm": 1}).status_code in (400, 403), (
            url
        )
    row.refresh_from_db()
    assert row.state == VersionState.CHAMPION
    assert not Job.objects.exists()


def test_unknown_kinds_and_versions_are_not_found(boss: Client) -> None:
    assert boss.get("/models?kind=loyalty").status_code == 404
    assert boss.post("/models/nonsense/train").status_code == 404
    assert boss.post("/models/versions/99/promote").status_code == 404


def test_queries_do_not_grow_with_the_history(boss: Client) -> None:
    version("churn")
    boss.get("/models")  # the first page of a process prepares more
    counts = []
    for number in (2, 3, 4):
        with CaptureQueriesContext(connection) as seen:
            boss.get("/models")
        counts.append(len(seen))
        version("churn", number=number, state=VersionState.RETIRED)
    assert len(set(counts)) == 1
