"""The forecast written down: coherent along every axis, with its day, replaced by the next run."""

from __future__ import annotations

from datetime import date

import pytest

from hengke.kernel.errors import InputError, NotFound
from hengke.modules.insight.models import ForecastNode, Foresight
from hengke.modules.insight.services.foresight import forecast
from hengke.modules.insight.services.foresight.axes import AXES, code_of

from .conftest import LAST, lines, quiet

pytestmark = pytest.mark.usefixtures("warehouse")


def test_parts_add_up_along_every_axis_and_history_is_the_ledger() -> None:
    run = forecast.run(quiet)
    assert run.as_of == date(2025, 12, 1)
    whole = ForecastNode.objects.get(measure="billed", code=code_of("", ()))
    assert sum(whole.history) == sum(row["billed"] for row in lines())
    assert len(whole.ahead["mean"]) == 12
    for axis in AXES:
        tops = ForecastNode.objects.filter(measure="billed", axis=axis.name, above=whole.code)
        sums = [sum(values) for values in zip(*(node.ahead["mean"] for node in tops), strict=True)]
        assert sums == whole.ahead["mean"], axis.name
    assert {tuple(node.path) for node in ForecastNode.objects.filter(measure="lines", axis="place")} == {
        (), ("长度室",), ("热工室",), ("长度室", "卡尺组"), ("长度室", "量块组"), ("热工室", "温度组"),
    }  # fmt: skip


def test_sums_of_the_year_lie_within_their_intervals() -> None:
    forecast.run(quiet)
    for node in ForecastNode.objects.all():
        for said in (node.told["twelve"], node.told["year"]):
            bounds = [said[name] for name in ("low95", "low80", "sum", "high80", "high95")]
            assert bounds == sorted(bounds)
    whole = ForecastNode.objects.get(measure="billed", code=code_of("", ()))
    last_year = sum(whole.history[-12:])
    assert 0.7 * last_year < whole.told["year"]["sum"] < 1.3 * last_year
    assert whole.told["backtest"]["mase"] <= whole.told["backtest"]["naive_mase"]


def test_a_new_run_takes_the_place_of_the_old() -> None:
    first = forecast.run(quiet)
    second = forecast.run(quiet)
    assert list(Foresight.objects.values_list("pk", flat=True)) == [second.pk]
    assert not ForecastNode.objects.filter(run_id=first.pk).exists()


def test_the_horizon_reaches_the_end_of_the_next_year() -> None:
    assert [forecast.horizon_of(LAST), forecast.horizon_of(LAST - 1), forecast.horizon_of(LAST - 11)] == [
        12,
        13,
        23,
    ]


def test_too_short_a_history_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "FEWEST_MONTHS", 60)
    with pytest.raises(InputError, match="60 whole months"):
        forecast.run(quiet)


def test_without_a_warehouse_there_is_nothing_to_forecast(settings: object, tmp_path: object) -> None:
    settings.DATA_DIR = tmp_path / "empty"  # type: ignore[attr-defined, operator]
    with pytest.raises(NotFound):
        forecast.run(quiet)


def test_small_items_stand_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecast, "MOST_ITEMS", 2)
    forecast.run(quiet)
    paths = ForecastNode.objects.filter(measure="billed", axis="item").values_list("path", flat=True)
    assert sorted(path[-1] for path in paths if len(path) == 2) == ["*", "温度计", "量块"]
