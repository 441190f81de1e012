"""Where a team or leader stands among the others, coarsely."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.errors import SLACK, as_scores
from reports.ranks import doubled_ranks


def mid_rank_percentiles(values: ArrayLike) -> NDArray[np.float64]:
    """Share of teams below each team, those alike counted by half.

    Parameters
    ----------
    values : array_like, shape (n_teams,)
        Scale points, best shrunken means (`shrinkage`): raw ones rank small teams at
        the ends. ``nan`` is a team without a figure and does not count.

    Returns
    -------
    ndarray, shape (n_teams,)
        (number below + half of the ties, itself included) / number of teams: strictly
        between 0 and 1, .5 where all are alike; ``nan`` stays ``nan``.

    Notes
    -----
    For 20 teams or more, and shown as a band (`percentile_bands`), never as a rank.

    References
    ----------
    Crocker, L. & Algina, J. (1986). Introduction to Classical and Modern Test Theory,
    chapter 19. Checked against ``(rank(x) - .5) / length(x)`` in R 4.2.2.
    """
    given = as_scores(values, "values")
    known = np.isfinite(given)
    ranks = doubled_ranks(given[known])
    result = np.full(given.shape, np.nan)
    result[known] = (ranks - 1) / (2 * max(ranks.size, 1))
    return result


def percentile_bands(values: ArrayLike) -> NDArray[np.float64]:
    """Sort teams into lower quarter, middle half and upper quarter.

    Parameters
    ----------
    values : array_like, shape (n_teams,)
        As for `mid_rank_percentiles`.

    Returns
    -------
    ndarray, shape (n_teams,)
        0 below the first quartile, 2 above the third, 1 between them; ``nan`` stays
        ``nan``. A value on a quartile is in the middle: where teams are alike the
        outer bands hold less than a quarter each, or nobody.

    Notes
    -----
    For 20 teams or more.

    References
    ----------
    Hyndman, R. J. & Fan, Y. (1996). Sample quantiles in statistical packages. The
    American Statistician, 50(4), 361-365 (type 7). Checked against
    ``quantile(x, c(.25, .75))`` in R 4.2.2.
    """
    given = as_scores(values, "values")
    known = given[np.isfinite(given)]
    if known.size == 0:
        return given
    lower, upper = np.quantile(known, [0.25, 0.75])
    bands = 1.0 - (given < lower - SLACK) + (given > upper + SLACK)
    return np.where(np.isfinite(given), bands, np.nan)
