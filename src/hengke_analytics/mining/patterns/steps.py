"""From where a pattern ends to where it may go on: the elements that follow, within gap and window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hengke_analytics.mining.patterns.baskets import Codes
from hengke_analytics.mining.patterns.histories import Histories


@dataclass(frozen=True)
class Limits:
    """Days at most between an element and the next (`gap`), and from the first to the last (`window`)."""

    gap: int | None = None
    window: int | None = None


ANY = Limits()


@dataclass(frozen=True)
class Places:
    """Elements in which occurrences of a pattern end, ascending, and the latest day on which each can begin."""

    element: Codes
    start: Codes


def first_places(histories: Histories, element: Codes) -> Places:
    """Where a pattern of one element stands."""
    return Places(element, histories.day[element])


def following(histories: Histories, ends: Places, limits: Limits) -> Places:
    """Elements in which the next element of the pattern may stand.

    The latest start is kept because it leaves the most of the window. Without a window it does not matter, so the
    spans behind the ends are cut to be disjoint.
    """
    if limits == ANY:
        ends = _first_of_each_customer(histories, ends)
        element, _ = spread(ends.element + 1, histories.beyond[ends.element])
        return first_places(histories, element)
    begin, end = ends.element + 1, _reach(histories, ends, limits)
    if limits.window is None:
        begin[1:] = np.maximum(begin[1:], end[:-1])
        element, _ = spread(begin, end)
        return first_places(histories, element)
    element, origin = spread(begin, end)
    return _latest(element, ends.start[origin])


def spread(begin: Codes, end: Codes) -> tuple[Codes, Codes]:
    """All whole numbers of the spans [begin, end), and which span each belongs to."""
    length = np.maximum(end - begin, 0)
    origin = np.repeat(np.arange(len(begin)), length)
    offset = np.cumsum(length) - length
    return np.arange(len(origin)) + (begin - offset)[origin], origin


def _first_of_each_customer(histories: Histories, ends: Places) -> Places:
    customer = histories.customer[ends.element]
    fresh = np.ones(len(customer), np.bool_)
    fresh[1:] = customer[1:] != customer[:-1]
    return Places(ends.element[fresh], ends.start[fresh])


def _reach(histories: Histories, ends: Places, limits: Limits) -> Codes:
    day = histories.day[ends.element]
    last = np.full_like(day, histories.day.max()) if limits.gap is None else day + limits.gap
    if limits.window is not None:
        last = np.minimum(last, ends.start + limits.window)
    return histories.until(histories.customer[ends.element], last)


def _latest(element: Codes, start: Codes) -> Places:
    order = np.lexsort((-start, element))
    element, start = element[order], start[order]
    fresh = np.ones(len(element), np.bool_)
    fresh[1:] = element[1:] != element[:-1]
    return Places(element[fresh], start[fresh])
