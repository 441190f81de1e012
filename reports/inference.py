"""How sure one may be of a difference or a share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    BadInputError,
    OutOfRangeError,
    TooFewRatersError,
    TooManyValuesError,
    ZeroVarianceError,
    as_scores,
    require_between,
    require_confidence,
)
from reports.means import (
    MeanWithInterval,
    PooledSd,
    answered,
    around,
    mean_with_interval,
    own_variance,
    pooled_sd,
    t_p,
)
from reports.results import Interval

__all__ = [
    "MOST_SIGN_FLIPS",
    "Comparison",
    "MeanWithInterval",
    "PooledSd",
    "mean_with_interval",
    "one_sample_test",
    "paired_test",
    "pooled_sd",
    "sign_flip_p",
    "welch_test",
    "wilson_interval",
]

MOST_SIGN_FLIPS = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """A t test; ``interval`` surrounds ``difference``, ``p`` is two-sided."""

    difference: float
    statistic: float
    df: float
    p: float
    interval: Interval


def _student(difference: float, standard_error: float, df: float) -> Comparison:
    """Make a t test of a difference and its standard error."""
    statistic = difference / standard_error
    interval = around(difference, standard_error, df)
    return Comparison(difference, statistic, df, t_p(statistic, df), interval)


def one_sample_test(scores: NDArray[np.float64], reference: float) -> Comparison:
    """Test the mean of scores against one fixed value (Student).

    Parameters
    ----------
    scores : ndarray, shape (n_raters,)
        Scale points; ``nan`` is left out.
    reference : float
        Scale points.

    Returns
    -------
    Comparison
        ``difference`` is mean - reference, with its 95% interval.

    Raises
    ------
    TooFewRatersError
        With fewer than two scores.
    ZeroVarianceError
        If all scores are alike.

    References
    ----------
    Student (1908). The probable error of a mean. Biometrika, 6(1), 1-25. Checked
    against ``t.test(x, mu = reference)`` in R 4.2.2.
    """
    require_between("reference", reference, -math.inf, math.inf)
    given = answered(scores, "scores", needed=2)
    standard_error = math.sqrt(own_variance(given, "scores") / given.size)
    return _student(float(given.mean()) - reference, standard_error, given.size - 1)


def welch_test(a: NDArray[np.float64], b: NDArray[np.float64]) -> Comparison:
    """Test the means of two separate sets of raters, spreads unlike (Welch).

    Parameters
    ----------
    a, b : ndarray, shape (n_raters,)
        Scale points, lengths may differ; ``nan`` is left out.

    Returns
    -------
    Comparison
        ``difference`` is mean of a - mean of b, ``df`` by Satterthwaite.

    Raises
    ------
    TooFewRatersError
        With fewer than two scores on either side.
    ZeroVarianceError
        If on both sides all scores are alike.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several
    different population variances are involved. Biometrika, 34(1-2), 28-35. Checked
    against ``t.test(a, b)`` in R 4.2.2.
    """
    first, second = answered(a, "a", needed=2), answered(b, "b", needed=2)
    if max(np.ptp(first), np.ptp(second)) <= SLACK:
        raise ZeroVarianceError("a, b", first.size + second.size)
    error_a, error_b = (float(x.var(ddof=1)) / x.size for x in (first, second))
    both = error_a + error_b
    df = both**2 / (error_a**2 / (first.size - 1) + error_b**2 / (second.size - 1))
    return _student(float(first.mean() - second.mean()), math.sqrt(both), df)


def paired_test(a: NDArray[np.float64], b: NDArray[np.float64]) -> Comparison:
    """Test the mean of paired differences (Student).

    Parameters
    ----------
    a, b : ndarray, shape (n_pairs,)
        Scale points of the same units in the same order; a pair with ``nan`` is left
        out. The unit is the leader or the team, never the rater pooled over leaders.

    Returns
    -------
    Comparison
        ``difference`` is the mean of a - b, with its 95% interval.

    Raises
    ------
    BadInputError
        If the lengths differ.
    TooFewRatersError
        With fewer than two pairs.
    ZeroVarianceError
        If all differences are alike.

    References
    ----------
    As `one_sample_test`. Checked against ``t.test(a, b, paired = TRUE)`` in R 4.2.2.
    """
    first, second = as_scores(a, "a"), as_scores(b, "b")
    if first.size != second.size:
        raise BadInputError(f"`a` has {first.size} values, `b` has {second.size}")
    differences = answered(first - second, "a - b", needed=2)
    standard_error = math.sqrt(own_variance(differences, "a - b") / differences.size)
    return _student(float(differences.mean()), standard_error, differences.size - 1)


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
    if given.size > MOST_SIGN_FLIPS:
        raise TooManyValuesError(MOST_SIGN_FLIPS, given.size, "differences")
    # Flipping all signs mirrors the sum, so the first sign may stay as it is.
    sums = given[:1]
    for value in given[1:]:
        sums = np.concatenate([sums + value, sums - value])
    slack = SLACK * float(np.abs(given).max())
    return float(np.mean(np.abs(sums) >= abs(float(given.sum())) - slack))


def wilson_interval(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Wilson's interval of a share.

    Parameters
    ----------
    successes, n : int
        How many of how many; 0 <= successes <= n, n at least 1.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Interval
        Within 0 to 1, around ``successes / n`` without being centred on it.

    Raises
    ------
    TooFewRatersError
        If `n` is below 1.
    OutOfRangeError
        If `successes` is not between 0 and `n`.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association, 22(158), 209-212.
    Checked against ``prop.test(x, n, correct = FALSE)`` in R 4.2.2.
    """
    from scipy import special

    require_confidence(confidence)
    if n <= 0:
        raise TooFewRatersError(1, n, "answers", "n")
    if not 0 <= successes <= n:
        raise OutOfRangeError("successes", successes, 0, n)
    z, share = float(special.ndtri((1 + confidence) / 2)), successes / n
    centre = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    ends = [(centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)]
    return Interval(max(ends[0], 0.0), min(ends[1], 1.0), confidence)
