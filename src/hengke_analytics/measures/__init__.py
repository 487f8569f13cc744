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
from hengke_analytics.measures.flow import Passage, flow, moves, stages_at
from hengke_analytics.measures.frequency import frequency
from hengke_analytics.measures.golden import golden
from hengke_analytics.measures.growth import growth, regularity, yearly
from hengke_analytics.measures.intervals import intervals
from hengke_analytics.measures.leaks import leaks, small_orders, undersold
from hengke_analytics.measures.lost import lost, lost_customers
from hengke_analytics.measures.migration import migration, tier_moves
from hengke_analytics.measures.misuse import misuse
from hengke_analytics.measures.pareto import pareto, ranked_list, ranking, set_apart
from hengke_analytics.measures.potential import newcomers, potential
from hengke_analytics.measures.profit import Direct, Rates, profit
from hengke_analytics.measures.pyramid import pyramid, simulate, tiers
from hengke_analytics.measures.rfm import SEGMENTS, SegmentRule, rfm
from hengke_analytics.measures.uplift import Uplift, uplift

__all__ = [
    "FACTS",
    "SEGMENTS",
    "Direct",
    "Passage",
    "Rates",
    "SegmentRule",
    "Uplift",
    "arrival",
    "available_bases",
    "available_measures",
    "churn",
    "contributions",
    "dimensions",
    "distribution",
    "flow",
    "frequency",
    "golden",
    "growth",
    "intervals",
    "leaks",
    "lost",
    "lost_customers",
    "migration",
    "misuse",
    "moves",
    "newcomers",
    "pareto",
    "period_sums",
    "place_sums",
    "potential",
    "profit",
    "pyramid",
    "ranked_list",
    "ranking",
    "regularity",
    "rfm",
    "roll_up",
    "set_apart",
    "simulate",
    "small_orders",
    "span",
    "stages",
    "stages_at",
    "tier_moves",
    "tiers",
    "two_periods",
    "undersold",
    "uplift",
    "yearly",
    "yoy",
    "yoy_months",
]
