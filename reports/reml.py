"""How much teams differ beyond the noise of their means: what is likeliest (REML)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Means around their centre, each weighed by the inverse of its variance."""

    means: NDArray[np.float64]
    weights: NDArray[np.float64]
    centre: float

    @classmethod
    def of(cls, means: NDArray[np.float64], variances: NDArray[np.float64]) -> Self:
        """Weigh the means and find their centre, by generalised least squares."""
        weights = 1 / variances
        return cls(means, weights, float((weights * means).sum() / weights.sum()))

    @property
    def squares(self) -> float:
        """Weighted squares of the distances from the centre."""
        return float((self.weights * (self.means - self.centre) ** 2).sum())

    @property
    def squares_slope(self) -> float:
        """How fast `squares` falls when all variances grow."""
        return float(((self.weights * (self.means - self.centre)) ** 2).sum())

    @property
    def log_determinant(self) -> float:
        """Logarithms of the variances, and of the centre's precision (hence REML)."""
        return float(np.log(self.weights.sum()) - np.log(self.weights).sum())

    @property
    def log_determinant_slope(self) -> float:
        """How fast `log_determinant` grows when all variances grow."""
        whole = self.weights.sum()
        return float(whole - (self.weights**2).sum() / whole)


def _lowest(
    deviance: Callable[[float], float],
    slope: Callable[[float], float],
    noise: NDArray[np.float64],
    spread: float,
) -> float:
    """Find the variance, 0 or more, at which a deviance is lowest.

    That is where its slope turns from falling to rising: 0 exactly if it rises from
    there. With noise of very unequal size there may be several such places.
    """
    from scipy import optimize

    top = 64 * max(float(noise.max()), spread)
    bottom = max(min(float(noise.min()), spread) / 1000, top * 1e-15)
    grid = np.concatenate([[0.0], np.geomspace(bottom, top, num=60)])
    rises = np.array([slope(value) >= 0 for value in grid])
    found = [0.0] if rises[0] else []
    for place in np.flatnonzero(~rises[:-1] & rises[1:]):
        low, high = float(grid[place]), float(grid[place + 1])
        found.append(optimize.brentq(slope, low, high, xtol=1e-12 * bottom))
    return min(found, key=deviance)


def one_way_reml(
    means: NDArray[np.float64],
    noise: NDArray[np.float64],
    within: float,
    n_raters: int,
) -> tuple[float, float]:
    """Variance between teams over that between raters, and the latter.

    `noise` is one over team size, `within` the sum of squares inside teams. Given the
    ratio of both variances, the latter follows from all squares.
    """
    df = n_raters - 1

    def sigma2(weighed: Weighed) -> float:
        return (within + weighed.squares) / df

    def deviance(ratio: float) -> float:
        weighed = Weighed.of(means, ratio + noise)
        return df * math.log(sigma2(weighed)) + weighed.log_determinant

    def slope(ratio: float) -> float:
        weighed = Weighed.of(means, ratio + noise)
        return weighed.log_determinant_slope - weighed.squares_slope / sigma2(weighed)

    spread = df * float(means.var(ddof=1)) / within
    ratio = _lowest(deviance, slope, noise, spread)
    return ratio, sigma2(Weighed.of(means, ratio + noise))


def two_stage_reml(means: NDArray[np.float64], noise: NDArray[np.float64]) -> float:
    """Variance between teams, by restricted maximum likelihood."""

    def deviance(tau2: float) -> float:
        weighed = Weighed.of(means, tau2 + noise)
        return weighed.squares + weighed.log_determinant

    def slope(tau2: float) -> float:
        weighed = Weighed.of(means, tau2 + noise)
        return weighed.log_determinant_slope - weighed.squares_slope

    return _lowest(deviance, slope, noise, float(means.var(ddof=1)))
