"""Customers' voices, by role: figures, the notes behind them, and whose notes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role
from hengke.kernel import clock
from hengke.modules.activities.models import Activity
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import Foresight, NoteReading
from tests.factories.customers import activity, customer
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


def note(run: Foresight, text: str, tone: str, *needs: str, topic: int = 0, days: int = 1) -> Activity:
    of = activity(customer(f"{text[:2]}厂"), text=text, starts_at=clock.now() - timedelta(days=days))
    score = {"positive": 0.5, "neutral": 0.0, "negative": -0.5}[tone]
    NoteReading.objects.create(run=run, activity=of, tone=tone, score=score, topic=topic, needs=list(needs))
    return of


@pytest.fixture
def run() -> Foresight:
    facts = {
        "topics": [["证书", "补证", "报告"], ["培训", "讲课"]],
        "keywords": [{"word": "独家词", "texts": 3}],
    }
    made = Foresight.objects.create(room=Room.NOTES, as_of=date(2025, 12, 31), facts=facts)
    note(made, "投诉证书慢", "negative", "certificate", "urgent")
    note(made, "表扬很满意", "positive", days=40)
    note(made, "安排培训", "neutral", "training", topic=1, days=70)
    return made


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def text(client: Client, url: str = "/voices") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_before_the_first_run(boss: Client) -> None:
    assert "立即测算" in text(boss)


@pytest.mark.usefixtures("run")
def test_figures_lead_to_their_notes(boss: Client) -> None:
    page = text(boss)
    for words in ("满意", "不满", "加急", "培训", "独家词", "证书，补证，报告", "投诉证书慢"):
        assert words in page or words.replace("，", "、") in page, words
    for query, inside in (
        ("tone=negative", "投诉证书慢"),
        ("need=training", "安排培训"),
        ("topic=1", "安排培训"),
    ):
        found = text(boss, f"/voices/notes?{query}")
        assert inside in found
        assert "表扬很满意" not in found
    for wrong in ("", "tone=x", "need=x", "topic=9", "topic=²"):
        assert boss.get(f"/voices/notes?{wrong}").status_code == 400


@pytest.mark.usefixtures("run")
def test_whose_notes_one_sees(client: Client) -> None:
    mine = unit("客户一部")
    Activity.objects.filter(text="安排培训").update(unit=mine)
    client.force_login(person("m", Role.ACCOUNT_MANAGER, mine))
    page = text(client)
    assert "投诉证书慢" not in page
    assert "独家词" not in page
    assert "投诉证书慢" not in text(client, "/voices/notes?tone=negative")
    assert client.get("/voices/notes?topic=0").status_code == 400
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert "投诉证书慢" in text(client)
    client.force_login(person("sys", Role.SYSTEM_ADMINISTRATOR))
    assert client.get("/voices").status_code == 403


def test_queries_do_not_grow_with_notes(boss: Client, run: Foresight) -> None:
    def count(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            text(boss, url)
        return len(seen)

    text(boss)
    before = [count("/voices"), count("/voices/notes?tone=negative")]
    for place in range(3):
        note(run, f"又一{place}投诉", "negative", "urgent")
    assert [count("/voices"), count("/voices/notes?tone=negative")] == before
