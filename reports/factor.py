"""One factor behind the items of a dimension, and how reliable it makes their sum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    CollinearError,
    NotConvergedError,
    TooFewRatersError,
    ZeroVarianceError,
    as_complete,
)

# What an item has of its own, as a share of its variance: never less than this, or the
# likelihood may run off to an item without error (Heywood). R's factanal has the same.
_LEAST_UNIQUE = 0.005
_LEAST_ITEMS = 3
_STEEP = 1e-5


def _correlations(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Correlate items; refuse those that follow from each other."""
    from scipy import linalg

    items = centred / np.sqrt((centred**2).sum(axis=0))
    # Not a matrix product: that would add in as many threads as the machine has, in an
    # order of its own, and wake them for a task of microseconds.
    correlations: NDArray[np.float64] = np.einsum("ij,ik->jk", items, items)
    roots = linalg.eigvalsh(correlations)
    rank = int((roots > SLACK * roots[-1]).sum())
    if rank < len(correlations):
        reason = "an item is the same as another, or a sum of others"
        raise CollinearError("ratings", len(correlations), rank, reason)
    return correlations


def _loadings(
    uniquenesses: NDArray[np.float64], correlations: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Best loadings for given uniquenesses, and their misfit (concentrated, ML).

    The misfit is log det of the implied correlations + trace of the observed ones over
    the implied; the largest root of the scaled correlations says it all.
    """
    from scipy import linalg

    scale, last = np.sqrt(uniquenesses), len(uniquenesses) - 1
    scaled = correlations / np.outer(scale, scale)
    roots, vectors = linalg.eigh(scaled, subset_by_index=[last, last])
    root = max(float(roots[0]), 1.0)
    loadings = scale * vectors[:, 0] * np.sqrt(root - 1)
    others = float(np.trace(scaled)) - root
    return loadings, float(np.log(uniquenesses).sum() + np.log(root)) + others + 1


def _fit(
    correlations: NDArray[np.float64], most_steps: int = 3000
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit one factor by maximum likelihood: its loadings, the items' uniquenesses."""
    from scipy import linalg, optimize

    def misfit(logs: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        unique = np.exp(logs)
        loadings, value = _loadings(unique, correlations)
        return value, (loadings**2 + unique - 1) / unique

    roots, vectors = linalg.eigh(correlations)
    inverse = (vectors**2 / roots).sum(axis=1)
    start = (1 - 0.5 / len(correlations)) / inverse
    lowest = np.log(_LEAST_UNIQUE)
    found = optimize.minimize(
        misfit,
        np.maximum(np.log(start), lowest),
        jac=True,
        method="TNC",
        bounds=[(lowest, None)] * len(start),
        options={"maxfun": most_steps, "ftol": 1e-14},
    )
    # Where nothing holds an item's uniqueness at its bound, the misfit must be flat.
    held = (found.x <= lowest + SLACK) & (found.jac > 0)
    if np.abs(found.jac[~held]).max(initial=0.0) > _STEEP:
        raise NotConvergedError("ratings", int(found.nfev))
    unique = np.exp(found.x)
    return _loadings(unique, correlations)[0], unique


def mcdonald_omega(ratings: NDArray[np.float64]) -> float:
    """Reliability of the sum of the items under one common factor (omega total).

    Parameters
    ----------
    ratings : ndarray, shape (n_raters, n_items)
        Response-scale points, reverse-keyed items already turned. Raters with any
        ``nan`` are left out (listwise).

    Returns
    -------
    float
        From 0 to 1: the share of the factor in the variance that the model implies for
        the sum. Items count in points, not in standard deviations.

    Raises
    ------
    TooFewItemsError
        With fewer than three items: two do not tell a factor's loadings apart.
    TooFewRatersError
        Unless there are more complete raters than items.
    ZeroVarianceError
        If an item has no spread.
    CollinearError
        If an item is the same as another, or a sum of others.
    NotConvergedError
        If the fit finds no end.

    Notes
    -----
    In place of alpha where items load unequally. It takes one factor for granted; an
    item without any error of its own (Heywood case) is held at half a percent of its
    variance. Not for one team, and for 100 raters or more.

    References
    ----------
    McDonald, R. P. (1999). Test Theory: A Unified Treatment, chapter 6. Joreskog, K. G.
    (1967). Some contributions to maximum likelihood factor analysis. Psychometrika,
    32(4), 443-482. Flora, D. B. (2020). Your coefficient alpha is probably wrong, but
    which coefficient omega is right? Advances in Methods and Practices in
    Psychological Science, 3(4), 484-501. Checked against ``factanal(covmat = cov(x),
    factors = 1)`` in R 4.2.2, times the items' standard deviations.
    """
    complete = as_complete(ratings, n_items=_LEAST_ITEMS)
    n_raters, n_items = complete.shape
    if n_raters <= n_items:
        raise TooFewRatersError(n_items + 1, n_raters, "complete raters", "ratings")
    centred = complete - complete.mean(axis=0)
    if np.ptp(complete, axis=0).min() <= SLACK:
        raise ZeroVarianceError("ratings", n_raters)
    loadings, uniquenesses = _fit(_correlations(centred))
    sd = np.sqrt((centred**2).sum(axis=0))
    common = float((sd * loadings).sum() ** 2)
    return common / (common + float((sd**2 * uniquenesses).sum()))
