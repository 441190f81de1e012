"""How sure one may be of a difference or a share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.bootstrap import bootstrap_bca
from reports.correlation import Correlation, correlation_with_interval
from reports.errors import (
    SLACK,
    OutOfRangeError,
    TooFewRatersError,
    ZeroVarianceError,
    as_aligned,
    require_between,
    require_confidence,
)
from reports.exact import MOST_SIGN_FLIPS, rank_sum_p, sign_flip_p, wilcoxon_p
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
    "Correlation",
    "MeanWithInterval",
    "PooledSd",
    "bootstrap_bca",
    "correlation_with_interval",
    "mean_with_interval",
    "one_sample_test",
    "paired_test",
    "pooled_sd",
    "rank_sum_p",
    "sign_flip_p",
    "welch_test",
    "wilcoxon_p",
    "wilson_interval",
]


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
    return compare_separate(a, b, ("a", "b"))


def compare_separate(
    a: NDArray[np.float64], b: NDArray[np.float64], names: tuple[str, str]
) -> Comparison:
    """As `welch_test`, with the names by which a refusal is to call both sides."""
    first, second = (
        answered(x, name, 2) for x, name in zip((a, b), names, strict=True)
    )
    if max(np.ptp(first), np.ptp(second)) <= SLACK:
        raise ZeroVarianceError(", ".join(names), first.size + second.size)
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
    return compare_pairs(a, b, ("a", "b"))


def compare_pairs(
    a: NDArray[np.float64], b: NDArray[np.float64], names: tuple[str, str]
) -> Comparison:
    """As `paired_test`, with the names by which a refusal is to call both sides."""
    first, second = as_aligned(**dict(zip(names, (a, b), strict=True)))
    argument = " - ".join(names)
    differences = answered(first - second, argument, needed=2)
    standard_error = math.sqrt(own_variance(differences, argument) / differences.size)
    return _student(float(differences.mean()), standard_error, differences.size - 1)


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
