"""The contribution curve for drawing and for the slider: exact in whole cents, fast for 200,000 customers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengke.engines.charts import Stop

if TYPE_CHECKING:
    import pyarrow as pa

RATIOS = range(10, 100)
BARS = 60
POINTS = 240


@dataclass(frozen=True)
class Curve:
    """`stops` for each whole percentage, `bars` (mean of equal slices) and `points` (fraction, share)."""

    customers: int
    total: Decimal
    stops: list[Stop]
    bars: list[float]
    points: list[tuple[float, float]]

    def at(self, ratio: int) -> Stop | None:
        """The head that makes up `ratio` percent."""
        return next((stop for stop in self.stops if stop.ratio == ratio), None)


def curve(contributions: pa.ChunkedArray, *, unit: int = 100) -> Curve:
    """From contributions > 0, largest first, as decimals; `unit` is 100 for money (cents), 1 for counts."""
    import numpy as np

    amounts = _whole(contributions, unit)
    if not len(amounts):
        return Curve(0, Decimal(0), [], [], [])
    held = np.cumsum(amounts)
    return Curve(
        customers=len(amounts),
        total=_amount(held[-1], unit),
        stops=_stops(held, unit),
        bars=[float(part.mean()) / unit for part in np.array_split(amounts, min(BARS, len(amounts)))],
        points=_points(held),
    )


def _whole(contributions: pa.ChunkedArray, unit: int) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    # Decimal times a whole number stays exact; a double would lose cents beyond 90 billion.
    scaled = pc.multiply(
        contributions.cast(pa.decimal128(20, 2)), pa.scalar(Decimal(unit), pa.decimal128(3, 0))
    )
    return scaled.cast(pa.int64()).to_numpy()


def _stops(held: Any, unit: int) -> list[Stop]:
    import numpy as np

    base, count = int(held[-1]), len(held)
    stops = []
    for ratio in RATIOS:
        # The first place whose sum reaches ratio percent: held * 100 >= base * ratio, in whole numbers.
        place = int(np.searchsorted(held, -(-base * ratio // 100)))
        amount = int(held[place])
        stops.append(Stop(ratio, place + 1, (place + 1) / count, _amount(amount, unit), amount / base))
    return stops


def _points(held: Any) -> list[tuple[float, float]]:
    count, base = len(held), float(held[-1])
    # Ranks grow as a square, because the curve bends at its head.
    steps = min(POINTS, count)
    ranks = sorted({max(1, round(count * (i / steps) ** 2)) for i in range(1, steps + 1)} | {count})
    return [(0.0, 0.0), *((rank / count, float(held[rank - 1]) / base) for rank in ranks)]


def _amount(value: Any, unit: int) -> Decimal:
    return Decimal(int(value)) / unit
