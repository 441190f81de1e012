"""How far judges who rate the same targets can stand for each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    BadInputError,
    TooFewGroupsError,
    TooFewRatersError,
    ZeroVarianceError,
    as_ratings,
)
from reports.results import Estimate, Interval

_CONFIDENCE = 0.95
# With fewer degrees of freedom quantiles of F leave the range of floats.
_LEAST_DF = 0.05


@dataclass(frozen=True, slots=True)
class ShroutFleiss:
    """The six intraclass correlations of targets rated by several judges.

    First number: each target has judges of its own (1), all have the same judges, a
    sample of those there could be (2), or the only ones that matter (3). Second: the
    reliability of one judge (1), or of the mean of all k.
    """

    icc_1_1: Estimate
    icc_2_1: Estimate
    icc_3_1: Estimate
    icc_1_k: Estimate
    icc_2_k: Estimate
    icc_3_k: Estimate


@dataclass(frozen=True, slots=True)
class _TwoWay:
    """Mean squares of `n` targets x `k` judges, in squared points."""

    between: np.float64
    within: np.float64
    judges: np.float64
    rest: np.float64
    n: int
    k: int


def _require_table(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Refuse a table with gaps, or of one target or judge."""
    table = as_ratings(table, "table")
    if np.isnan(table).any():
        raise BadInputError("`table` has gaps: every judge must rate every target")
    if len(table) <= 1:
        raise TooFewGroupsError(2, len(table), "table")
    if table.shape[1] <= 1:
        raise TooFewRatersError(2, table.shape[1], "judges", "table")
    return table


def _without_noise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take for 0 what differs from it by float noise alone."""
    return np.where(np.abs(values) <= SLACK, 0.0, values)


def _two_way(table: NDArray[np.float64]) -> _TwoWay:
    """Split the spread of a table between targets, judges and what is left."""
    n, k = table.shape
    centred = table - table.mean()
    targets = _without_noise(centred.mean(axis=1, keepdims=True))
    judges = _without_noise(centred.mean(axis=0, keepdims=True))
    rest = _without_noise(centred - targets - judges)
    if not (targets.any() or rest.any()):
        raise ZeroVarianceError("table without the means of its judges", table.size)
    return _TwoWay(
        between=k * (targets**2).sum() / (n - 1),
        within=((rest + judges) ** 2).sum() / (n * (k - 1)),
        judges=n * (judges**2).sum() / (k - 1),
        rest=(rest**2).sum() / ((n - 1) * (k - 1)),
        n=n,
        k=k,
    )


def _estimates(
    one: NDArray[np.float64], mean: NDArray[np.float64]
) -> tuple[Estimate, Estimate]:
    """Each a figure, its low end and its high end."""
    made = (
        Estimate(float(value), Interval(float(low), float(high), _CONFIDENCE))
        for value, low, high in (one, mean)
    )
    return next(made), next(made)


def _by_ratio(table: _TwoWay, noise: np.float64, df: int) -> tuple[Estimate, Estimate]:
    """Reliability of one judge and of the mean of all, from one ratio F."""
    from scipy import special

    tail = (1 - _CONFIDENCE) / 2
    limits = special.fdtri(table.n - 1, df, np.array([1 - tail, tail]))
    f = table.between / noise / np.append(1.0, limits)
    return _estimates(1 - table.k / (f + table.k - 1), 1 - 1 / f)


def _by_sample(table: _TwoWay) -> tuple[Estimate, Estimate]:
    """Reliability of one judge and of the mean of all, judges being a sample."""
    n, k, between, rest = table.n, table.k, table.between, table.rest
    drawn = (table.judges - rest) / n
    whole = between + (k - 1) * rest + k * drawn
    f = _limits_of_sample(table, whole)
    joint = k * table.judges + (k * n - k - n) * rest
    ends = n * (between - f * rest) / (f * joint + n * between)
    one = np.append((between - rest) / whole, ends)
    raised = np.append(between + drawn, 1 + (k - 1) * ends)
    mean = np.append(between - rest, k * ends) / raised
    # Far below 0 the formula turns over; the mean of k judges is then no better.
    return _estimates(one, np.where(raised > SLACK, mean, -np.inf))


def _limits_of_sample(table: _TwoWay, whole: np.float64) -> NDArray[np.float64]:
    """Quantiles of F, with Satterthwaite's degrees of freedom for judges and rest."""
    from scipy import special

    n, k, signal = table.n, table.k, table.between - table.rest
    of_judges = k * signal * table.judges
    of_rest = (n * whole + (k * n - k - n) * signal) * table.rest
    squares = of_judges**2 + of_rest**2 / (n - 1)
    shrunk = float((of_judges + of_rest) ** 2 / squares) if squares > 0 else 1.0
    df = max((k - 1) * shrunk, _LEAST_DF)
    upper = (1 + _CONFIDENCE) / 2
    return np.array(
        [special.fdtri(n - 1, df, upper), 1 / special.fdtri(df, n - 1, upper)]
    )


def shrout_fleiss(table: NDArray[np.float64]) -> ShroutFleiss:
    """Tell how reliable judges are, in the six ways of Shrout and Fleiss.

    Parameters
    ----------
    table : ndarray, shape (n_targets, n_judges)
        Scale points, without ``nan``: one rating of every target by every judge.

    Returns
    -------
    ShroutFleiss
        Each at most 1, with its 95% interval; negative where targets differ less than
        chance would make them, down to minus infinity for means of judges.

    Raises
    ------
    BadInputError
        If a rating is missing.
    TooFewGroupsError, TooFewRatersError
        With fewer than two targets or two judges.
    ZeroVarianceError
        If all judges rate all targets alike, but for a constant of each judge.

    See Also
    --------
    reports.agreement.intraclass_correlation : Teams of unequal size, each with raters
        of its own.

    References
    ----------
    Shrout, P. E. & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing
    rater reliability. Psychological Bulletin, 86(2), 420-428. Checked against
    ``psych::ICC(lmer = FALSE)`` 2.2.9 in R 4.2.2, which where ICC(2,1) or an end of it
    is below -1 / (k - 1) reports its step-up to k judges above 1.
    """
    parts = _two_way(_require_table(table))
    n, k = parts.n, parts.k
    with np.errstate(divide="ignore", invalid="ignore"):
        own, own_mean = _by_ratio(parts, parts.within, n * (k - 1))
        drawn, drawn_mean = _by_sample(parts)
        fixed, fixed_mean = _by_ratio(parts, parts.rest, (n - 1) * (k - 1))
    return ShroutFleiss(own, drawn, fixed, own_mean, drawn_mean, fixed_mean)
