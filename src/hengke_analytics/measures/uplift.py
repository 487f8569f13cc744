"""Rate of the treated less rate of the others, with an interval (definitions: methods)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

NORMAL_95 = 1.959963984540054


@dataclass(frozen=True)
class Uplift:
    """Rates of both groups and their difference with its 95 % interval; None where a group is empty."""

    treated: int
    treated_rate: float | None
    others: int
    others_rate: float | None
    difference: float | None
    low: float | None
    high: float | None


def uplift(came: int, treated: int, came_anyway: int, others: int) -> Uplift:
    """`came` of `treated` against `came_anyway` of `others`; the interval is Newcombe's, of two Wilson intervals.

    With rate p, Wilson bounds l, u of each group: p₁ − p₂ − sqrt((p₁ − l₁)² + (u₂ − p₂)²), and likewise upwards.
    """
    if not treated or not others:
        return Uplift(treated, _rate(came, treated), others, _rate(came_anyway, others), None, None, None)
    first, second = came / treated, came_anyway / others
    low_1, high_1 = wilson(came, treated)
    low_2, high_2 = wilson(came_anyway, others)
    difference = first - second
    down = sqrt((first - low_1) ** 2 + (high_2 - second) ** 2)
    upwards = sqrt((high_1 - first) ** 2 + (second - low_2) ** 2)
    return Uplift(treated, first, others, second, difference, difference - down, difference + upwards)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, z = count / of, NORMAL_95
    middle = share + z * z / (2 * of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


def _rate(count: int, of: int) -> float | None:
    return count / of if of else None
