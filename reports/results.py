"""Results that several statistics share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided interval in the unit of the estimate it belongs to."""

    low: float
    high: float
    confidence: float = 0.95

    @property
    def half_width(self) -> float:
        """Half of the distance between the ends."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval."""

    estimate: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class ByGroup:
    """One value a group, aligned with ``labels`` (order of first appearance).

    ``values`` holds ``nan`` where the value is not estimable; ``sizes`` counts the
    raters with at least one answer.
    """

    labels: NDArray[Any]
    values: NDArray[np.float64]
    sizes: NDArray[np.intp]
