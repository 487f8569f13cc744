"""What the features of models are called, and how their values are written."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hengke.engines.charts import grouped, percent

Text = str | Promise
DAYS, TIMES, COUNT, YUAN, SHARE, RATIO, YEARS, CHANGE = (
    "days", "times", "count", "yuan", "share", "ratio", "years", "change",
)  # fmt: skip


#: Units that are counted in whole numbers.
WHOLE = frozenset({DAYS, TIMES, COUNT, YEARS})


@dataclass(frozen=True)
class Feature:
    """A name for people, and the unit of the value; words have none."""

    label: Text
    unit: str = ""


FEATURES: dict[str, Feature] = {
    "days_since_first": Feature(gettext_lazy("since the first submission"), DAYS),
    "days_since_last": Feature(gettext_lazy("since the last submission"), DAYS),
    "visits": Feature(gettext_lazy("submissions in all"), TIMES),
    "visits_90": Feature(gettext_lazy("submissions in 90 days"), TIMES),
    "visits_180": Feature(gettext_lazy("submissions in half a year"), TIMES),
    "visits_365": Feature(gettext_lazy("submissions in a year"), TIMES),
    "visits_previous_year": Feature(gettext_lazy("submissions in the year before"), TIMES),
    "years_with_visit": Feature(gettext_lazy("years of submission"), YEARS),
    "interval_median": Feature(gettext_lazy("usual interval between submissions"), DAYS),
    "interval_mean": Feature(gettext_lazy("mean interval between submissions"), DAYS),
    "interval_deviation": Feature(gettext_lazy("spread of the intervals"), DAYS),
    "interval_longest": Feature(gettext_lazy("longest interval"), DAYS),
    "interval_last": Feature(gettext_lazy("last interval"), DAYS),
    "won_back": Feature(gettext_lazy("came back after a long silence")),
    "expected_interval": Feature(gettext_lazy("expected interval"), DAYS),
    "silence": Feature(gettext_lazy("silence against the own interval"), RATIO),
    "churn_threshold": Feature(gettext_lazy("silence from which it counts as gone"), DAYS),
    "billed": Feature(gettext_lazy("billed in all"), YUAN),
    "lines": Feature(gettext_lazy("instruments submitted in all"), COUNT),
    "line_largest": Feature(gettext_lazy("largest single charge"), YUAN),
    "line_mean": Feature(gettext_lazy("mean charge"), YUAN),
    "billed_90": Feature(gettext_lazy("billed in 90 days"), YUAN),
    "billed_180": Feature(gettext_lazy("billed in half a year"), YUAN),
    "billed_year_1": Feature(gettext_lazy("contribution of the last year"), YUAN),
    "billed_year_2": Feature(gettext_lazy("contribution of the year before"), YUAN),
    "billed_year_3": Feature(gettext_lazy("contribution two years before"), YUAN),
    "lines_year_1": Feature(gettext_lazy("instruments submitted in the last year"), COUNT),
    "lines_year_2": Feature(gettext_lazy("instruments submitted in the year before"), COUNT),
    "price_level": Feature(gettext_lazy("charged of the list price"), SHARE),
    "trend_year": Feature(gettext_lazy("growth in a year"), CHANGE),
    "trend_two_years": Feature(gettext_lazy("growth in two years"), CHANGE),
    "trend_half_year": Feature(gettext_lazy("growth in the last half year"), CHANGE),
    "yearly_variation": Feature(gettext_lazy("ups and downs from year to year"), RATIO),
    "laboratories": Feature(gettext_lazy("laboratories used"), COUNT),
    "groups": Feature(gettext_lazy("project groups used"), COUNT),
    "items": Feature(gettext_lazy("kinds of items"), COUNT),
    "services": Feature(gettext_lazy("kinds of services"), COUNT),
    "orders": Feature(gettext_lazy("orders"), COUNT),
    "names": Feature(gettext_lazy("names used"), COUNT),
    "items_year": Feature(gettext_lazy("kinds of items in a year"), COUNT),
    "laboratories_year": Feature(gettext_lazy("laboratories used in a year"), COUNT),
    "province": Feature(gettext_lazy("province")),
    "city": Feature(gettext_lazy("city")),
    "category": Feature(gettext_lazy("category")),
    "industry": Feature(gettext_lazy("industry")),
    "ownership": Feature(gettext_lazy("ownership")),
    "size": Feature(gettext_lazy("size")),
    "arrival": Feature(gettext_lazy("arrival rate"), SHARE),
    "arrival_year": Feature(gettext_lazy("arrival rate of the last year"), SHARE),
    "days_to_pay": Feature(gettext_lazy("mean time to pay"), DAYS),
    "days_to_pay_year": Feature(gettext_lazy("mean time to pay in the last year"), DAYS),
    "days_to_pay_longest": Feature(gettext_lazy("longest time to pay"), DAYS),
    "days_to_pay_deviation": Feature(gettext_lazy("spread of the time to pay"), DAYS),
    "late_share": Feature(gettext_lazy("lines paid late"), SHARE),
    "late_share_year": Feature(gettext_lazy("lines paid late in the last year"), SHARE),
    "open_due": Feature(gettext_lazy("open beyond the terms"), YUAN),
    "open_all": Feature(gettext_lazy("open in all"), YUAN),
    "open_oldest": Feature(gettext_lazy("age of the oldest open bill"), DAYS),
    "days_since_payment": Feature(gettext_lazy("since the last payment"), DAYS),
    "orders_slow": Feature(gettext_lazy("orders paid after 30 days"), SHARE),
    "orders_late": Feature(gettext_lazy("orders paid after the terms"), SHARE),
    "log_wait": Feature(gettext_lazy("usual wait for the money"), RATIO),
    "instruments": Feature(gettext_lazy("instruments"), COUNT),
    "due_180": Feature(gettext_lazy("instruments due in half a year"), COUNT),
    "due_365": Feature(gettext_lazy("instruments due in a year"), COUNT),
    "overdue": Feature(gettext_lazy("instruments beyond their validity"), COUNT),
    "long_overdue": Feature(gettext_lazy("instruments long beyond their validity"), COUNT),
    "next_due": Feature(gettext_lazy("until the next instrument is due"), DAYS),
    "shortest_cycle": Feature(gettext_lazy("shortest calibration cycle"), DAYS),
    "regularity": Feature(gettext_lazy("regularity over the years"), SHARE),
    "billed_per_visit": Feature(gettext_lazy("billed per submission"), YUAN),
}  # fmt: skip


def label(name: str) -> str:
    """What a feature is called; one of somebody's own table by its own name."""
    known = FEATURES.get(name)
    return str(known.label) if known else name


def written(name: str, value: str | None) -> str:
    """A value as a person reads it."""
    if value is None:
        return _("not known")
    unit = FEATURES[name].unit if name in FEATURES else ""
    try:
        number = float(value)
    except ValueError:
        return value
    forms = {
        DAYS: lambda: _("%(n)s days") % {"n": grouped(round(number))},
        YEARS: lambda: _("%(n)s years") % {"n": grouped(round(number))},
        TIMES: lambda: _("%(n)s times") % {"n": grouped(round(number))},
        COUNT: lambda: grouped(round(number)),
        YUAN: lambda: f"¥{grouped(round(number))}",
        SHARE: lambda: percent(number),
        RATIO: lambda: f"{number:.1f}",
        CHANGE: lambda: percent(2.718281828459045**number - 1) if abs(number) < 5 else f"{number:+.1f}",
    }
    return forms[unit]() if unit else value
