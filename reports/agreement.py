"""How far the raters of one team see the same thing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    BadInputError,
    OutOfRangeError,
    TooFewRatersError,
    as_ratings,
    as_scores,
    require_between,
    require_on_scale,
)
from reports.grouping import Grouping
from reports.intraclass import IntraclassCorrelation, intraclass_correlation
from reports.judges import ShroutFleiss, shrout_fleiss
from reports.results import ByGroup

__all__ = [
    "IntraclassCorrelation",
    "ShroutFleiss",
    "average_deviation",
    "average_deviation_by_group",
    "awg",
    "awg_by_group",
    "intraclass_correlation",
    "null_variance",
    "rwg_by_group",
    "rwg_j",
    "rwg_j_by_group",
    "rwg_star_j",
    "rwg_star_j_by_group",
    "shrout_fleiss",
]

# Variances of the shapes in which five answer options are chosen, by LeBreton and
# Senter's proportions; for other scales nobody has published proportions.
_FIVE_POINT_NULLS = {
    "slight_skew": 1.34,
    "moderate_skew": 0.90,
    "heavy_skew": 0.44,
    "triangular": 1.32,
    "normal": 1.04,
}
_FIVE = 5


def null_variance(n_points: int, shape: str = "uniform") -> float:
    """Variance of one item's answers if raters answered by chance.

    Parameters
    ----------
    n_points : int
        How many answer options there are, 2 at least.
    shape : str
        ``uniform`` for any `n_points`; ``slight_skew``, ``moderate_skew``,
        ``heavy_skew``, ``triangular`` and ``normal`` for 5.

    Returns
    -------
    float
        In squared points, above 0.

    Raises
    ------
    OutOfRangeError
        With fewer than two options.
    BadInputError
        For a shape that has no published proportions on this scale.

    References
    ----------
    LeBreton, J. M. & Senter, J. L. (2008). Answers to 20 questions about interrater
    reliability and interrater agreement. Organizational Research Methods, 11(4),
    815-852. Checked against their table of proportions.
    """
    require_between("n_points", n_points, 2, math.inf)
    if shape == "uniform":
        return (n_points**2 - 1) / 12
    if n_points != _FIVE or shape not in _FIVE_POINT_NULLS:
        raise BadInputError(f"`shape` {shape!r} is not known for {n_points} points")
    return _FIVE_POINT_NULLS[shape]


def _require_null(null: float) -> None:
    """Refuse a null variance with which nothing can be compared."""
    if not 0 < null < math.inf:
        raise BadInputError(f"`null` is {null:g}; a null variance is above 0")


def _one_group(ratings: NDArray[np.float64]) -> NDArray[np.intp]:
    """Put all raters into one group; refuse ratings without two of one item."""
    ratings = as_ratings(ratings)
    most = int(np.isfinite(ratings).sum(axis=0).max())
    if most <= 1:
        raise TooFewRatersError(2, most, "raters per item", "ratings")
    return np.zeros(len(ratings), dtype=np.intp)


def _mean_over_items(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Average the items that count, group by group; ``nan`` where none does."""
    n_items = np.isfinite(values).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(values, axis=1) / n_items)


def rwg_by_group(
    scores: NDArray[np.float64], groups: NDArray[Any], null: float
) -> ByGroup:
    """Within-group agreement r_wg of every group on one item or score.

    Parameters
    ----------
    scores : ndarray, shape (n_raters,)
        Response-scale points; ``nan`` where a rater gave none.
    groups : ndarray, shape (n_raters,)
        The group of each rater.
    null : float
        Variance expected by chance, in squared points: `null_variance`.

    Returns
    -------
    ByGroup
        Values from 0 (spread as wide as chance, or wider) to 1 (all alike); ``nan``
        for groups with fewer than two scores.

    References
    ----------
    James, L. R., Demaree, R. G. & Wolf, G. (1993). r_wg: An assessment of
    within-group interrater agreement. Journal of Applied Psychology, 78(2), 306-309.
    Checked against ``multilevel::rwg`` 2.7 in R 4.2.2.
    """
    _require_null(null)
    scores, grouping = as_scores(scores), Grouping.of(groups)
    values = 1 - np.minimum(grouping.variances(scores) / null, 1.0)
    return ByGroup(grouping.labels, values, grouping.counts(scores))


def rwg_j(ratings: NDArray[np.float64], null: float) -> float:
    """Within-group agreement r_wg(j) of one group on one dimension.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned; ``nan`` where a
        rater skipped the item. An item with fewer than two ratings does not count.
    null : float
        Variance expected by chance, in squared points: `null_variance`.

    Returns
    -------
    float
        Between 0 (spread as wide as chance, or wider) and 1 (all alike).

    Raises
    ------
    TooFewRatersError
        If no item has two ratings.

    See Also
    --------
    rwg_star_j : The same comparison, not raised by the number of items; preferred,
        because r_wg(j) passes .70 in most teams.

    References
    ----------
    James, L. R., Demaree, R. G. & Wolf, G. (1984). Estimating within-group interrater
    reliability with and without response bias. Journal of Applied Psychology, 69(1),
    85-98. Checked against ``multilevel::rwg.j`` 2.7 in R 4.2.2.
    """
    return float(rwg_j_by_group(ratings, _one_group(ratings), null).values[0])


def rwg_j_by_group(
    ratings: NDArray[np.float64], groups: NDArray[Any], null: float
) -> ByGroup:
    """Within-group agreement r_wg(j) of every group at once; see `rwg_j`."""
    _require_null(null)
    ratings, grouping = as_ratings(ratings), Grouping.of(groups)
    variances = grouping.variances(ratings)
    noise = np.minimum(_mean_over_items(variances) / null, 1.0)
    signal = np.isfinite(variances).sum(axis=1) * (1 - noise)
    values = signal / (signal + noise)
    return ByGroup(grouping.labels, values, grouping.sizes(ratings))


def rwg_star_j(ratings: NDArray[np.float64], null: float) -> float:
    """Within-group agreement r*_wg(j): one minus mean variance over null variance.

    Parameters
    ----------
    ratings, null
        As for `rwg_j`.

    Returns
    -------
    float
        1 where all are alike, 0 where they spread as by chance, negative beyond; not
        cut off.

    Raises
    ------
    TooFewRatersError
        If no item has two ratings.

    References
    ----------
    Lindell, M. K., Brandt, C. J. & Whitney, D. J. (1999). A revised index of interrater
    agreement for multi-item ratings of a single target. Applied Psychological
    Measurement, 23(2), 127-135. Checked against ``multilevel::rwg.j.lindell`` 2.7 in
    R 4.2.2.
    """
    return float(rwg_star_j_by_group(ratings, _one_group(ratings), null).values[0])


def rwg_star_j_by_group(
    ratings: NDArray[np.float64], groups: NDArray[Any], null: float
) -> ByGroup:
    """Within-group agreement r*_wg(j) of every group at once; see `rwg_star_j`."""
    _require_null(null)
    ratings, grouping = as_ratings(ratings), Grouping.of(groups)
    values = 1 - _mean_over_items(grouping.variances(ratings)) / null
    return ByGroup(grouping.labels, values, grouping.sizes(ratings))


def awg(ratings: NDArray[np.float64], low: float, high: float) -> float:
    """Agreement a_wg of one group, against the widest spread its means allow.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        As for `rwg_j`; all within the scale.
    low, high : float
        Ends of the response scale, in points.

    Returns
    -------
    float
        From -1 to 1 (all alike), averaged over the items that have a value: two
        ratings, and a mean that leaves room for disagreement or lies on an end.

    Raises
    ------
    TooFewRatersError
        If no item has two ratings.
    OutOfRangeError
        If a rating lies outside the scale, or every mean so near an end that no
        disagreement was possible.

    References
    ----------
    Brown, R. D. & Hauenstein, N. M. A. (2005). Interrater agreement reconsidered: An
    alternative to the r_wg indices. Organizational Research Methods, 8(2), 165-184.
    Checked against ``multilevel::awg`` 2.7 in R 4.2.2.
    """
    value = float(awg_by_group(ratings, _one_group(ratings), low, high).values[0])
    if math.isnan(value):
        most = int(np.isfinite(ratings).sum(axis=0).max())
        room = (high - low) / most
        mean = float(np.nanmean(ratings))
        raise OutOfRangeError("mean of `ratings`", mean, low + room, high - room)
    return value


def awg_by_group(
    ratings: NDArray[np.float64], groups: NDArray[Any], low: float, high: float
) -> ByGroup:
    """Agreement a_wg of every group at once; see `awg`."""
    ratings, grouping = as_ratings(ratings), Grouping.of(groups)
    require_on_scale("ratings", ratings, low, high)
    counts, sums = grouping.counts(ratings), grouping.sums(ratings)
    on_end = (sums == low * counts) | (sums == high * counts)
    nearest = np.minimum(sums - low * counts, high * counts - sums)
    has_room = nearest >= high - low
    with np.errstate(invalid="ignore", divide="ignore"):
        means = sums / counts
        widest = (high - means) * (means - low) * counts / (counts - 1)
        values = 1 - 2 * grouping.variances(ratings) / widest
    values = np.where(on_end, 1.0, np.where(has_room, values, np.nan))
    values = np.where(counts > 1, values, np.nan)
    return ByGroup(grouping.labels, _mean_over_items(values), grouping.sizes(ratings))


def average_deviation(ratings: NDArray[np.float64], center: str = "mean") -> float:
    """How far raters of one group are from their centre, on average, in points.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        As for `rwg_j`.
    center : str
        ``mean`` (AD_M) or ``median`` (AD_Md) of each item.

    Returns
    -------
    float
        Scale points, 0 (all alike) to half the scale, averaged over the items that
        have two ratings. A sixth of the number of answer options is a usual limit.

    Raises
    ------
    TooFewRatersError
        If no item has two ratings.
    BadInputError
        If `center` is neither.

    References
    ----------
    Burke, M. J., Finkelstein, L. M. & Dusig, M. S. (1999). On average deviation indices
    for estimating interrater agreement. Organizational Research Methods, 2(1), 49-68.
    Checked against ``multilevel::ad.m`` 2.7 in R 4.2.2.
    """
    one = _one_group(ratings)
    return float(average_deviation_by_group(ratings, one, center).values[0])


def average_deviation_by_group(
    ratings: NDArray[np.float64], groups: NDArray[Any], center: str = "mean"
) -> ByGroup:
    """Average deviation of every group at once; see `average_deviation`."""
    ratings, grouping = as_ratings(ratings), Grouping.of(groups)
    if center not in {"mean", "median"}:
        raise BadInputError(f"`center` is {center!r}; it must be 'mean' or 'median'")
    around = (
        grouping.mean_deviations if center == "mean" else grouping.median_deviations
    )
    deviations = around(ratings)
    return ByGroup(
        grouping.labels, _mean_over_items(deviations), grouping.sizes(ratings)
    )
