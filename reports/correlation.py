"""Whether two figures of the same leaders go together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.errors import TooFewRatersError, as_aligned, require_confidence
from reports.means import own_variance, t_p
from reports.results import Interval

# Fisher's standard error is 1 / sqrt(n - 3).
_LEAST = 4


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation, -1 to 1, over ``n`` pairs; ``p`` is two-sided."""

    estimate: float
    interval: Interval
    p: float
    n: int


def _pearson(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Correlation of two arrays that both have spread."""
    first, second = a - a.mean(), b - b.mean()
    lengths = math.sqrt(float((first**2).sum())) * math.sqrt(float((second**2).sum()))
    return min(max(float((first * second).sum()) / lengths, -1.0), 1.0)


def correlation_with_interval(
    a: NDArray[np.float64], b: NDArray[np.float64], confidence: float = 0.95
) -> Correlation:
    """Pearson's correlation of two figures of the same units, Fisher's interval.

    Parameters
    ----------
    a, b : ndarray, shape (n_units,)
        Of the same leaders or teams in the same order, each in its own unit; a pair
        with ``nan`` is left out.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Correlation
        ``estimate`` and interval from -1 to 1; ``p`` from t with n - 2 degrees of
        freedom, two-sided.

    Raises
    ------
    BadInputError
        If the lengths differ.
    TooFewRatersError
        With fewer than four pairs.
    ZeroVarianceError
        If either side has no spread.

    Notes
    -----
    The unit is the leader or the team, never the rater pooled over leaders. Below 8
    pairs the interval spans nearly the whole range.

    References
    ----------
    Fisher, R. A. (1921). On the "probable error" of a coefficient of correlation
    deduced from a small sample. Metron, 1, 3-32. Checked against ``cor.test(a, b)`` in
    R 4.2.2.
    """
    from scipy import special

    require_confidence(confidence)
    first, second = as_aligned(a=a, b=b)
    both = np.isfinite(first) & np.isfinite(second)
    first, second, n = first[both], second[both], int(both.sum())
    if n < _LEAST:
        raise TooFewRatersError(_LEAST, n, "pairs", "a, b")
    own_variance(first, "a")
    own_variance(second, "b")
    r = _pearson(first, second)
    half = float(special.ndtri((1 + confidence) / 2)) / math.sqrt(n - 3)
    with np.errstate(divide="ignore"):
        centre = np.arctanh(r)
        statistic = float(r * np.sqrt((n - 2) / np.float64(1 - r**2)))
    low, high = float(np.tanh(centre - half)), float(np.tanh(centre + half))
    return Correlation(r, Interval(low, high, confidence), t_p(statistic, n - 2), n)
