"""Who the customers are: one row of hidden traits (latents) per customer, held as columns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .catalog import cities, trades
from .noise import Floats, Ints
from .seasons import Calendar

NEVER = 1 << 20  # a day that no calendar reaches
SPREAD = 1.38  # sigma of ln(size) within a trade: the largest fifth brings three quarters of the money
HOME_ONLY = frozenset({"person", "shop", "bureau", "clinic", "station"})
EXPECTED_LINES = 5.2  # lines of one instrument in six years, after loss, growth and skipped cycles


@dataclass(frozen=True, slots=True)
class Population:
    """Columns of equal length, one place per customer; days as in `Calendar`, shares in [0, 1].

    `fleet` is the number of instruments in the middle of the demo, `growth` the yearly growth of ln(fleet).
    A customer comes in [start, lost) and again from `back` on. `late` and `wobble` are mean and deviation of
    days after the due date. `agent` numbers who hands in, -1 for none; `renamed` is the day of a new name.
    """

    trade: Ints
    city: Ints
    fleet: Ints
    growth: Floats
    loyalty: Floats
    credit: Floats
    start: Ints
    lost: Ints
    back: Ints
    late: Floats
    wobble: Floats
    renamed: Ints
    agent: Ints

    def __len__(self) -> int:
        return len(self.trade)


def lines_per_customer(customers: int) -> float:
    """Mean ledger lines of a customer: 56 of 1,000, 25 of 200,000 (large markets have long tails)."""
    return min(58.0, max(22.0, 56 - 13.5 * math.log10(customers / 1000)))


def draw(customers: int, seed: int, calendar: Calendar) -> Population:
    rng = np.random.default_rng([seed, 1])
    trade = _choose(rng, [t.share for t in trades()], customers)
    shape = np.array([t.shape for t in trades()])[trade]
    person = shape == "person"
    loyalty = rng.beta(4.5, 2.0, customers)
    growth = rng.normal(0.055, 0.11, customers) + (loyalty - 0.7) * 0.15
    start, lost, back = _life(rng, loyalty, person, calendar)
    growth = np.where(lost < NEVER, growth - 0.09, growth)
    fixed = person | (shape == "bureau")
    return Population(
        trade=trade,
        city=_cities(rng, shape),
        fleet=_fleet(rng, trade, person, lines_per_customer(customers)),
        growth=np.clip(growth, -0.4, 0.45),
        loyalty=loyalty,
        credit=np.where(shape == "bureau", rng.beta(9, 2, customers), rng.beta(5.0, 1.6, customers)),
        start=start,
        lost=lost,
        back=back,
        late=rng.normal(-6, 9, customers) + 14 * (1 - loyalty),
        wobble=rng.gamma(3.0, 2.8, customers),
        renamed=_some_day(rng, customers, 0.09, calendar) + np.where(fixed, NEVER, 0),
        agent=_agents(rng, customers, fixed),
    )


def _choose(rng: np.random.Generator, weights: list[int], size: int) -> Ints:
    p = np.array(weights, dtype=np.float64)
    return rng.choice(len(weights), size=size, p=p / p.sum()).astype(np.int64)


def _cities(rng: np.random.Generator, shape: np.typing.NDArray[np.str_]) -> Ints:
    """Weighted prefectures; who has no reason to travel stays in the home province."""
    anywhere = _choose(rng, [c.weight for c in cities()], len(shape))
    home = _choose(rng, [c.weight if c.home else 0 for c in cities()], len(shape))
    return np.where(np.isin(shape, list(HOME_ONLY)), home, anywhere)


def _fleet(rng: np.random.Generator, trade: Ints, person: np.typing.NDArray[np.bool_], lines: float) -> Ints:
    """Log-normal sizes with a Pareto head, scaled so that the mean customer brings about `lines` lines."""
    size = len(trade)
    raw = np.exp(rng.normal(0, SPREAD, size)) * np.minimum(1 + rng.pareto(3.2, size), 8)
    raw *= np.array([t.scale for t in trades()])[trade]
    few = 1 + (rng.random(size) < 0.15)
    target, scale = lines / EXPECTED_LINES, 1.0
    for _ in range(20):  # rounding up to one instrument shifts the mean: approach it
        fleet = np.where(person, few, np.clip(np.rint(raw * scale), 1, 4000))
        scale *= target / float(fleet.mean())
    return fleet.astype(np.int64)


def _life(
    rng: np.random.Generator, loyalty: Floats, person: np.typing.NDArray[np.bool_], calendar: Calendar
) -> tuple[Ints, Ints, Ints]:
    """First day, day of loss and day of return; a few come once only, one in six of the lost comes back."""
    size = len(loyalty)
    established = (rng.random(size) < 0.72) & ~person
    start = np.where(established, -800, rng.integers(-200, calendar.days - 100, size))
    hazard = 0.012 + 0.55 * (1 - loyalty) ** 2.2
    stay = rng.exponential(1 / hazard) * 365
    once = rng.random(size) < np.where(person, 0.45, np.where(established, 0.0, 0.12))
    lost = np.maximum(start, 0) + np.where(once, 200, stay + 200).astype(np.int64)
    lost = np.where(lost < calendar.days, lost, NEVER)
    returns = (lost < NEVER) & (rng.random(size) < 0.16) & ~once
    back = np.where(returns, lost + rng.integers(480, 900, size), NEVER)
    return start.astype(np.int64), lost, back


def _some_day(rng: np.random.Generator, size: int, share: float, calendar: Calendar) -> Ints:
    """A day within the demo for `share` of the customers, NEVER for the others."""
    day = rng.integers(200, calendar.days - 200, size)
    return np.where(rng.random(size) < share, day, NEVER)


def _agents(rng: np.random.Generator, customers: int, fixed: np.typing.NDArray[np.bool_]) -> Ints:
    """One agent per 150 customers; agents share a twentieth of the customers, the busy ones most of them."""
    agents = max(2, customers // 150)
    weights = 1 / np.arange(1, agents + 1) ** 0.5
    agent = rng.choice(agents, size=customers, p=weights / weights.sum()).astype(np.int64)
    return np.where((rng.random(customers) < 0.055) & ~fixed, agent, -1)
