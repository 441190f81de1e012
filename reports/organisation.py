"""What all leaders together show: pooled figures, or why there are none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import RaterGroup
from reports.agreement import null_variance, rwg_j_by_group, rwg_star_j_by_group
from reports.answers import Answers
from reports.disclosure import Gate
from reports.errors import NotEstimableError
from reports.intraclass import intraclass_correlation
from reports.pooled import ANONYMOUS, Pool, Scored, pool
from reports.reliability import alpha_within_teams, cronbach_alpha
from reports.tree import OrganisationDimension, WhyMissing

Figures = dict[str, Callable[[], float]]
MADE_BY = {
    "mean": "scoring.dimension_scores",
    "alpha": "reliability.cronbach_alpha",
    "alpha_within_teams": "reliability.alpha_within_teams",
    "icc1": "agreement.intraclass_correlation",
    "icc2": "agreement.intraclass_correlation",
    "rwg_j_median": "agreement.rwg_j_by_group",
    "rwg_star_j_median": "agreement.rwg_star_j_by_group",
}
"""Which function makes each figure of a dimension."""
SHARES = frozenset({"icc1", "icc2"})
"""Estimates of shares, which cannot be negative; their estimators can."""


def organisation_groups(scored: Scored) -> tuple[RaterGroup, ...]:
    """Return whose answers organisation figures rest on: one group a leader."""
    asked = [g for g in ANONYMOUS if g in scored.instrument.asked_groups]
    return tuple(asked[:1])


def _figures(scored: Scored, pooled: Pool) -> Figures:
    """Return how each figure is computed, by its field in the tree."""
    scores, ratings = scored.scores[pooled.rows], scored.ratings[pooled.rows]
    teams = pooled.teams
    null = null_variance(scored.instrument.response_scale.n_points)

    def median(values: NDArray[np.float64]) -> float:
        known = values[~np.isnan(values)]
        return float(np.median(known)) if known.size else math.nan

    return {
        "mean": lambda: float(scores.mean()),
        "alpha": lambda: cronbach_alpha(ratings).estimate,
        "alpha_within_teams": lambda: alpha_within_teams(ratings, teams).estimate,
        "icc1": lambda: intraclass_correlation(scores, teams).icc1,
        "icc2": lambda: intraclass_correlation(scores, teams).icc2,
        "rwg_j_median": lambda: median(rwg_j_by_group(ratings, teams, null).values),
        "rwg_star_j_median": lambda: median(
            rwg_star_j_by_group(ratings, teams, null).values
        ),
    }


def _told(gate: Gate, name: str, compute: Callable[[], float]) -> float | None:
    """Compute a figure and round it to two significant digits, a share below 0 to 0."""
    try:
        figure = compute()
    except NotEstimableError:
        return None
    if math.isnan(figure):
        return None
    if gate.policy.open_analysis:
        return figure
    return float(f"{max(figure, 0.0) if name in SHARES else figure:.2g}")


def organisation_dimension(
    gate: Gate, answers: Answers, scored: Scored
) -> OrganisationDimension:
    """Pool one dimension over all teams; below 8 teams or 50 raters tell nothing."""
    k = 1 if gate.policy.open_analysis else gate.policy.k
    pooled = pool(answers, scored, organisation_groups(scored), k)
    told: dict[str, float | None] = {}
    why = WhyMissing.TOO_FEW
    if pooled.may_be_printed or (gate.policy.open_analysis and pooled.rows.size):
        told = {n: _told(gate, n, c) for n, c in _figures(scored, pooled).items()}
        why = WhyMissing.NOT_ESTIMABLE if None in told.values() else WhyMissing.NONE
    return OrganisationDimension(
        code=scored.dimension.code,
        title=dict(scored.dimension.title),
        n_teams=int(pooled.sizes.size),
        **{name: told.get(name) for name in MADE_BY},
        why_missing=why,
    )
