"""Whether teams can be told apart, or differ by chance alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    TooFewGroupsError,
    TooFewRatersError,
    ZeroVarianceError,
    as_scores,
    require_confidence,
)
from reports.grouping import Grouping
from reports.results import Interval


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """How much of the differences between raters are differences between teams.

    ``icc1`` and ``icc2`` are raw: negative where teams differ less than chance would
    make them. ``k0`` is the effective team size in raters; mean squares are in
    squared points.
    """

    icc1: float
    icc1_interval: Interval
    icc2: float
    k0: float
    mean_square_between: float
    mean_square_within: float
    f: float
    p: float
    n_groups: int
    n_raters: int


@dataclass(frozen=True, slots=True)
class _OneWay:
    """The parts of a one-way analysis of variance over teams."""

    mean_square_between: float
    mean_square_within: float
    k0: float
    n_groups: int
    n_raters: int


def _one_way(scores: NDArray[np.float64], groups: NDArray[Any]) -> _OneWay:
    """Split the spread of the scores into between and within teams."""
    given = np.isfinite(scores)
    teams, scores = Grouping.of(groups, given), scores[given]
    n_groups, n_raters = len(teams), scores.size
    if n_groups <= 1:
        raise TooFewGroupsError(needed=2, got=n_groups)
    if n_raters == n_groups:
        raise TooFewRatersError(2, 1, "raters in at least one group")
    if np.ptp(scores) <= SLACK:
        raise ZeroVarianceError("scores", n_raters)
    sizes, inside = teams.counts(scores), teams.centred(scores)
    off = teams.means(scores) - scores.mean()
    return _OneWay(
        mean_square_between=float((sizes * off**2).sum()) / (n_groups - 1),
        mean_square_within=float((inside**2).sum()) / (n_raters - n_groups),
        k0=float(n_raters - (sizes**2).sum() / n_raters) / (n_groups - 1),
        n_groups=n_groups,
        n_raters=n_raters,
    )


def _icc1(between: float, within: float, k0: float) -> float:
    """ICC(1) of two mean squares; the share of the variance between teams."""
    return (between - within) / (between + (k0 - 1) * within)


def intraclass_correlation(
    scores: NDArray[np.float64], groups: NDArray[Any], confidence: float = 0.95
) -> IntraclassCorrelation:
    """ICC(1) and ICC(2) of teams of unequal size, one-way analysis of variance.

    Parameters
    ----------
    scores : ndarray, shape (n_raters,)
        Scale points; raters with ``nan`` are left out.
    groups : ndarray, shape (n_raters,)
        The team of each rater. Teams with one rater count between teams.
    confidence : float
        Of the interval of ICC(1) (Thomas, Hultquist and Donner), between 0 and 1.

    Returns
    -------
    IntraclassCorrelation
        ``icc1`` from -1/(k0 - 1) to 1; ``icc2``, the reliability of the mean of an
        average team, up to 1 and without a lower end. Uses k0, not the plain mean
        team size of ``multilevel::ICC1``.

    Raises
    ------
    TooFewGroupsError
        With fewer than two teams.
    TooFewRatersError
        If no team has two raters.
    ZeroVarianceError
        If all scores are alike.

    References
    ----------
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In
    K. J. Klein & S. W. J. Kozlowski (Eds.), Multilevel Theory, Research, and Methods in
    Organizations (pp. 349-381). Thomas, J. D. & Hultquist, R. A. (1978). Interval
    estimation for the unbalanced case of the one-way random effects model. Annals of
    Statistics, 6(3), 582-587. Checked against ``aov`` and ``qf`` in R 4.2.2.
    """
    from scipy import special

    require_confidence(confidence)
    table = _one_way(as_scores(scores), groups)
    between, within, k0 = table.mean_square_between, table.mean_square_within, table.k0
    df = (table.n_groups - 1, table.n_raters - table.n_groups)
    f = between / within if within > 0 else math.inf
    tail = (1 - confidence) / 2
    limits = [float(special.fdtri(*df, p)) for p in (1 - tail, tail)]
    ends = [_icc1(between / limit, within, k0) for limit in limits]
    return IntraclassCorrelation(
        icc1=_icc1(between, within, k0),
        icc1_interval=Interval(ends[0], ends[1], confidence),
        icc2=(between - within) / between if between > 0 else -math.inf,
        k0=k0,
        mean_square_between=between,
        mean_square_within=within,
        f=f,
        p=float(special.fdtrc(*df, f)),
        n_groups=table.n_groups,
        n_raters=table.n_raters,
    )
