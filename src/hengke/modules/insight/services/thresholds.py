"""From which probability on names are linked without asking, and what error to expect of other choices."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hengke.engines.access import events, grants
from hengke.engines.access.actor import Actor
from hengke.kernel.errors import InputError
from hengke.modules.insight.models import IdentityRun, Thresholds

if TYPE_CHECKING:
    from hengke_analytics.identity.resolve import Resolution
    from hengke_analytics.identity.settings import Settings

BINS = 1_000
"""Thresholds are set in thousandths, so a histogram of that width answers exactly."""


def current() -> tuple[float, float]:
    """(automatic, review) as last set by a person, else the defaults of the method."""
    from hengke_analytics.identity.settings import Settings

    last = Thresholds.objects.order_by("-pk").first()
    return (last.automatic, last.review) if last else (Settings().automatic, Settings().review)


def settings() -> Settings:
    """Settings of the next run."""
    from hengke_analytics.identity.settings import Settings

    automatic, review = current()
    return Settings(automatic=automatic, review=review)


def apply(automatic: float, review: float, *, actor: Actor) -> Thresholds:
    """Set the thresholds of the next run; InputError unless 0 < review <= automatic < 1."""
    grants.require(actor, "change", "insight.review")
    _check(automatic, review)
    with transaction.atomic():
        row = Thresholds.objects.create(automatic=automatic, review=review, actor_id=actor.user_id)
        events.record(
            "identity.thresholds",
            actor=actor,
            subject=row,
            payload={"automatic": automatic, "review": review},
        )
    return row


def preview(automatic: float, review: float) -> dict[str, Any]:
    """Pairs in each band and the expected errors, from the last run; {} before the first.

    linked_wrong: share of strangers to expect among pairs linked automatically; review_right: share of
    matches among those to review; distinct_missed: share of matches among those left apart.
    """
    _check(automatic, review)
    last = IdentityRun.objects.order_by("-pk").first()
    if last is None:
        return {}
    bands: dict[str, list[tuple[int, float]]] = {"linked": [], "reviewed": [], "distinct": []}
    for place, count, total in last.expected_error["histogram"]:
        lower = place / BINS
        band = "linked" if lower >= automatic else "reviewed" if lower >= review else "distinct"
        bands[band].append((count, total))
    counts = {band: sum(count for count, _ in found) for band, found in bands.items()}
    matches = {band: sum(total for _, total in found) for band, found in bands.items()}
    share = {band: matches[band] / counts[band] if counts[band] else 0.0 for band in bands}
    return {
        **counts,
        "linked_wrong": 1 - share["linked"] if counts["linked"] else 0.0,
        "review_right": share["reviewed"],
        "distinct_missed": share["distinct"],
    }


def summary(found: Resolution) -> dict[str, Any]:
    """Bands of a run and, in thousandths of probability, (bin, pairs, sum of their probabilities)."""
    import numpy as np

    places = np.minimum((found.chances * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    totals = np.bincount(places, weights=found.chances, minlength=BINS)
    histogram = [[int(i), int(counts[i]), round(float(totals[i]), 6)] for i in np.flatnonzero(counts)]
    return {"bands": asdict(found.expected_error), "histogram": histogram}


def _check(automatic: float, review: float) -> None:
    if not 0 < review <= automatic < 1:
        raise InputError(
            "thresholds_order",
            "Linking without asking must begin above reviewing, and both lie between 0 and 1.",
        )
