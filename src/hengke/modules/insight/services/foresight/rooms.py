"""All rooms in order; each is written down as soon as it is done, so that a cut-off run leaves what it had."""

from __future__ import annotations

from typing import Any

from hengke.modules.insight.services.foresight import correcting, forecast, patterns, value
from hengke.modules.insight.services.reading import Report


def run(report: Report) -> dict[str, Any]:
    """Work everything out on the warehouse in use. Returns counts."""
    made = forecast.run(report)
    for measure in forecast.MEASURES:
        correcting.apply(made, measure)
    valued = value.run(report)
    mined = patterns.run(report)
    return {"offers": mined.offers.count(), "nodes": made.nodes.count(), "customers": valued.outlooks.count()}
