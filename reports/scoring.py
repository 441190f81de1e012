"""From answers to scores: reverse-keyed items turned, dimensions averaged."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.errors import as_ratings, require_between, require_on_scale


def turn(points: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
    """Turn the points of reverse-keyed items, so that more always means more.

    Parameters
    ----------
    points : array_like, any shape
        Response-scale points; ``nan`` where there is no answer stays ``nan``.
    low, high : float
        Ends of the response scale, in points.

    Returns
    -------
    ndarray, same shape
        ``low + high - points``, from `low` to `high`. Turning twice gives the points
        back. Turn once, before everything else.

    Raises
    ------
    OutOfRangeError
        If a point lies outside the scale: a stray 0 or 99 is an error of the data,
        not an answer.

    Notes
    -----
    Checked against ``psych::reverse.code`` 2.2.9 in R 4.2.2.
    """
    given = np.asarray(points, dtype=np.float64)
    require_on_scale("points", given, low, high)
    return low + high - given


def dimension_scores(
    ratings: NDArray[np.float64], min_share: float = 0.5
) -> NDArray[np.float64]:
    """Score every rater on one dimension by the mean of the items they answered.

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned; ``nan`` where an
        item was skipped or answered by "I cannot judge".
    min_share : float
        Share of the items, 0 to 1, that a rater must have answered; exactly this
        share is enough.

    Returns
    -------
    ndarray, shape (n_raters,)
        Scale points; ``nan`` for raters below the share and for those without any
        answer. Nothing is imputed.

    Raises
    ------
    OutOfRangeError
        If `min_share` is not a share.
    TooFewItemsError
        If there is no item at all.

    References
    ----------
    Parent, M. C. (2013). Handling item-level missing data: Simpler is just as good.
    The Counseling Psychologist, 41(4), 568-600. Newman, D. A. (2014). Missing data:
    Five practical guidelines. Organizational Research Methods, 17(4), 372-411.
    Checked against ``psych::scoreItems(impute = "none", missing = TRUE,
    totals = FALSE)`` 2.2.9 in R 4.2.2.
    """
    require_between("min_share", min_share, 0, 1)
    ratings = as_ratings(ratings)
    given = np.isfinite(ratings)
    answered = given.sum(axis=1)
    enough = (answered / ratings.shape[1] >= min_share) & (answered > 0)
    sums = np.where(given, ratings, 0.0).sum(axis=1)
    return np.where(enough, sums / np.maximum(answered, 1), np.nan)
