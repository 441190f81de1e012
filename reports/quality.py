"""How well one dimension is measured over all teams: reliability and agreement."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Item
from reports.agreement import (
    null_variance,
    rwg_j_by_group,
    rwg_star_j_by_group,
)
from reports.chance import rwg_star_by_chance
from reports.disclosure import Gate
from reports.errors import NotEstimableError
from reports.grouping import Grouping
from reports.inference import mean_with_interval, wilson_interval
from reports.intraclass import IntraclassCorrelation, intraclass_correlation
from reports.organisation_tree import Figure, OrganisationItem, Quality
from reports.pooled import Pool, Scored
from reports.reliability import (
    Alpha,
    alpha_if_dropped,
    alpha_within_teams,
    cronbach_alpha,
    item_rest_correlations,
    mcdonald_omega,
)
from reports.results import ByGroup, Interval
from reports.views import FAVOURABLE_SHARE

T = TypeVar("T")
RATERS_FOR_KEYING = 30
"""With fewer raters a negative correlation can be chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """One dimension's answers that may enter pooled figures, and the gate for them."""

    gate: Gate
    scored: Scored
    pooled: Pool

    @property
    def scores(self) -> NDArray[np.float64]:
        """Return one score a rater."""
        return self.scored.scores[self.pooled.rows]

    @property
    def ratings(self) -> NDArray[np.float64]:
        """Return raters x items, turned."""
        return self.scored.ratings[self.pooled.rows]

    def told(self, compute: Callable[[], float]) -> float | None:
        """Compute a figure and tell it; ``None`` where the answers do not carry it."""
        value = attempt(compute)
        return None if value is None else self.gate.pooled(value)


def attempt(compute: Callable[[], T]) -> T | None:
    """Return what is computed, ``None`` where these answers do not carry it."""
    try:
        return compute()
    except NotEstimableError:
        return None


def figure(gate: Gate, value: float, interval: Interval) -> Figure | None:
    """Tell a figure with its interval."""
    told = gate.pooled(value)
    if told is None:
        return None
    return Figure(told, gate.pooled(interval.low), gate.pooled(interval.high))


def _alpha(gate: Gate, alpha: Alpha | None) -> Figure | None:
    return None if alpha is None else figure(gate, alpha.estimate, alpha.interval)


def _median(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if known.size else math.nan


def _between(gate: Gate, teams: IntraclassCorrelation | None) -> Figure | None:
    """Tell ICC(1), a share: its estimator can be negative, what is told is not."""
    if teams is None:
        return None
    lowest = -math.inf if gate.policy.open_analysis else 0.0
    interval = teams.icc1_interval
    cut = Interval(max(interval.low, lowest), max(interval.high, lowest))
    return figure(gate, max(teams.icc1, lowest), cut)


def _reliability_in_the_middle(
    teams: IntraclassCorrelation | None, sizes: NDArray[np.intp]
) -> float:
    """Return the median over teams of between / (between + within / size)."""
    if teams is None:
        return math.nan
    within = teams.mean_square_within
    between = max((teams.mean_square_between - within) / teams.k0, 0.0)
    noise = within / sizes
    shares = np.divide(
        between, between + noise, out=np.zeros(noise.shape), where=noise + between > 0
    )
    return float(np.median(shares))


def _above_chance(measures: Measures, seed: int) -> float:
    """Return the share of teams that agree more than 95% would by chance."""
    scored, teams = measures.scored, measures.pooled.teams
    n_points = scored.instrument.response_scale.n_points
    null = null_variance(n_points)
    agreement = rwg_star_j_by_group(measures.ratings, teams, null)
    known = ~np.isnan(agreement.values)
    if not known.any():
        return math.nan
    sizes = agreement.sizes[known]
    limits = {
        n: rwg_star_by_chance(
            n, len(scored.items), n_points, np.random.default_rng(seed)
        )
        for n in sorted(set(sizes.tolist()))
    }
    needed = np.array([limits[n] for n in sizes.tolist()])
    return float(np.mean(agreement.values[known] > needed))


def quality(measures: Measures, seed: int) -> Quality:
    """Tell every figure on reliability and agreement that the answers carry."""
    gate, scores, ratings = measures.gate, measures.scores, measures.ratings
    teams = measures.pooled.teams
    n_points = measures.scored.instrument.response_scale.n_points
    between = attempt(lambda: intraclass_correlation(scores, teams))

    def agreement(by_group: Callable[..., ByGroup], shape: str) -> float | None:
        return measures.told(
            lambda: _median(
                by_group(ratings, teams, null_variance(n_points, shape)).values
            )
        )

    return Quality(
        alpha=_alpha(gate, attempt(lambda: cronbach_alpha(ratings))),
        alpha_within_teams=_alpha(
            gate, attempt(lambda: alpha_within_teams(ratings, teams))
        ),
        omega=measures.told(lambda: mcdonald_omega(ratings)),
        icc1=_between(gate, between),
        icc2=_told_icc2(gate, between),
        team_reliability=gate.pooled(
            _reliability_in_the_middle(between, measures.pooled.sizes)
        ),
        rwg_j_median=agreement(rwg_j_by_group, "uniform"),
        rwg_star_j_median=agreement(rwg_star_j_by_group, "uniform"),
        rwg_j_median_skewed=agreement(rwg_j_by_group, "slight_skew"),
        rwg_star_j_median_skewed=agreement(rwg_star_j_by_group, "slight_skew"),
        above_chance=gate.pooled(_above_chance(measures, seed)),
    )


def _told_icc2(gate: Gate, teams: IntraclassCorrelation | None) -> float | None:
    """Tell ICC(2), a reliability: below 0 it is none."""
    if teams is None or math.isinf(teams.icc2):
        return None
    is_open = gate.policy.open_analysis
    return gate.pooled(teams.icc2 if is_open else max(teams.icc2, 0.0))


def favourable(measures: Measures) -> Figure | None:
    """Tell the share of raters whose score lies in the upper quarter of the scale.

    Raters of one team answer alike: they count as fewer, by the design effect
    1 + (k0 - 1) ICC(1).
    """
    scores, ends = measures.scores, measures.scored.ends
    is_good = measures.scored.dimension.high_is_good
    up = scores - ends.low if is_good else ends.high - scores
    n_favourable = int((up >= FAVOURABLE_SHARE * ends.reach - 1e-9).sum())
    teams = attempt(lambda: intraclass_correlation(scores, measures.pooled.teams))
    effect = 1.0 if teams is None else 1 + (teams.k0 - 1) * max(teams.icc1, 0.0)
    n = max(round(scores.size / effect), 1)
    interval = wilson_interval(round(n_favourable * n / scores.size), n)
    share = measures.gate.share_of_people(n_favourable, scores.size)
    if share is None:
        return None
    return figure(measures.gate, n_favourable / scores.size, interval)


def _item_mean(measures: Measures, place: int) -> float | None:
    """Tell the mean of those teams of which enough answered the statement."""
    gate, scored, pooled = measures.gate, measures.scored, measures.pooled
    points = measures.ratings[:, place]
    given = ~np.isnan(points)
    floor = gate.pool_floor(len(scored.items), single_item=True)
    answering = Pool.of(pooled.rows[given], pooled.teams[given], floor)
    if not answering.rows.size:
        return None
    if not (answering.may_be_printed or gate.policy.open_analysis):
        return None
    return gate.pooled(float(scored.ratings[answering.rows, place].mean()))


def items(measures: Measures) -> tuple[OrganisationItem, ...]:
    """Tell how each statement was answered and how it fits the others."""
    gate, scored, ratings = measures.gate, measures.scored, measures.ratings
    rest = attempt(lambda: item_rest_correlations(ratings))
    without = attempt(lambda: alpha_if_dropped(ratings))
    asked = scored.cannot_say[measures.pooled.rows]

    def one(place: int, item: Item) -> OrganisationItem:
        n_given = int((~np.isnan(ratings[:, place])).sum())
        n_asked = n_given + int(asked[:, place].sum())
        return OrganisationItem(
            code=item.code,
            texts=dict(item.other_wording),
            reverse_keyed=item.reverse_keyed,
            mean=_item_mean(measures, place),
            rest=None if rest is None else gate.pooled(float(rest[place])),
            alpha_without=None
            if without is None
            else gate.pooled(float(without[place])),
            cannot_say=gate.share_of_people(int(asked[:, place].sum()), n_asked)
            if n_asked
            else None,
        )

    return tuple(one(place, item) for place, item in enumerate(scored.items))


def mean_of_teams(measures: Measures) -> Figure | None:
    """Tell the mean over teams, each counted once, as a sample of such teams."""
    teams = Grouping.of(measures.pooled.teams)
    means = teams.means(measures.scores)
    told = attempt(lambda: mean_with_interval(means))
    return None if told is None else figure(measures.gate, told.mean, told.interval)


def keying(measures: Measures) -> tuple[str, ...]:
    """Name the statements that go against the others: perhaps never turned."""
    ratings = measures.ratings
    rest = attempt(lambda: item_rest_correlations(ratings))
    if rest is None or len(ratings) < RATERS_FOR_KEYING:
        return ()
    codes = [item.code for item in measures.scored.items]
    return tuple(code for code, r in zip(codes, rest, strict=True) if r < 0)
