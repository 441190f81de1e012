"""How sure a mean over many leaders is, without assuming a shape."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reports.errors import require_between, require_confidence
from reports.means import answered, own_variance
from reports.results import Interval

# Values drawn at once: memory stays at a few megabytes however many are resampled.
_AT_ONCE = 2**19


def _resampled_means(
    sample: NDArray[np.float64], rng: np.random.Generator, n_resamples: int
) -> NDArray[np.float64]:
    """Draw as many values as there are, with replacement, again and again."""
    rows = max(_AT_ONCE // sample.size, 1)
    means = np.empty(n_resamples)
    for start in range(0, n_resamples, rows):
        block = means[start : start + rows]
        drawn = rng.integers(0, sample.size, size=(block.size, sample.size))
        block[:] = sample[drawn].mean(axis=1)
    return means


def bootstrap_bca(
    sample: NDArray[np.float64],
    rng: np.random.Generator,
    n_resamples: int = 9999,
    confidence: float = 0.95,
) -> Interval:
    """Bootstrap interval of a mean, corrected for bias and skewness (BCa).

    Parameters
    ----------
    sample : ndarray, shape (n,)
        One figure a leader, in any unit; ``nan`` is left out.
    rng : numpy.random.Generator
        With the same seed the interval is the same.
    n_resamples : int
        At least 2 / (1 - `confidence`), so that a resample falls into each tail.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        In the unit of `sample`, never beyond its smallest and largest value.

    Raises
    ------
    TooFewRatersError
        With fewer than two values.
    ZeroVarianceError
        If all values are alike: every resample would be the same.
    OutOfRangeError
        If there are too few resamples for the confidence.

    Notes
    -----
    For 20 leaders or more. In small teams it promises too much (about 80% in place of
    95% at n = 5): use `reports.inference.mean_with_interval` there.

    References
    ----------
    Efron, B. (1987). Better bootstrap confidence intervals. Journal of the American
    Statistical Association, 82(397), 171-185. Checked against ``boot::boot.ci(type =
    "bca")`` 1.3.28.1 in R 4.2.2.
    """
    from scipy import special

    require_confidence(confidence)
    require_between("n_resamples", n_resamples, 2 / (1 - confidence), math.inf)
    given = answered(sample, "sample", needed=2)
    own_variance(given, "sample")
    away = given - given.mean()
    off = _resampled_means(away, rng, n_resamples)
    # Resamples with the very mean of the sample lie half below it, half above, so that
    # mirrored values give the mirrored interval; boot::boot.ci takes all as above.
    noise = 1e-12 * float(np.abs(away).max())
    below = float(np.mean(off < -noise) + np.mean(off <= noise)) / 2
    bias = special.ndtri(np.clip(below, 0.5 / n_resamples, 1 - 0.5 / n_resamples))
    skew = float((away**3).sum()) / (6 * float((away**2).sum()) ** 1.5)
    tail = (1 - confidence) / 2
    reach = bias + special.ndtri(np.array([tail, 1 - tail]))
    levels = special.ndtr(bias + reach / (1 - skew * reach))
    ends = given.mean() + np.quantile(off, levels)
    return Interval(float(ends[0]), float(ends[1]), confidence)
