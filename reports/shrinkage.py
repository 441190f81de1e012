"""Small teams' means, pulled toward the average as far as they may be noise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    BadInputError,
    TooFewGroupsError,
    TooFewRatersError,
    ZeroVarianceError,
    as_aligned,
    as_scores,
)
from reports.grouping import Grouping
from reports.reml import Weighed, one_way_reml, two_stage_reml


@dataclass(frozen=True, slots=True, eq=False)
class Shrunken:
    """Shrunken figures of teams or leaders, in the order given.

    ``mean`` is their average, each weighed by how sure it is, and ``mean_se`` its
    standard error, in the unit of the estimates; ``tau2`` is the variance between
    teams. ``variances`` are conditional, the average taken as known.
    """

    mean: float
    mean_se: float
    tau2: float
    estimates: NDArray[np.float64]
    variances: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class EmpiricalBayes:
    """Shrunken means of teams, aligned with ``labels`` (order of first appearance).

    ``mean`` (standard error ``mean_se``) is the average team, ``tau2`` the variance
    between teams, ``sigma2`` that between raters of one team. ``raw`` and ``sizes``
    are the plain mean and the number of scores of each team; ``variances`` are
    conditional, the average taken as known. A team without any score has ``nan``.
    """

    mean: float
    mean_se: float
    tau2: float
    sigma2: float
    labels: NDArray[Any]
    sizes: NDArray[np.intp]
    raw: NDArray[np.float64]
    estimates: NDArray[np.float64]
    variances: NDArray[np.float64]


def _shrink(
    means: NDArray[np.float64], noise: NDArray[np.float64], tau2: float
) -> Shrunken:
    """Pull means with known noise toward their centre; ``nan`` stays ``nan``."""
    known = np.isfinite(means)
    weighed = Weighed.of(means[known], tau2 + noise[known])
    kept = tau2 / (tau2 + noise)
    return Shrunken(
        mean=weighed.centre,
        mean_se=1 / math.sqrt(float(weighed.weights.sum())),
        tau2=tau2,
        estimates=weighed.centre + kept * (means - weighed.centre),
        variances=kept * noise,
    )


def empirical_bayes(
    scores: NDArray[np.float64], groups: NDArray[Any]
) -> EmpiricalBayes:
    """Shrunken means of teams from the scores of their raters (one-way, REML).

    Parameters
    ----------
    scores : ndarray, shape (n_raters,)
        Scale points; ``nan`` is left out.
    groups : ndarray, shape (n_raters,)
        The team of each rater. Teams with one rater take part.

    Returns
    -------
    EmpiricalBayes
        Each estimate lies between ``mean`` and the team's raw mean, the nearer to
        ``mean`` the fewer raters it has. Where ``tau2`` is 0 the data show no
        dependable difference between teams: every estimate is ``mean``.

    Raises
    ------
    TooFewGroupsError
        With fewer than two teams.
    TooFewRatersError
        If no team has two scores.
    ZeroVarianceError
        If within every team all scores are alike.

    Notes
    -----
    Not for a leader's own report, where people must find their own numbers again, and
    not below 10 teams, where ``tau2`` is hardly known. Estimate plus or minus 1.96
    roots of its variance covers about 90%, because ``tau2`` is estimated as well.

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference. Journal of the American
    Statistical Association, 78(381), 47-55. Patterson, H. D. & Thompson, R. (1971).
    Recovery of inter-block information when block sizes are unequal. Biometrika, 58(3),
    545-554 (REML). Checked against ``lme4::lmer(score ~ 1 + (1 | team))`` and
    ``ranef(fit, condVar = TRUE)`` 1.1.31 in R 4.2.2.
    """
    scores, teams = as_scores(scores), Grouping.of(groups)
    sizes, raw = teams.counts(scores), teams.means(scores)
    known, n_raters = sizes > 0, int(sizes.sum())
    n_teams = int(known.sum())
    if n_teams <= 1:
        raise TooFewGroupsError(needed=2, got=n_teams)
    if n_raters == n_teams:
        raise TooFewRatersError(2, 1, "raters in at least one group")
    inside = np.nan_to_num(teams.centred(scores))
    if np.abs(inside).max() <= SLACK:
        raise ZeroVarianceError("scores within groups", n_raters)
    noise = np.full(raw.shape, np.nan)
    noise[known] = 1 / sizes[known]
    within = float((inside**2).sum())
    ratio, sigma2 = one_way_reml(raw[known], noise[known], within, n_raters)
    shrunken = _shrink(raw, sigma2 * noise, ratio * sigma2)
    return EmpiricalBayes(
        mean=shrunken.mean,
        mean_se=shrunken.mean_se,
        tau2=shrunken.tau2,
        sigma2=sigma2,
        labels=teams.labels,
        sizes=sizes,
        raw=raw,
        estimates=shrunken.estimates,
        variances=shrunken.variances,
    )


def empirical_bayes_two_stage(
    estimates: NDArray[np.float64],
    variances: NDArray[np.float64],
    method: str = "reml",
) -> Shrunken:
    """Shrunken figures from means or gaps whose noise is known.

    Parameters
    ----------
    estimates : ndarray, shape (n_teams,)
        Means or gaps in scale points; ``nan`` is a team without a figure.
    variances : ndarray, shape (n_teams,)
        Squared standard error of each, above 0: the pooled variance between raters
        over team size. A team's own variance would give teams that agree by chance
        nearly all the weight.
    method : str
        How the variance between teams is found: ``reml``, or ``dl`` (DerSimonian and
        Laird), a closed form.

    Returns
    -------
    Shrunken
        In the order given; a team with ``nan`` in either argument has ``nan`` and does
        not count.

    Raises
    ------
    BadInputError
        If the lengths differ, a variance is not above 0 or the method is unknown.
    TooFewGroupsError
        With fewer than two teams that have both.

    Notes
    -----
    As `empirical_bayes`.

    References
    ----------
    As `empirical_bayes`. DerSimonian, R. & Laird, N. (1986). Meta-analysis in clinical
    trials. Controlled Clinical Trials, 7(3), 177-188. Checked against ``optimize`` of
    the restricted likelihood in R 4.2.2 and the example of Viechtbauer, W. (2010).
    Conducting meta-analyses in R with the metafor package. Journal of Statistical
    Software, 36(3), 1-48.
    """
    means, noise = as_aligned(estimates=estimates, variances=variances)
    if method not in {"reml", "dl"}:
        raise BadInputError(f"`method` is {method!r}; it must be 'reml' or 'dl'")
    if (noise <= 0).any():
        raise BadInputError(f"`variances` holds {np.nanmin(noise):g}; noise is above 0")
    known = np.isfinite(means) & np.isfinite(noise)
    if known.sum() <= 1:
        raise TooFewGroupsError(2, int(known.sum()), "estimates")
    find = two_stage_reml if method == "reml" else _two_stage_dl
    tau2 = find(means[known], noise[known])
    return _shrink(np.where(known, means, np.nan), np.where(known, noise, np.nan), tau2)


def _two_stage_dl(means: NDArray[np.float64], noise: NDArray[np.float64]) -> float:
    """Variance between teams, by the moment of the weighted squares."""
    weighed = Weighed.of(means, noise)
    beyond_chance = weighed.squares - (means.size - 1)
    return max(beyond_chance / weighed.log_determinant_slope, 0.0)
