"""Charts of the forecast: the fan of one part, and the short fans of the parts below it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hengke.engines.charts import Chart, FanNames, Svg, fan, fan_line
from hengke.engines.charts import FanAhead as Ahead
from hengke.modules.insight.dashboard.words import Words
from hengke.modules.insight.forecasts.figures import Figures
from hengke.modules.insight.forecasts.words import month_name, units
from hengke.modules.insight.models import ForecastNode

SHOWN_MONTHS = 36
SHORT_MONTHS = 24


def chart(node: ForecastNode, figures: Figures, words: Words) -> Chart:
    """The last three years and the months ahead."""
    past = node.history[-SHOWN_MONTHS:]
    first = figures.months[0]
    labels = [month_name(month) for month in (*range(first - len(past), first), *figures.months)]
    before = [
        None if row.before is None or row.month - 12 < first - len(past) else _of(node, row.before)
        for row in figures.rows
    ]
    corrected = node.ahead.get("corrected") or []
    names = FanNames(
        head=_("Month"), past=pgettext("forecast", "What came"), ahead=_("Expected"), inner=_("four times out of five"),
        outer=_("nineteen times out of twenty"), before=_("same month last year"), corrected=_("corrected by people"),
    )  # fmt: skip
    return fan(
        labels,
        _all(node, past),
        _ahead(node, before, corrected),
        names,
        title=_("Month by month"),
        fmt=words.short,
    )


def short(node: ForecastNode, label: str) -> Svg:
    """Two years and what follows, beside a name."""
    past = _all(node, node.history[-SHORT_MONTHS:])
    return fan_line(_smooth(past), _smoothed_ahead(node), label)


def _ahead(node: ForecastNode, before: Sequence[Decimal | None], corrected: Sequence[int]) -> Ahead:
    bounds = {name: _all(node, node.ahead[name]) for name in ("mean", "low80", "high80", "low95", "high95")}
    return Ahead(
        bounds["mean"], (bounds["low80"], bounds["high80"]), (bounds["low95"], bounds["high95"]), before,
        _all(node, corrected),
    )  # fmt: skip


def _smooth(values: Sequence[Decimal]) -> list[Decimal]:
    """Quarter by quarter: months would be a saw at this size."""
    return [
        sum(values[at : at + 3], Decimal(0)) / len(values[at : at + 3]) for at in range(0, len(values), 3)
    ]


def _smoothed_ahead(node: ForecastNode) -> Ahead:
    named = {
        name: _smooth(_all(node, node.ahead[name])) for name in ("mean", "low80", "high80", "low95", "high95")
    }
    return Ahead(named["mean"], (named["low80"], named["high80"]), (named["low95"], named["high95"]))


def _all(node: ForecastNode, values: Sequence[int]) -> list[Decimal]:
    return [_of(node, value) for value in values]


def _of(node: ForecastNode, value: int) -> Decimal:
    return units(node.measure, value)
