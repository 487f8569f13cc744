"""What each customer will probably bring: loyalty, purchases, value, and a share of the institution's next year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengke.modules.customers.models import CustomerSummary
from hengke.modules.insight.enums import Room
from hengke.modules.insight.models import CustomerOutlook, ForecastNode, Foresight
from hengke.modules.insight.services import warehouse
from hengke.modules.insight.services.foresight import runs
from hengke.modules.insight.services.foresight.axes import code_of
from hengke.modules.insight.services.reading import Report
from hengke.modules.insight.services.scoring.writing import may_be_scored

if TYPE_CHECKING:
    import numpy as np

    from hengke_analytics.mining.value.clv import Values
    from hengke_analytics.mining.value.next_year import NextYear
    from hengke_analytics.mining.value.purchases import Days, Purchases

SEED = 20260101  # the same ledger gives the same intervals
LEVEL = 0.8
EPOCH = date(1970, 1, 1)
CHUNK = 500
CENT = Decimal("0.01")


def run(report: Report) -> Foresight:
    """Fit the models and write an outlook for every customer who ever submitted. InputError without any."""
    import numpy as np
    import pyarrow as pa

    from hengke_analytics.mining.value import clv
    from hengke_analytics.mining.value.next_year import WEEKS, next_year
    from hengke_analytics.mining.value.purchases import purchases

    report("Weighing customers", 0, 3)
    days = _days()
    until = int(days.day.max())
    bought, dice = purchases(days, until), np.random.default_rng(SEED)
    model = clv.fit(bought)
    report("Weighing customers", 1, 3)
    found = clv.values(bought, model, clv.bootstrap(bought, model, dice), WEEKS, dice, level=LEVEL)
    report("Weighing customers", 2, 3)
    loyalty = _loyalty(days.names.take(pa.array(bought.customer)).to_pylist())
    ahead = _as_loyal(next_year(days, bought, found, until), loyalty)
    # Two models of the same question: the one that doubts is heard.
    found = replace(found, alive=np.fmin(found.alive, loyalty))
    whole, newcomers = _whole(days, until)
    facts = {
        "whole": whole, "newcomers": newcomers, "weight": ahead.weighed.weight, "kind": ahead.weighed.kind,
        "error": ahead.weighed.error, "naive_error": ahead.weighed.naive_error,
    }  # fmt: skip
    everybody = _rows(days, bought, found, ahead, whole - newcomers, until)
    known = may_be_scored()
    rows = [row for row in everybody if row["customer_id"] in known]
    # Who is not written about stays in the sum, with those who are not known yet.
    facts["newcomers"] = whole - sum(int(row["next_year"] * 100) for row in rows)
    return runs.write(
        Room.VALUE, EPOCH + timedelta(until), warehouse.number(), facts, lambda made: _store(made, rows)
    )


def _loyalty(customers: list[int]) -> np.ndarray[Any, Any]:
    """The loyalty that the churn model gives each; nan for a customer without any."""
    import numpy as np

    known = CustomerSummary.objects.filter(laboratory="").exclude(loyalty=None)
    loyalty = {customer: float(value or 0) for customer, value in known.values_list("customer_id", "loyalty")}
    return np.array([loyalty.get(customer, np.nan) for customer in customers])


def _as_loyal(ahead: NextYear, loyalty: np.ndarray[Any, Any]) -> NextYear:
    """Everything times the loyalty, but the upper bound: who comes after all brings as much as ever.

    Who has none counts as loyal as the others are on average.
    """
    import numpy as np

    usual = float(np.nanmean(loyalty)) if np.isfinite(loyalty).any() else 1.0
    factor = np.where(np.isfinite(loyalty), loyalty, usual)
    return replace(ahead, expected=ahead.expected * factor, low=ahead.low * factor)


def _days() -> Days:
    from hengke_analytics.engine import fetch
    from hengke_analytics.mining.value.purchases import by_day

    table = warehouse.open_current().table("facts_day")
    lines = fetch(table.filter(table.customer.notnull()).select("customer", "date", "amount"))
    return by_day(lines["customer"], lines["date"], lines["amount"])


def _whole(days: Days, until: int) -> tuple[int, int]:
    """Cents of the next twelve months, and those of them that customers will bring who are not known yet.

    The whole is the institution's forecast, by people where they corrected it; customers who are not known yet bring
    the share that customers of less than a year brought last year.
    """
    import numpy as np

    from hengke_analytics.mining.value.next_year import WEEKS
    from hengke_analytics.mining.value.purchases import WEEK

    node = ForecastNode.objects.filter(measure="billed", code=code_of("", ())).first()
    first = np.full(len(days.names), np.iinfo(np.int64).max)
    np.minimum.at(first, days.customer, days.day)
    recent = days.day > until - WEEKS * WEEK
    last = float(days.amount[recent].sum())
    new = float(days.amount[recent & (first[days.customer] > until - WEEKS * WEEK)].sum())
    if first.min() > until - 2 * WEEKS * WEEK:  # in the first year of a ledger everybody looks new
        new = 0.0
    whole = sum((node.ahead.get("corrected") or node.ahead["mean"])[:12]) if node else round(last * 100)
    return whole, round(whole * new / last) if last > 0 else 0


def _rows(
    days: Days, bought: Purchases, found: Values, ahead: NextYear, known: int, until: int
) -> list[dict[str, Any]]:
    import numpy as np

    from hengke_analytics.mining.forecast.spreading import spread
    from hengke_analytics.mining.value.next_year import WEEKS
    from hengke_analytics.mining.value.purchases import WEEK, bought_between

    shares = spread(np.array([known]), ahead.expected[:, None])[:, 0]
    scale = known / 100 / max(float(ahead.expected.sum()), 1e-9)
    last = bought_between(days, until - WEEKS * WEEK, until)[1][bought.customer]
    best, last_on = _best_years(days), _last_days(days)
    names = days.names.to_pylist()
    return [
        {
            "customer_id": names[customer], "alive": float(found.alive[at]), "times": float(found.purchases[at]),
            "times_low": float(found.purchases_low[at]), "times_high": float(found.purchases_high[at]),
            "value": _money(found.value[at]), "value_low": _money(found.value_low[at]),
            "value_high": _money(found.value_high[at]), "next_year": Decimal(int(shares[at])) / 100,
            "next_low": _money(ahead.low[at] * scale), "next_high": _money(ahead.high[at] * scale),
            "last_year": _money(last[at]), "best_year": _money(best[customer]),
            "last_on": EPOCH + timedelta(int(last_on[customer])),
        }
        for at, customer in enumerate(bought.customer.tolist())
    ]  # fmt: skip


def _best_years(days: Days) -> np.ndarray[Any, Any]:
    """What each customer brought in the best calendar year."""
    import numpy as np

    year = days.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    year -= year.min()
    sums = np.zeros((len(days.names), int(year.max()) + 1))
    np.add.at(sums, (days.customer, year), days.amount)
    return np.asarray(sums.max(axis=1))


def _last_days(days: Days) -> np.ndarray[Any, Any]:
    import numpy as np

    last = np.zeros(len(days.names), np.int64)
    np.maximum.at(last, days.customer, days.day)
    return last


def _money(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(CENT)


def _store(made: Foresight, rows: list[dict[str, Any]]) -> None:
    CustomerOutlook.objects.bulk_create((CustomerOutlook(run=made, **row) for row in rows), batch_size=CHUNK)
