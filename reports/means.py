"""A team's mean, and how far the team's true view may be from it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reports.errors import (
    SLACK,
    BadInputError,
    TooFewRatersError,
    ZeroVarianceError,
    as_scores,
    require_between,
    require_confidence,
)
from reports.grouping import Grouping
from reports.results import Interval


@dataclass(frozen=True, slots=True)
class MeanWithInterval:
    """A mean with its standard error and interval, in the unit of the scores."""

    mean: float
    standard_error: float
    df: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class PooledSd:
    """Spread inside teams, in points, and what it rests on.

    ``n_teams`` counts teams with two scores or more, ``n_raters`` the raters in them.
    """

    sd: float
    df: int
    n_teams: int
    n_raters: int


def t_quantile(confidence: float, df: float) -> float:
    """Half of a two-sided interval, in standard errors."""
    from scipy import special

    require_confidence(confidence)
    return float(special.stdtrit(df, (1 + confidence) / 2))


def t_p(statistic: float, df: float) -> float:
    """Two-sided p of a t statistic."""
    from scipy import special

    return float(2 * special.stdtr(df, -abs(statistic)))


def around(
    estimate: float, standard_error: float, df: float, confidence: float = 0.95
) -> Interval:
    """Lay the t interval around an estimate."""
    half = t_quantile(confidence, df) * standard_error
    return Interval(estimate - half, estimate + half, confidence)


def answered(values: ArrayLike, argument: str, needed: int) -> NDArray[np.float64]:
    """Leave out ``nan``; refuse fewer than `needed` scores."""
    scores = as_scores(values, argument)
    scores = scores[~np.isnan(scores)]
    if scores.size < needed:
        raise TooFewRatersError(needed, scores.size, "scores", argument)
    return scores


def own_variance(scores: NDArray[np.float64], argument: str) -> float:
    """Variance (n - 1), two-pass; refuses scores that are all alike."""
    if np.ptp(scores) <= SLACK:
        raise ZeroVarianceError(argument, scores.size)
    return float(scores.var(ddof=1))


def _require_spread(sd: float | None, df: float | None) -> None:
    """Refuse a spread that no interval can rest on."""
    if sd is not None and not 0 < sd < math.inf:
        raise BadInputError(f"`sd` is {sd:g}; a spread is above 0")
    if df is not None and (sd is None or not df > 0):
        raise BadInputError("`df` belongs to a given `sd` and is above 0")


def mean_with_interval(
    scores: NDArray[np.float64],
    n_invited: int | None = None,
    reliability: float = 0.80,
    sd: float | None = None,
    df: float | None = None,
    confidence: float = 0.95,
) -> MeanWithInterval:
    """Mean of a team's scores and how far the team's true mean may be from it.

    Parameters
    ----------
    scores : ndarray, shape (n_raters,)
        Scale points; ``nan`` is left out.
    n_invited : int, optional
        Size of the team, at least the number of scores. With it, the interval is
        about this team now; without it, about what the leader creates in general.
    reliability : float
        Of one rater's score, 0 to 1. With 1 answers are taken as free of noise and
        the interval has no width once everybody answered.
    sd, df : float, optional
        Spread to use in place of the scores' own, in points, and its degrees of
        freedom (n - 1 if not given): the `pooled_sd` of many teams.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    MeanWithInterval
        In scale points; the interval may reach beyond the scale.

    Raises
    ------
    TooFewRatersError
        With fewer than two scores, or none where `sd` and `df` are given.
    ZeroVarianceError
        If all scores are alike and no `sd` is given.
    OutOfRangeError
        If `n_invited` is below the number of scores, or `reliability` is no share.

    Notes
    -----
    SE = s / sqrt(n) * sqrt(1 - reliability * n / n_invited). Below 8 scores the own
    spread makes the interval honest but useless.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.), chapter 2 (reliability 1).
    Checked against ``mean``, ``sd`` and ``qt`` in R 4.2.2, and without `n_invited`
    against ``t.test``.
    """
    _require_spread(sd, df)
    require_between("reliability", reliability, 0, 1)
    given = answered(scores, "scores", needed=2 if df is None else 1)
    n = given.size
    if n_invited is not None:
        require_between("n_invited", n_invited, n, math.inf)
    spread = math.sqrt(own_variance(given, "scores")) if sd is None else sd
    unsure = 1.0 if n_invited is None else 1 - reliability * (n / n_invited)
    standard_error = spread / math.sqrt(n) * math.sqrt(unsure)
    mean, df = float(given.mean()), n - 1 if df is None else df
    interval = around(mean, standard_error, df, confidence)
    return MeanWithInterval(mean, standard_error, df, interval, n)


def pooled_sd(scores: NDArray[np.float64], groups: NDArray[Any]) -> PooledSd:
    """Spread of scores inside teams, pooled over the teams.

    Parameters
    ----------
    scores : ndarray, shape (n_raters,)
        Scale points; ``nan`` is left out.
    groups : ndarray, shape (n_raters,)
        The team of each rater. A team with one score adds nothing.

    Returns
    -------
    PooledSd
        ``sd`` in scale points, above 0; ``df`` = raters minus teams.

    Raises
    ------
    TooFewRatersError
        If no team has two scores.
    ZeroVarianceError
        If within every team all scores are alike.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.), chapter 5. Checked against
    ``sigma(lm(score ~ factor(team)))`` in R 4.2.2.
    """
    values = as_scores(scores)
    given = ~np.isnan(values)
    teams, values = Grouping.of(groups, given), values[given]
    sizes, inside = teams.counts(values), teams.centred(values)
    held = sizes > 1
    if not held.any():
        raise TooFewRatersError(2, min(values.size, 1), "scores in one team")
    if np.abs(inside).max() <= SLACK:
        raise ZeroVarianceError("scores", int(sizes[held].sum()))
    df = int((sizes - 1).sum())
    sd = math.sqrt(float((inside**2).sum()) / df)
    return PooledSd(sd, df, int(held.sum()), int(sizes[held].sum()))
