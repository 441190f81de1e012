"""Tests that count every way in which chance could have fallen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reports.errors import SLACK, TooFewRatersError, TooManyValuesError
from reports.means import answered
from reports.ranks import doubled_ranks

MOST_SIGN_FLIPS = 20
MOST_RANKS = 200


def _require_countable(n: int, limit: int, argument: str) -> None:
    """Refuse more values than can be counted through."""
    if n > limit:
        raise TooManyValuesError(limit, n, argument)


def sign_flip_p(differences: NDArray[np.float64]) -> float:
    """Exact p that differences of either sign were equally likely.

    Parameters
    ----------
    differences : ndarray, shape (n,)
        Up to 20, of any unit; ``nan`` is left out. Zeros and ties count as they are.

    Returns
    -------
    float
        Share of the 2^n choices of signs whose sum is at least as far from 0, never
        below 2 / 2^n: with fewer than 6 differences it cannot reach .05.

    Raises
    ------
    TooFewRatersError
        Without any difference.
    TooManyValuesError
        With more than 20.

    References
    ----------
    Fisher, R. A. (1935). The Design of Experiments, section 21. Ernst, M. D. (2004).
    Permutation methods: A basis for exact inference. Statistical Science, 19(4),
    676-685. Checked against the enumeration by ``expand.grid`` in R 4.2.2.
    """
    given = answered(differences, "differences", needed=1)
    _require_countable(given.size, MOST_SIGN_FLIPS, "differences")
    # Flipping all signs mirrors the sum, so the first sign may stay as it is.
    sums = given[:1]
    for value in given[1:]:
        sums = np.concatenate([sums + value, sums - value])
    slack = SLACK * float(np.abs(given).max())
    return float(np.mean(np.abs(sums) >= abs(float(given.sum())) - slack))


def _part(share: NDArray[np.float64], reached: NDArray[np.bool_]) -> float:
    """Add what is reached, over all added in the same order: 1 if that is all."""
    return float(np.where(reached, share, 0.0).sum() / share.sum())


def _signed_sums(ranks: NDArray[np.intp]) -> NDArray[np.float64]:
    """Probability of each sum of ranks, every rank being in or out with one half."""
    share = np.zeros(int(ranks.sum()) + 1)
    share[0], reach = 1.0, 0
    for rank in ranks.tolist():
        without = share[: reach + 1] / 2
        share[: reach + 1] = without
        share[rank : rank + reach + 1] += without
        reach += rank
    return share


def wilcoxon_p(differences: NDArray[np.float64]) -> float:
    """Exact p of Wilcoxon's signed-rank test.

    Parameters
    ----------
    differences : ndarray, shape (n,)
        Up to 200, of any unit; ``nan`` is left out. Zeros are dropped, ties share
        their mid-rank and are counted as they are.

    Returns
    -------
    float
        Share of the 2^n choices of signs whose sum of positive ranks is at least as
        far from its mean, never below 2 / 2^n.

    Raises
    ------
    TooFewRatersError
        Without any difference other than 0.
    TooManyValuesError
        With more than 200.

    Notes
    -----
    For pairs, or one team against a fixed value: symmetry around 0 is what is tested.
    A check beside the t test, never the headline; with fewer than 6 differences it
    cannot reach .05.

    References
    ----------
    Wilcoxon, F. (1945). Individual comparisons by ranking methods. Biometrics
    Bulletin, 1(6), 80-83. Checked against ``wilcox.test(x, exact = TRUE)`` without
    ties, and with ties against the enumeration by ``expand.grid``, in R 4.2.2.
    """
    given = answered(differences, "differences", needed=1)
    _require_countable(given.size, MOST_RANKS, "differences")
    given = given[np.abs(given) > SLACK * np.abs(given).max()]
    if given.size == 0:
        raise TooFewRatersError(1, 0, "scores other than 0", "differences")
    ranks = doubled_ranks(np.abs(given))
    ranks //= np.gcd.reduce(ranks)
    share, whole = _signed_sums(ranks), int(ranks.sum())
    away = np.abs(2 * np.arange(whole + 1) - whole)
    observed = abs(2 * int(ranks[given > 0].sum()) - whole)
    return _part(share, away >= observed)


def _chosen_sums(ranks: NDArray[np.intp], n_chosen: int) -> NDArray[np.float64]:
    """Probability of each sum of `n_chosen` ranks drawn without putting them back.

    Rank by rank, in rising order: row k holds the sums of k ranks drawn so far. Only
    rows that are not full yet and can still be filled are carried on.
    """
    totals = np.concatenate([[0], np.cumsum(ranks)])
    share = np.zeros((n_chosen + 1, int(totals[-1] - totals[-1 - n_chosen]) + 1))
    share[0, 0] = 1.0
    for place, rank in enumerate(ranks.tolist()):
        left = ranks.size - place
        least, most = max(n_chosen - left, 0), min(place, n_chosen - 1)
        reach = int(totals[place] - totals[place - most]) + 1
        missing = n_chosen - np.arange(least, most + 1)[:, np.newaxis]
        block = share[least : most + 1, :reach]
        drawn = block * (missing / left)
        block *= (left - missing) / left
        share[least + 1 : most + 2, rank : rank + reach] += drawn
    return np.asarray(share[n_chosen])


def rank_sum_p(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Exact p of Wilcoxon's rank-sum test (Mann and Whitney).

    Parameters
    ----------
    a, b : ndarray, shape (n,)
        Of separate raters, up to 200 together, in one unit; ``nan`` is left out. Ties
        share their mid-rank and are counted as they are.

    Returns
    -------
    float
        Share of the ways to deal the ranks to both sides in which the sum of one side
        is at least as far from its mean.

    Raises
    ------
    TooFewRatersError
        Without a score on either side.
    TooManyValuesError
        With more than 200 in both together.

    Notes
    -----
    Tests that both sides answer alike, not that their means are equal: sides of unlike
    spread need `welch_test`. With 3 against 3 it cannot reach .05.

    References
    ----------
    Mann, H. B. & Whitney, D. R. (1947). On a test of whether one of two random
    variables is stochastically larger than the other. Annals of Mathematical
    Statistics, 18(1), 50-60. Checked against ``wilcox.test(a, b, exact = TRUE)``
    without ties, and with ties against the enumeration by ``combn``, in R 4.2.2.
    """
    first, second = answered(a, "a", needed=1), answered(b, "b", needed=1)
    both = np.concatenate(sorted((first, second), key=len))
    _require_countable(both.size, MOST_RANKS, "a, b")
    ranks, fewer = doubled_ranks(both), min(first.size, second.size)
    # What all ranks have in common takes no part in the distance from the mean.
    ranks -= ranks.min()
    ranks //= max(np.gcd.reduce(ranks), 1)
    observed, centre = int(ranks[:fewer].sum()), fewer * int(ranks.sum())
    share = _chosen_sums(np.sort(ranks), fewer)
    away = np.abs(both.size * np.arange(share.size) - centre)
    reached = away >= abs(both.size * observed - centre)
    return _part(share, reached)
