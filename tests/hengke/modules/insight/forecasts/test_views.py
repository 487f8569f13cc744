"""The forecast page by role: figures, drill-down, corrections, file, and what it costs."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hengke.engines.access.enums import Role, UnitKind
from hengke.engines.jobs.models import Job
from hengke.modules.insight.models import ForecastCorrection, ForecastNode
from hengke.modules.insight.services.foresight import correcting
from hengke.modules.insight.services.foresight.axes import code_of
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db
LENGTH = code_of("place", ("长度室",))


def text(client: Client, url: str = "/forecast") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(person("boss"))
    return client


def head(client: Client) -> Client:
    client.force_login(person("head", Role.LABORATORY_HEAD, unit("长度室", UnitKind.LABORATORY)))
    return client


def test_before_the_first_run_the_page_has_a_button(boss: Client, warehouse: object) -> None:
    assert "尚未测算" in text(boss)
    answer = boss.post("/forecast/run")
    assert answer["Location"] == f"/jobs/{Job.objects.get().pk}"
    assert "正在测算" in text(boss)


def test_who_does_not_see_everything_cannot_start_it(client: Client, warehouse: object) -> None:
    assert "立即测算" not in text(head(client))
    assert client.post("/forecast/run").status_code == 403
    assert not Job.objects.exists()


@pytest.mark.usefixtures("run")
def test_the_whole_with_its_laboratories(boss: Client) -> None:
    page = text(boss)
    whole = ForecastNode.objects.get(measure="billed", code=code_of("", ()))
    year = Decimal(whole.told["year"]["sum"]) / 1_000_000
    assert f"2026 年约 {year:.2f} 万元" in page or f"2026 年约 {year:.1f} 万元" in page
    assert "八成把握落在" in page
    assert "若照抄去年同月" in page
    for name in ("长度室", "热工室"):
        assert name in page
    assert "卡尺组" not in page
    assert "卡尺组" in text(boss, f"/forecast?part={LENGTH}")


@pytest.mark.usefixtures("run")
def test_every_axis_and_both_measures(boss: Client) -> None:
    for axis, name in (("unit", "客户一部"), ("item", "校准"), ("region", "安徽省"), ("tier", "小微")):
        assert name in text(boss, f"/forecast?axis={axis}")
    assert "台件" in text(boss, "/forecast?measure=lines")
    for wrong in ("?axis=x", "?measure=x"):
        assert boss.get(f"/forecast{wrong}").status_code == 400
    assert boss.get("/forecast?part=nothing").status_code == 404


@pytest.mark.usefixtures("run")
def test_a_laboratory_head_sees_the_own_laboratory_only(client: Client) -> None:
    head(client)
    page = text(client)
    assert "长度室" in page
    assert "卡尺组" in page
    assert "热工室" not in page
    assert "全院" not in page.split("<main")[1]
    for part in (code_of("place", ("热工室",)), code_of("", ())):
        assert client.get(f"/forecast?part={part}").status_code == 404
    assert client.get("/forecast?axis=tier").status_code == 200  # shown what is in sight instead
    assert "客户层级" not in text(client, "/forecast?axis=tier")


@pytest.mark.usefixtures("run")
def test_the_desk_and_strangers_see_nothing(client: Client) -> None:
    assert client.get("/forecast").status_code == 302
    client.force_login(person("desk", Role.BUSINESS_DESK))
    assert client.get("/forecast").status_code == 403
    assert client.get("/forecast.xlsx").status_code == 403


@pytest.mark.usefixtures("run")
def test_a_correction_from_the_page(boss: Client) -> None:
    form = {"measure": "billed", "axis": "place", "part": LENGTH, "span": "year", "amount": "24,000.50"}
    assert boss.post("/forecast/correct", form).status_code == 400  # without a reason
    boss.post("/forecast/correct", form | {"reason": "新产线投产"})
    row = ForecastCorrection.objects.get()
    assert (row.units, row.months) == (2_400_050, 12)
    page = text(boss, f"/forecast?part={LENGTH}")
    assert "新产线投产" in page
    assert "计入人工修正后为 2.40 万元" in page
    boss.post(f"/forecast/corrections/{row.pk}/withdraw")
    assert "计入人工修正后" not in text(boss, f"/forecast?part={LENGTH}")


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("wrong", [{"amount": "NaN"}, {"amount": "1e99"}, {"span": "²"}, {"span": "9" * 30}])
def test_corrections_that_cannot_be(boss: Client, wrong: dict[str, str]) -> None:
    form = {"part": LENGTH, "span": "year", "amount": "1", "reason": "理由充分"} | wrong
    assert boss.post("/forecast/correct", form).status_code == 400
    assert not ForecastCorrection.objects.exists()


@pytest.mark.usefixtures("run")
def test_who_was_right_stands_on_the_page(boss: Client) -> None:
    node = ForecastNode.objects.get(measure="billed", code=LENGTH)
    ForecastCorrection.objects.create(
        measure="billed", axis="place", code=LENGTH, path=["长度室"], first=correcting.ahead_from(node) - 1, months=1,
        model_units=1, units=node.history[-1], reason="十二月已排满",
    )  # fmt: skip
    assert "谁更准" in text(boss, f"/forecast?part={LENGTH}")


@pytest.mark.usefixtures("run")
def test_the_workbook_has_exact_figures(boss: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(boss.get("/forecast.xlsx").content))
    year = book["明年"]
    whole = ForecastNode.objects.get(measure="billed", code=code_of("", ()))
    assert (year["A2"].value, year["C2"].value) == ("全院", whole.told["year"]["sum"] / 100)
    assert year.max_row == 4
    assert book["逐月走势"].max_row == 1 + 3 * 12


@pytest.mark.usefixtures("run")
def test_the_number_of_queries_does_not_grow_with_the_parts(boss: Client) -> None:
    def count(url: str) -> int:
        text(boss, url)
        with CaptureQueriesContext(connection) as seen:
            text(boss, url)
        return len(seen)

    few, many = count("/forecast?axis=unit"), count("/forecast?axis=region")
    assert abs(few - many) <= 1


def test_no_answer_of_500_for_odd_words(boss: Client, run: Any) -> None:
    for value in ("a\x00b", "长" * 300, "'\"><img>"):
        assert boss.get("/forecast", {"part": value}).status_code in (400, 404)
