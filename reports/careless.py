"""Signs that a rater did not read the questions: one answer, over and over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.errors import as_ratings


def longest_run(ratings: NDArray[np.float64]) -> NDArray[np.intp]:
    """How many items in a row each rater answered alike, at most (longstring).

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points in the order in which the items were shown, as clicked:
        reverse-keyed items not turned. ``nan`` where a rater skipped the item; it
        ends a run, and is a run of one itself.

    Returns
    -------
    ndarray of int, shape (n_raters,)
        Items, from 1 to n_items.

    Raises
    ------
    TooFewItemsError
        If there is no item at all.

    Notes
    -----
    A reason to look, not to delete: a few percent of honest answers give one value
    throughout. It says something only where at least one item is reverse keyed and
    ten items or more were shown.

    References
    ----------
    Johnson, J. A. (2005). Ascertaining the validity of individual protocols from
    Web-based personality inventories. Journal of Research in Personality, 39(1),
    103-129. Checked against ``max(rle(x)$lengths)``, the rule of
    ``careless::longstring``, in R 4.2.2.
    """
    ratings = as_ratings(ratings)
    places = np.arange(ratings.shape[1])
    starts = np.ones(ratings.shape, dtype=np.bool_)
    starts[:, 1:] = ratings[:, 1:] != ratings[:, :-1]
    latest = np.maximum.accumulate(np.where(starts, places, 0), axis=1)
    return np.asarray((places - latest).max(axis=1) + 1)


def intra_individual_sd(ratings: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much each rater's answers vary over the items (IRV).

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        As for `longest_run`; ``nan`` is left out.

    Returns
    -------
    ndarray, shape (n_raters,)
        Standard deviation (n - 1) over items in scale points, from 0 (one answer
        throughout) up; ``nan`` for raters with fewer than two answers.

    Raises
    ------
    TooFewItemsError
        If there is no item at all.

    Notes
    -----
    As `longest_run`. High values are as suspicious as low ones, and both are usual
    where items are reverse keyed or about different things.

    References
    ----------
    Dunn, A. M., Heggestad, E. D., Shanock, L. R. & Theilgard, N. (2018).
    Intra-individual response variability as an indicator of insufficient effort
    responding. Journal of Business and Psychology, 33(1), 105-121. Checked against
    ``apply(x, 1, sd, na.rm = TRUE)``, the rule of ``careless::irv``, in R 4.2.2.
    """
    ratings = as_ratings(ratings)
    given = np.isfinite(ratings)
    counts = given.sum(axis=1)
    means = np.where(given, ratings, 0.0).sum(axis=1) / np.maximum(counts, 1)
    away = np.where(given, ratings - means[:, np.newaxis], 0.0)
    variances = (away**2).sum(axis=1) / np.maximum(counts - 1, 1)
    return np.where(counts > 1, np.sqrt(variances), np.nan)
