"""How large a difference is, in standard deviations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from reports.errors import require_between, require_confidence
from reports.means import answered, own_variance
from reports.results import Estimate, Interval

# With one degree of freedom the exact correction is 0, whatever the difference.
_LEAST = 3
# Beyond this t the library's noncentral t is off by more than 1e-9.
_FAR = 1000


def _correction(df: int) -> float:
    """Exact small-sample factor J of Hedges, below 1."""
    logs = math.lgamma(df / 2) - math.lgamma((df - 1) / 2)
    return math.exp(logs) / math.sqrt(df / 2)


def _share_below(statistic: float, df: int, centre: float) -> float:
    """Share of the t distribution around `centre` below `statistic`."""
    from scipy import special

    if abs(statistic) <= _FAR:
        below = float(special.nctdtr(df, centre, statistic))
        # Far from the centre the library gives up, where the answer is plainly 0 or 1.
        return float(centre < statistic) if math.isnan(below) else below
    # Farther out it errs: sum over the normal part what the spread's part leaves.
    normal = np.linspace(-9, 9, 181)
    weights = np.exp(-(normal**2) / 2)
    reach = df * np.maximum((normal + centre) / statistic, 0) ** 2
    shares = (special.chdtrc if statistic > 0 else special.chdtr)(df, reach)
    return float((weights * shares).sum() / weights.sum())


def _noncentrality(statistic: float, df: int, share: float) -> float:
    """Noncentrality at which `share` of the t distribution lies below `statistic`."""
    from scipy import optimize

    def off(centre: float) -> float:
        return _share_below(statistic, df, centre) - share

    width = 4.0
    while off(statistic - width) < 0 or off(statistic + width) > 0:
        width *= 2
    return float(optimize.brentq(off, statistic - width, statistic + width, xtol=1e-12))


def _standardised(
    difference: float, root_n: float, df: int, confidence: float
) -> Estimate:
    """Hedges' g with the noncentral t interval; `root_n` turns it into t."""
    require_confidence(confidence)
    tail = (1 - confidence) / 2
    factor, statistic = _correction(df), difference * root_n
    low, high = (
        factor * _noncentrality(statistic, df, share) / root_n
        for share in (1 - tail, tail)
    )
    return Estimate(factor * difference, Interval(low, high, confidence))


def hedges_g(
    sample: NDArray[np.float64], reference: float, confidence: float = 0.95
) -> Estimate:
    """How many standard deviations a mean lies from one fixed value.

    Parameters
    ----------
    sample : ndarray, shape (n,)
        Scale points, or differences of leaders; ``nan`` is left out.
    reference : float
        In the unit of `sample`.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        Positive where the mean is above `reference`; without unit.

    Raises
    ------
    TooFewRatersError
        With fewer than three values.
    ZeroVarianceError
        If all values are alike.

    Notes
    -----
    Not for one team: a small spread makes a huge g, and it gives the spread away.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and
    related estimators. Journal of Educational Statistics, 6(2), 107-128. Checked
    against ``gamma`` and ``uniroot`` over ``pt`` in R 4.2.2, the way of
    ``effectsize::hedges_g``.
    """
    require_between("reference", reference, -math.inf, math.inf)
    given = answered(sample, "sample", needed=_LEAST)
    sd = math.sqrt(own_variance(given, "sample"))
    difference = (float(given.mean()) - reference) / sd
    return _standardised(difference, math.sqrt(given.size), given.size - 1, confidence)


def hedges_g_two(
    a: NDArray[np.float64], b: NDArray[np.float64], confidence: float = 0.95
) -> Estimate:
    """How many pooled standard deviations the means of two sets lie apart.

    Parameters
    ----------
    a, b : ndarray, shape (n,)
        Scale points of separate raters; ``nan`` is left out.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        Positive where the mean of `a` is higher; without unit.

    Raises
    ------
    TooFewRatersError
        With fewer than two values on either side.
    ZeroVarianceError
        If on both sides all values are alike.

    References
    ----------
    As `hedges_g`; pooled standard deviation as in ``effectsize::hedges_g``.
    """
    first, second = answered(a, "a", needed=2), answered(b, "b", needed=2)
    df = first.size + second.size - 2
    inside = np.concatenate([first - first.mean(), second - second.mean()])
    own_variance(inside, "a, b")
    sd = math.sqrt(float((inside**2).sum()) / df)
    difference = float(first.mean() - second.mean()) / sd
    root_n = math.sqrt(first.size * second.size / (df + 2))
    return _standardised(difference, root_n, df, confidence)
