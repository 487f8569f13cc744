"""Greatest likelihood over parameters that are above zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize

from hengke_analytics.mining.value.purchases import Floats

_FAR = 14.0  # a parameter e^14 times its start has no best value: the data do not show any spread


def maximise(likelihood: Callable[[Floats], tuple[float, Floats]], start: Sequence[float]) -> list[float]:
    """Parameters at which `likelihood` is greatest; it returns its value and its slope by each parameter.

    BFGS on logarithms. Its steps are plain Python on a few numbers; the compiled L-BFGS-B loses milliseconds at
    each to threads that wait for one another.
    """
    begin = np.log(start)

    def loss(logs: Floats) -> tuple[float, Floats]:
        inside = np.clip(logs, begin - _FAR, begin + _FAR)
        values = np.exp(inside)
        height, slope = likelihood(values)
        return -height, np.where(inside == logs, -slope * values, 0.0)

    found = minimize(loss, begin, jac=True, method="BFGS", options={"gtol": 1e-7})
    best: list[float] = np.exp(np.clip(found.x, begin - _FAR, begin + _FAR)).tolist()
    return best
