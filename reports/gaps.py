"""How far a leader's own view is from the raters' view, and what that allows to say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from reports.errors import (
    SLACK,
    BadInputError,
    TooFewRatersError,
    ZeroVarianceError,
    as_scores,
    require_between,
    require_on_scale,
)
from reports.means import mean_with_interval, own_variance, t_p, t_quantile
from reports.results import Interval
from reports.tree import Verdict

__all__ = [
    "AgreementCategories",
    "Category",
    "LeaderGap",
    "Verdict",
    "agreement_categories",
    "leader_gap",
    "verdict",
]

SIGNIFICANT = 0.05
CLEAR = 0.025
"""Of so few reports without any gap, at most, one says "clearly" all the same."""
PRACTICAL_SHARE = 0.125
"""Gaps from this share of the scale on matter: half a point on 1-5."""


@dataclass(frozen=True, slots=True)
class LeaderGap:
    """Self rating minus rater-group mean on one dimension, in scale points.

    ``interval`` ends where the scale leaves no larger gap; ``half_width`` is that of
    the interval before it was cut, and what a verdict rests on. ``nonresponse_bounds``
    hold the gap whatever those would have answered who did not; ``None`` where it is
    unknown how many they are.
    """

    self_score: float
    group_mean: float
    interval: Interval
    half_width: float
    p: float
    verdict: Verdict
    nonresponse_bounds: Interval | None
    n: int

    @property
    def estimate(self) -> float:
        """Positive where leaders rate themselves above their raters."""
        return self.self_score - self.group_mean

    @property
    def whole_interval(self) -> Interval:
        """The interval before it was cut at the ends of the scale."""
        low, high = self.estimate - self.half_width, self.estimate + self.half_width
        return Interval(low, high, self.interval.confidence)


def _named(gap: float, interval: Interval, p: float, practical: float) -> str:
    """Say how sure a gap that is not known to be small can be."""
    large = abs(gap) >= practical - SLACK
    if interval.low <= 0 <= interval.high:
        return "may_be" if large else "cannot_tell"
    if not large:
        return "slightly"
    return "clearly" if p <= CLEAR else "probably"


def verdict(gap: float, interval: Interval, p: float, practical: float) -> Verdict:
    """Conclude about a gap what its interval allows.

    Parameters
    ----------
    gap : float
        Self rating minus group mean, in scale points.
    interval : Interval
        Around `gap`, not cut at the ends of the scale.
    p : float
        Two-sided, 0 to 1; adjusted where one report judges several dimensions.
    practical : float
        Gaps from here on matter in practice, in scale points.

    Returns
    -------
    Verdict
        ``seen_alike`` if the interval lies within -`practical` to `practical`;
        otherwise by where 0 and `gap` lie: clearly, probably, slightly or may be
        higher or lower, or ``cannot_tell``.

    References
    ----------
    Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the
    power approach. Journal of Pharmacokinetics and Biopharmaceutics, 15(6), 657-680.
    """
    if -practical < interval.low and interval.high < practical:
        return Verdict.SEEN_ALIKE
    sure = _named(gap, interval, p, practical)
    if sure == "cannot_tell":
        return Verdict.CANNOT_TELL
    return Verdict(f"{sure}_{'higher' if gap > 0 else 'lower'}")


def _require_places(
    self_score: float,
    scores: NDArray[np.float64],
    scale: tuple[float, float],
    practical: float,
) -> None:
    """Refuse points outside of the scale and a threshold that is none."""
    require_on_scale("scores", scores, *scale)
    require_between("self_score", self_score, *scale)
    if not 0 < practical < math.inf:
        raise BadInputError(f"`practical` is {practical:g}; a threshold is above 0")


def _bounds(
    self_score: float,
    group_mean: float,
    answered_share: float,
    scale: tuple[float, float],
) -> Interval:
    """Bound the gap if all silent ones had chosen one end of the scale."""
    silent = 1 - answered_share
    lowest = answered_share * group_mean + silent * scale[0]
    highest = answered_share * group_mean + silent * scale[1]
    return Interval(self_score - highest, self_score - lowest, 1.0)


def leader_gap(
    self_score: float,
    scores: NDArray[np.float64],
    n_invited: int | None,
    scale: tuple[float, float],
    reliability: float = 0.80,
    sd: float | None = None,
    df: float | None = None,
    practical: float | None = None,
) -> LeaderGap:
    """Compare one leader's self rating with the mean of one rater group.

    Parameters
    ----------
    self_score : float
        The leader's own dimension score, in scale points.
    scores : ndarray, shape (n_raters,)
        The raters' dimension scores, in scale points; ``nan`` is left out.
    n_invited : int or None
        How many raters were asked; ``None`` if nobody knows, which makes the interval
        one about any raters this leader might have.
    scale : tuple of float
        Lowest and highest point of the response scale.
    reliability : float
        Of one rater's score, 0 to 1.
    sd, df : float, optional
        Spread and degrees of freedom to use in place of the group's own.
    practical : float, optional
        Gaps from here on matter, in scale points; an eighth of the scale if not given.

    Returns
    -------
    LeaderGap
        With the 95% interval, its own p, not adjusted, and the verdict by that p.

    Raises
    ------
    TooFewRatersError
        With fewer than two scores, or none where `sd` and `df` are given.
    ZeroVarianceError
        If all scores are alike and no `sd` is given, or if everybody answered and
        `reliability` is 1, which would leave nothing to be unsure about.
    OutOfRangeError
        If a score lies outside the scale, or fewer were asked than answered.

    Notes
    -----
    The self rating is a fixed point, not a sample; only the group's mean is uncertain.
    A gap describes one leader; as a predictor use both ratings, not their difference.

    References
    ----------
    Cochran, W. G. (1977). Sampling Techniques (3rd ed.). Manski, C. F. (2003). Partial
    Identification of Probability Distributions. Checked against ``t.test(self -
    scores)`` and the formulas typed into R 4.2.2.
    """
    low, high = scale
    practical = (high - low) * PRACTICAL_SHARE if practical is None else practical
    given = as_scores(scores)
    _require_places(self_score, given, scale, practical)
    team = mean_with_interval(given, n_invited, reliability, sd, df)
    if team.standard_error <= 0:
        raise ZeroVarianceError("scores", team.n)
    gap = self_score - team.mean
    half = t_quantile(team.interval.confidence, team.df) * team.standard_error
    whole = Interval(gap - half, gap + half, team.interval.confidence)
    p = t_p(gap / team.standard_error, team.df)
    cut = Interval(max(whole.low, self_score - high), min(whole.high, self_score - low))
    return LeaderGap(
        self_score=self_score,
        group_mean=team.mean,
        interval=cut,
        half_width=half,
        p=p,
        verdict=verdict(gap, whole, p, practical),
        nonresponse_bounds=None
        if n_invited is None
        else _bounds(self_score, team.mean, team.n / n_invited, scale),
        n=team.n,
    )


class Category(StrEnum):
    """How a leader's self rating compares with that of the other leaders."""

    OVER = "over"
    IN_AGREEMENT = "in_agreement"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class AgreementCategories:
    """Counts of leaders, and the `Category` of each, "" where a rating is missing."""

    over: int
    in_agreement: int
    under: int
    labels: NDArray[np.str_]


def _distances(
    selfs: NDArray[np.float64], means: NDArray[np.float64], rule: str
) -> NDArray[np.float64]:
    """How far each leader is from agreement, in the standard deviations of `rule`."""
    if rule == "difference":
        return _z(selfs - means, "self_scores - group_means")
    if rule == "z":
        return _z(selfs, "self_scores") - _z(means, "group_means")
    raise BadInputError(f"`rule` is {rule!r}; it must be 'difference' or 'z'")


def _z(values: NDArray[np.float64], argument: str) -> NDArray[np.float64]:
    """Values in standard deviations from their mean."""
    sd = math.sqrt(own_variance(values, argument))
    standardised: NDArray[np.float64] = (values - values.mean()) / sd
    return standardised


def agreement_categories(
    self_scores: NDArray[np.float64],
    group_means: NDArray[np.float64],
    rule: str = "difference",
) -> AgreementCategories:
    """Sort leaders into over-raters, under-raters and those in agreement.

    Parameters
    ----------
    self_scores, group_means : ndarray, shape (n_leaders,)
        Scale points, one of each a leader; leaders with ``nan`` are not sorted.
    rule : str
        ``difference``: half a standard deviation of the differences around their mean
        (Atwater and Yammarino). ``z``: half a unit between both z scores.

    Returns
    -------
    AgreementCategories
        Leaders exactly half a standard deviation away are in agreement.

    Raises
    ------
    BadInputError
        If the lengths differ or the rule is unknown.
    TooFewRatersError
        With fewer than two leaders who have both.
    ZeroVarianceError
        If what the rule standardises is the same for all leaders.

    Notes
    -----
    Relative to the other leaders and blind to n: describes 20 leaders or more, never
    one. The two rules place many leaders differently, so name the rule.

    References
    ----------
    Atwater, L. E. & Yammarino, F. J. (1992). Does self-other agreement on leadership
    perceptions moderate the validity of leadership and performance predictions?
    Personnel Psychology, 45(1), 141-164. Fleenor, J. W., McCauley, C. D. & Brutus, S.
    (1996). Self-other rating agreement and leader effectiveness. Leadership Quarterly,
    7(4), 487-506. Checked against ``scale`` and ``sd`` in R 4.2.2.
    """
    selfs, means = (
        as_scores(self_scores, "self_scores"),
        as_scores(group_means, "group_means"),
    )
    if selfs.size != means.size:
        raise BadInputError(
            f"`self_scores` has {selfs.size} leaders, `group_means` {means.size}"
        )
    both = np.isfinite(selfs) & np.isfinite(means)
    if both.sum() <= 1:
        raise TooFewRatersError(2, int(both.sum()), "leaders", "self_scores")
    distances = _distances(selfs[both], means[both], rule)
    over, under = distances > 0.5 + SLACK, distances < -0.5 - SLACK
    labels = np.full(selfs.shape, "", dtype="U12")
    labels[both] = np.select(
        [over, under], [Category.OVER, Category.UNDER], Category.IN_AGREEMENT
    )
    n_over, n_under = int(over.sum()), int(under.sum())
    n_in = int(both.sum()) - n_over - n_under
    return AgreementCategories(n_over, n_in, n_under, labels)
