"""Seasons of the year and the Spring Festival taken out of series, and put back into their forecasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.forecast.festival import Floats, Months, exposure

YEAR = 12
_CERTAIN = 2.0  # standard errors from which the festival's effect is believed
_YEARS_FOR_FESTIVAL = 4


@dataclass(frozen=True)
class Adjusted:
    """`level` is the adjusted series on the working scale: logarithms where `logs`, else the values themselves.

    `season` is what each calendar month adds there (series x 12), `festival` what a month wholly in the festival
    season would add; `months` number the columns of `level` (series x time).
    """

    level: Floats
    logs: np.ndarray[tuple[int], np.dtype[np.bool_]]
    season: Floats
    festival: Floats
    months: Months

    @property
    def values(self) -> Floats:
        """The adjusted series in its own unit."""
        return np.where(self.logs[:, None], np.exp(np.minimum(self.level, 700)), self.level)

    def restore(self, ahead: Floats) -> Floats:
        """Forecasts in the own unit of the adjusted series, with seasons and festival put back."""
        months = self.months[:, -1:] + np.arange(1, ahead.shape[1] + 1)
        added = _seasons(self.season, months) + self.festival[:, None] * exposure(months)
        logs = self.logs[:, None]
        factor = np.exp(np.where(logs, added, 0.0))
        # A series above zero stays there, whatever its trend.
        return np.where(logs, np.maximum(ahead, 0) * factor, ahead + added)


def adjust(values: Floats, months: Months) -> Adjusted:
    """Seasons by classical decomposition, in logarithms where a series is above zero throughout.

    Detrended by a centred mean over 13 months with half weights at its ends. Each calendar month's mean is drawn
    towards zero as far as it may be chance (James–Stein, after Miller and Williams 2003), so that a series without
    seasons gets none. The festival's effect is the regression of the rest on its exposure, over at least four
    years, kept where it is at least two standard errors, drawn towards zero likewise.
    """
    logs = np.all(values > 0, axis=1)
    level = np.where(logs[:, None], np.log(np.where(logs[:, None], values, 1.0)), values)
    season, festival = np.zeros((len(values), YEAR)), np.zeros(len(values))
    if values.shape[1] >= 2 * YEAR:
        rest = level - _trend(level)
        inside = slice(YEAR // 2, values.shape[1] - YEAR // 2)
        season = _season(rest[:, inside], months[:, inside])
        rest = rest[:, inside] - _seasons(season, months[:, inside])
        if values.shape[1] >= _YEARS_FOR_FESTIVAL * YEAR:
            festival = _festival(rest, exposure(months[:, inside]))
    level = level - _seasons(season, months) - festival[:, None] * exposure(months)
    return Adjusted(level, logs, season, festival, months)


def _trend(level: Floats) -> Floats:
    weights = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    padded = np.pad(level, ((0, 0), (YEAR // 2, YEAR // 2)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, YEAR + 1, axis=1)
    return np.asarray(windows @ weights)


def _season(rest: Floats, months: Months) -> Floats:
    place = months % YEAR
    count = np.stack([(place == month).sum(axis=1) for month in range(YEAR)], axis=1)
    sums = np.stack([np.where(place == month, rest, 0).sum(axis=1) for month in range(YEAR)], axis=1)
    means = sums / np.maximum(count, 1)
    means -= means.mean(axis=1, keepdims=True)
    noise = rest - np.take_along_axis(means, place, axis=1)
    freedom = max(rest.shape[1] - YEAR, 1)
    chance = (noise**2).sum(axis=1) / freedom / np.maximum(count.mean(axis=1), 1)
    spread = (means**2).sum(axis=1) / (YEAR - 1)
    kept = 1 - (YEAR - 3) / (YEAR - 1) * chance / np.maximum(spread, 1e-300)
    return np.asarray(means * np.clip(kept, 0, 1)[:, None])


def _festival(rest: Floats, exposed: Floats) -> Floats:
    power = np.maximum((exposed**2).sum(axis=1), 1e-12)
    effect = (rest * exposed).sum(axis=1) / power
    noise = rest - effect[:, None] * exposed
    error = np.sqrt((noise**2).sum(axis=1) / max(rest.shape[1] - 1, 1) / power)
    sure = np.abs(effect) / np.maximum(error, 1e-300)
    return np.where(sure >= _CERTAIN, effect * (1 - 1 / np.maximum(sure, 1) ** 2), 0.0)


def _seasons(season: Floats, months: Months) -> Floats:
    return np.take_along_axis(season, months % YEAR, axis=1)
