"""The figures of a part's forecast, as the page, its sentences and its file use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hengke.modules.insight.models import ForecastNode
from hengke.modules.insight.services.foresight.correcting import ahead_from
from hengke.modules.insight.services.foresight.forecast import YEAR


@dataclass(frozen=True)
class Sum:
    """A sum over some months with its intervals."""

    total: int
    near: tuple[int, int]
    far: tuple[int, int]


@dataclass(frozen=True)
class Month:
    """A month ahead: the same one a year before, the model, its intervals, what people made of it."""

    month: int
    before: int | None
    mean: int
    near: tuple[int, int]
    far: tuple[int, int]
    corrected: int | None


@dataclass(frozen=True)
class Figures:
    """Everything that is said of one part; in whole units."""

    months: list[int]
    rows: list[Month]
    this_year: int
    last_twelve: int
    year: Sum
    twelve: Sum
    corrected_year: int | None

    @property
    def next_year(self) -> int:
        return self.months[-1] // YEAR

    @property
    def expected_year(self) -> int:
        """Next year as it is expected now, by people where they said something."""
        return self.year.total if self.corrected_year is None else self.corrected_year

    @property
    def change(self) -> float | None:
        """Next year against what this year comes to; None where this year has nothing."""
        return self.expected_year / self.this_year - 1 if self.this_year > 0 else None

    @classmethod
    def of(cls, node: ForecastNode) -> Figures:
        ahead, first = node.ahead, ahead_from(node)
        months = [first + step for step in range(len(ahead["mean"]))]
        corrected = ahead.get("corrected")
        rest = (corrected or ahead["mean"])[: len(months) - YEAR]
        return cls(
            months,
            [_month(node, step, month) for step, month in enumerate(months)],
            _so_far(node, first) + sum(rest),
            sum(node.history[-YEAR:]),
            _sum(node.told["year"]),
            _sum(node.told["twelve"]),
            sum(corrected[-YEAR:]) if corrected else None,
        )


def _so_far(node: ForecastNode, first: int) -> int:
    """What has come of the year before the last one of the forecast."""
    over = first % YEAR or (YEAR if len(node.ahead["mean"]) == YEAR else 0)
    return sum(node.history[-over:]) if over else 0


def _month(node: ForecastNode, step: int, month: int) -> Month:
    ahead = node.ahead
    place = len(node.history) + step - YEAR
    before = node.history[place] if 0 <= place < len(node.history) else None
    corrected = ahead.get("corrected")
    return Month(
        month, before, ahead["mean"][step], (ahead["low80"][step], ahead["high80"][step]),
        (ahead["low95"][step], ahead["high95"][step]), corrected[step] if corrected else None,
    )  # fmt: skip


def _sum(told: dict[str, Any]) -> Sum:
    return Sum(told["sum"], (told["low80"], told["high80"]), (told["low95"], told["high95"]))
