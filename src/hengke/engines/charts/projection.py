"""From degrees to a drawing: an equal-area conic (Albers) that fits what is to be shown.

Snyder, "Map projections: a working manual" (USGS 1395), formulas 14-1 to 14-6, on the sphere. Inputs are degrees;
outputs are drawing units, x to the right and y down, within `WIDTH`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 800.0
MARGIN = 8.0
TALLEST = 1_000.0
Degrees = tuple[float, float]
Point = tuple[float, float]


@dataclass(frozen=True)
class Projection:
    """A conic of the two standard parallels around a meridian, then scaled and moved into the drawing."""

    meridian: float
    cone: float
    constant: float
    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def __call__(self, longitude: float, latitude: float) -> Point:
        """Where a place lies in the drawing."""
        angle = self.cone * math.radians(longitude - self.meridian)
        radius = (
            math.sqrt(max(0.0, self.constant - 2 * self.cone * math.sin(math.radians(latitude)))) / self.cone
        )
        x, y = radius * math.sin(angle), radius * math.cos(angle)
        return x * self.scale - self.left, y * self.scale - self.top

    def as_json(self) -> list[float]:
        return [self.meridian, self.cone, self.constant, self.scale, self.left, self.top]


def fitting(places: Iterable[Degrees]) -> tuple[Projection, float, float]:
    """The projection in which these places fill a drawing, and the drawing's width and height."""
    known = list(places)
    (west, east), (south, north) = _span(p[0] for p in known), _span(p[1] for p in known)
    sixth = (north - south) / 6
    plain = _conic((west + east) / 2, south + sixth, north - sixth)
    points = [plain(*place) for place in known]
    left, right = _span(p[0] for p in points)
    top, foot = _span(p[1] for p in points)
    scale = min((WIDTH - 2 * MARGIN) / (right - left), (TALLEST - 2 * MARGIN) / (foot - top))
    fitted = Projection(
        plain.meridian, plain.cone, plain.constant, scale, left * scale - MARGIN, top * scale - MARGIN
    )
    return fitted, (right - left) * scale + 2 * MARGIN, (foot - top) * scale + 2 * MARGIN


def _conic(meridian: float, south: float, north: float) -> Projection:
    low, high = math.radians(south), math.radians(north)
    cone = (math.sin(low) + math.sin(high)) / 2
    # Around the equator the cone opens to a cylinder; a hair beside it is drawn the same.
    cone = cone if abs(cone) > 1e-4 else 1e-4
    return Projection(meridian, cone, math.cos(low) ** 2 + 2 * cone * math.sin(low))


def _span(values: Iterable[float]) -> tuple[float, float]:
    """Least and greatest; a single value gets some room around it."""
    found = list(values)
    low, high = min(found), max(found)
    return (low, high) if high - low > 1e-6 else (low - 0.5, high + 0.5)
