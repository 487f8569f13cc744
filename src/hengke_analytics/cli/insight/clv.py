"""`insight clv`: who is still a customer, and what each will bring."""

from __future__ import annotations

import argparse
from dataclasses import asdict, astuple
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from hengke_analytics.cli import lines
from hengke_analytics.cli.answer import Answer, amount, give
from hengke_analytics.cli.insight.reading import whole
from hengke_analytics.cli.options import add_as_of, add_files, add_output
from hengke_analytics.files import MONEY

if TYPE_CHECKING:
    from hengke_analytics.mining.value.clv import Holdout, Model, Range, Values
    from hengke_analytics.mining.value.purchases import Days, Floats, Purchases

_EPOCH = date(1970, 1, 1)
_CENT = Decimal("0.01")
_LEVEL = 0.95
_SEED = 20260101  # equal files give equal intervals
_COLUMNS = ("transactions", "transactions_low", "transactions_high", "value", "value_low", "value_high")


def add_options(command: argparse.ArgumentParser) -> None:
    """Columns, how far to look ahead, and the test on weeks held back."""
    add_files(command)
    for role, words in (("customer", "客户列"), ("date", "日期列"), ("amount", "金额列，或两列之积")):
        command.add_argument(f"--{role}", metavar="COL", help=f"{words}（默认按表头判断）")
    command.add_argument("--weeks", type=whole, default=52, metavar="N", help="预计今后几周（默认 52）")
    command.add_argument(
        "--holdout-weeks", type=whole, metavar="N", help="留出最后 N 周检验：只用此前的数据预计这 N 周"
    )
    command.add_argument(
        "--replicates", type=whole, default=100, metavar="N", help="自助抽样次数（默认 100）"
    )
    add_as_of(command)
    add_output(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, fit, answer."""
    from hengke_analytics.mining.value import clv
    from hengke_analytics.mining.value.purchases import by_day, purchases

    facts, _ = lines.read(chosen)
    days = by_day(facts["customer"], facts["date"], facts["amount"])
    last = (chosen.as_of - _EPOCH).days if chosen.as_of else int(days.day.max())
    weeks, until = chosen.weeks, last
    if chosen.holdout_weeks:
        weeks, until = chosen.holdout_weeks, last - 7 * chosen.holdout_weeks
    bought, dice = purchases(days, until), np.random.default_rng(_SEED)
    model = clv.fit(bought)
    models = clv.bootstrap(bought, model, dice, replicates=chosen.replicates)
    found = clv.values(bought, model, models, weeks, dice, level=_LEVEL)
    listed = _listed(days, bought, found)
    payload: dict[str, Any] = {
        "as_of": (_EPOCH + timedelta(until)).isoformat(),
        "weeks": weeks,
        "level": _LEVEL,
        "customers": len(bought.repeats),
        "model": _model(bought, model) | {"intervals": clv.parameter_ranges(models, _LEVEL)},
        "transactions": asdict(found.all_purchases),
        "value": _money_range(found.all_value),
    }
    if chosen.holdout_weeks:
        payload["holdout"] = _holdout(clv.holdout(days, weeks, last))
    payload["list"] = listed.to_pylist()
    give(Answer(payload, listed, _summary(payload)), chosen)


def _model(bought: Purchases, model: Model) -> dict[str, Any]:
    from hengke_analytics.mining.value import bgnbd, clv, gammagamma

    habit, spending = model.habit, model.spending
    return {
        "bg_nbd": asdict(habit) | {"log_likelihood": bgnbd.log_likelihood(bought, habit)},
        "gamma_gamma": asdict(spending)
        | {
            "log_likelihood": gammagamma.log_likelihood(bought, spending),
            "customers": len(gammagamma.spenders(bought)),
            "correlation_with_frequency": clv.spending_depends_on_frequency(bought),
        },
    }


def _listed(days: Days, bought: Purchases, found: Values) -> pa.Table:
    columns = {
        "customer": days.names.take(pa.array(bought.customer)),
        "x": pa.array(bought.repeats.astype(np.int64)),
        "t_x": pa.array(bought.last),
        "T": pa.array(bought.age),
        "mean_amount": _money(bought.spent),
        "alive": pa.array(found.alive),
    }
    numbers = zip(_COLUMNS, astuple(found)[1:7], strict=True)
    columns |= {name: _money(each) if name.startswith("value") else pa.array(each) for name, each in numbers}
    order = np.lexsort((np.arange(len(found.value)), -found.value))
    return pa.table(columns).take(pa.array(order))


def _money(values: Floats) -> pa.Array:
    return pa.array([_cents(value) for value in values.tolist()], MONEY)


def _cents(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_CENT, ROUND_HALF_UP)


def _money_range(found: Range) -> dict[str, Decimal]:
    return {name: _cents(value) for name, value in asdict(found).items()}


def _holdout(found: Holdout) -> dict[str, Any]:
    return asdict(found) | {"value": _cents(found.value), "value_forecast": _cents(found.value_forecast)}


def _summary(payload: dict[str, Any]) -> list[str]:
    times, value, tested = payload["transactions"], payload["value"], payload.get("holdout")
    told = [
        f"截至 {payload['as_of']}　客户 {payload['customers']:,}　今后 {payload['weeks']} 周",
        f"预计 {times['expected']:,.0f} 次（{times['low']:,.0f}～{times['high']:,.0f}），"
        f"金额 {amount(value['expected'])}（{amount(value['low'])}～{amount(value['high'])}）",
    ]
    if tested:
        told.append(
            f"检验：实际 {tested['purchases']:,} 次，预计 {tested['forecast']:,.0f} 次，逐户相关系数 "
            f"{tested['correlation']:.3f}（按过去频率推算为 {tested['naive_correlation']:.3f}）"
        )
    return told
