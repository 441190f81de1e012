"""How well the items of a dimension hang together, over raters of many teams."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    OutOfRangeError,
    TooFewGroupsError,
    TooFewItemsError,
    TooFewRatersError,
    ZeroVarianceError,
    as_complete,
    as_ratings,
    require_confidence,
)
from reports.factor import mcdonald_omega
from reports.grouping import Grouping
from reports.results import Interval

__all__ = [
    "Alpha",
    "alpha_if_dropped",
    "alpha_interval_bonett",
    "alpha_within_teams",
    "cronbach_alpha",
    "item_rest_correlations",
    "mcdonald_omega",
]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Coefficient alpha (at most 1, negative where items disagree) and its interval.

    ``n_raters`` counts the raters it rests on: those who answered every item.
    """

    estimate: float
    interval: Interval
    n_raters: int
    n_items: int


def _alpha(centred: NDArray[np.float64]) -> float:
    """Alpha from centred ratings; the degrees of freedom cancel out."""
    total = centred.sum(axis=1)
    if np.abs(total).max() <= SLACK:
        raise ZeroVarianceError("ratings", len(centred))
    n_items = centred.shape[1]
    share = float((centred**2).sum() / (total**2).sum())
    return float(n_items / (n_items - 1) * (1 - share))


def _feldt(alpha: float, df: int, n_items: int, confidence: float) -> Interval:
    """Feldt's interval: (1 - true alpha) / (1 - alpha) follows an F distribution."""
    from scipy import special

    tail = (1 - confidence) / 2
    upper = special.fdtri(df, df * (n_items - 1), 1 - tail)
    lower = special.fdtri(df, df * (n_items - 1), tail)
    ends = 1 - (1 - alpha) * np.array([upper, lower])
    return Interval(float(ends[0]), float(ends[1]), confidence)


def cronbach_alpha(ratings: NDArray[np.float64], confidence: float = 0.95) -> Alpha:
    """Coefficient alpha over raters, with Feldt's interval.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned. Raters with any
        ``nan`` are left out (listwise).
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Alpha
        ``estimate`` at most 1; below 0 where items contradict each other, often a
        sign of an item that was not turned. With two items it is their
        Spearman-Brown reliability.

    Raises
    ------
    TooFewItemsError
        With fewer than two items.
    TooFewRatersError
        With fewer than two complete raters.
    ZeroVarianceError
        If all complete raters have the same total.

    See Also
    --------
    alpha_within_teams : The same with differences between teams taken out.

    Notes
    -----
    Not for one team: with 8 raters the interval spans most of the range.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests.
    Psychometrika, 16(3), 297-334. Feldt, L. S. (1965). The approximate sampling
    distribution of Kuder-Richardson reliability coefficient twenty. Psychometrika,
    30(3), 357-370. Checked against ``multilevel::cronbach`` 2.7 and
    ``psych::alpha.ci`` 2.2.9 in R 4.2.2; pairwise tools differ where answers miss.
    """
    require_confidence(confidence)
    complete = as_complete(ratings, n_items=2)
    n_raters, n_items = complete.shape
    estimate = _alpha(complete - complete.mean(axis=0))
    interval = _feldt(estimate, n_raters - 1, n_items, confidence)
    return Alpha(estimate, interval, n_raters, n_items)


def alpha_within_teams(
    ratings: NDArray[np.float64], groups: NDArray[Any], confidence: float = 0.95
) -> Alpha:
    """Coefficient alpha of differences inside teams, pooled over the teams.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned. Raters with any
        ``nan`` are left out (listwise).
    groups : ndarray, shape (n_raters,)
        The team of each rater.
    confidence : float
        Of the interval, between 0 and 1.

    Returns
    -------
    Alpha
        Items are centred at their team's mean. ``n_raters`` counts complete raters
        in teams that have two of them; the interval has as many degrees of freedom
        as there are such raters beyond the first of each team.

    Raises
    ------
    TooFewItemsError
        With fewer than two items.
    TooFewGroupsError
        If no team has two complete raters.
    ZeroVarianceError
        If within every team all raters have the same total.

    References
    ----------
    As `cronbach_alpha`. Checked against ``multilevel::cronbach`` 2.7 of items minus
    ``ave(item, team)`` and ``qf`` in R 4.2.2.
    """
    require_confidence(confidence)
    ratings = as_ratings(ratings)
    teams = Grouping.of(groups, np.asarray(np.isfinite(ratings).all(axis=1)))
    sizes = np.bincount(teams.index, minlength=len(teams))
    if not (sizes > 1).any():
        raise TooFewGroupsError(needed=1, got=0)
    n_raters, df = int(sizes[sizes > 1].sum()), int((sizes - 1).sum())
    complete = as_complete(ratings, n_items=2)
    estimate = _alpha(teams.centred(complete))
    n_items = complete.shape[1]
    interval = _feldt(estimate, df, n_items, confidence)
    return Alpha(estimate, interval, n_raters, n_items)


def alpha_interval_bonett(
    estimate: float, n_raters: int, n_items: int, confidence: float = 0.95
) -> Interval:
    """Bonett's interval of alpha, for planning how many raters are needed.

    Parameters
    ----------
    estimate : float
        Alpha, below 1.
    n_raters, n_items : int
        At least 3 raters and 2 items.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        Both ends at most 1; the lower one may be negative and is not cut off.

    Raises
    ------
    TooFewRatersError, TooFewItemsError
        If there are fewer than 3 raters or 2 items.
    OutOfRangeError
        If `estimate` is 1 or more.

    References
    ----------
    Bonett, D. G. (2002). Sample size requirements for testing and estimating
    coefficient alpha. Journal of Educational and Behavioral Statistics, 27(4),
    335-340. Checked against the formula typed into R 4.2.2.
    """
    from scipy import special

    require_confidence(confidence)
    for_variance = 3
    if n_raters < for_variance:
        raise TooFewRatersError(for_variance, n_raters, argument="n_raters")
    if n_items <= 1:
        raise TooFewItemsError(needed=2, got=n_items, argument="n_items")
    if not estimate < 1:
        raise OutOfRangeError("estimate", estimate, -math.inf, 1)
    z = float(special.ndtri((1 + confidence) / 2))
    half = z * math.sqrt(2 * n_items / ((n_items - 1) * (n_raters - 2)))
    centre = math.log(1 - estimate)
    low, high = 1 - math.exp(centre + half), 1 - math.exp(centre - half)
    return Interval(low, high, confidence)


def item_rest_correlations(ratings: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlate each item with the mean of the other items (corrected item-total).

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned. Raters with any
        ``nan`` are left out (listwise).

    Returns
    -------
    ndarray, shape (n_items,)
        From -1 to 1; below 0 the item probably was not turned. Never turn an item on
        this sign alone.

    Raises
    ------
    TooFewItemsError, TooFewRatersError
        With fewer than two items or two complete raters.
    ZeroVarianceError
        If an item, or the rest of one, has no spread.

    References
    ----------
    Nunnally, J. C. & Bernstein, I. H. (1994). Psychometric Theory (3rd ed.).
    Checked against ``multilevel::item.total`` 2.7 in R 4.2.2.
    """
    complete = as_complete(ratings, n_items=2)
    items = complete - complete.mean(axis=0)
    rests = items.sum(axis=1, keepdims=True) - items
    if min(np.abs(items).max(axis=0).min(), np.abs(rests).max(axis=0).min()) <= SLACK:
        raise ZeroVarianceError("ratings", len(items))
    products: NDArray[np.float64] = (items * rests).sum(axis=0)
    correlations: NDArray[np.float64] = products / np.sqrt(
        (items**2).sum(axis=0) * (rests**2).sum(axis=0)
    )
    return correlations


def alpha_if_dropped(ratings: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficient alpha of the other items, for each item.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned. Raters with any
        ``nan`` are left out (listwise).

    Returns
    -------
    ndarray, shape (n_items,)
        Each at most 1.

    Raises
    ------
    TooFewItemsError, TooFewRatersError
        With fewer than three items or two complete raters.
    ZeroVarianceError
        If the totals without one of the items are all the same.

    References
    ----------
    As `cronbach_alpha`. Checked against ``multilevel::item.total`` 2.7 in R 4.2.2.
    """
    complete = as_complete(ratings, n_items=3)
    centred = complete - complete.mean(axis=0)
    others = np.arange(centred.shape[1])
    return np.array([_alpha(centred[:, others != item]) for item in others])
