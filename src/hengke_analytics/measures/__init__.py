"""Measures of the customer base: pure functions from Ibis tables of billed lines to tables or exact figures.

Every one reads the fact contract of `facts.py`, from lines or from roll-ups, and is defined in one place.
"""

from hengke_analytics.measures.arrival import arrival
from hengke_analytics.measures.churn import churn, stages
from hengke_analytics.measures.distribution import distribution, yoy, yoy_months
from hengke_analytics.measures.facts import (
    FACTS,
    available_bases,
    available_measures,
    contributions,
    dimensions,
    period_sums,
    place_sums,
    roll_up,
    span,
    two_periods,
)
from hengke_analytics.measures.frequency import frequency
from hengke_analytics.measures.growth import growth, regularity, yearly
from hengke_analytics.measures.intervals import intervals
from hengke_analytics.measures.lost import lost, lost_customers
from hengke_analytics.measures.migration import migration, tier_moves
from hengke_analytics.measures.pareto import pareto, ranked_list, ranking, set_apart
from hengke_analytics.measures.pyramid import pyramid, simulate, tiers
from hengke_analytics.measures.rfm import SEGMENTS, SegmentRule, rfm

__all__ = [
    "FACTS",
    "SEGMENTS",
    "SegmentRule",
    "arrival",
    "available_bases",
    "available_measures",
    "churn",
    "contributions",
    "dimensions",
    "distribution",
    "frequency",
    "growth",
    "intervals",
    "lost",
    "lost_customers",
    "migration",
    "pareto",
    "period_sums",
    "place_sums",
    "pyramid",
    "ranked_list",
    "ranking",
    "regularity",
    "rfm",
    "roll_up",
    "set_apart",
    "simulate",
    "span",
    "stages",
    "tier_moves",
    "tiers",
    "two_periods",
    "yearly",
    "yoy",
    "yoy_months",
]
