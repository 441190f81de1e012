"""Change between two cycles over teams, and what chance alone would have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.disclosure import Gate, middle
from reports.gaps import PRACTICAL_SHARE
from reports.organisation_tree import Change
from reports.pooled import organisation_groups
from reports.published import TEAMS_TO_SHRINK, Published
from reports.quality import attempt, figure
from reports.shrinkage import empirical_bayes_two_stage
from reports.tree import Band, LeaderReport, Mean
from reports.trend import paired_unit_change

TEAMS_TO_COMPARE = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """What the earlier reports show of the same leaders; ``nan``: nothing."""

    means: NDArray[np.float64]
    selfs: NDArray[np.float64]


def _is_same(teams: Published, report: LeaderReport, form: str) -> bool:
    """Whether the earlier cycle asked the same questions."""
    asked = teams.scored.instrument
    used = {(one.code, one.version) for one in report.instruments}
    return report.cycle.form == form and (asked.code, asked.version) in used


def _before(
    teams: Published, earlier: Mapping[str, LeaderReport], form: str
) -> _Before:
    """Look up what each leader's earlier report shows of this dimension."""
    pairs = [_shown(teams, earlier.get(leader), form) for leader in teams.leaders]
    values = np.array(pairs, dtype=float).reshape(-1, 2)
    return _Before(values[:, 0], values[:, 1])


def _shown(
    teams: Published, report: LeaderReport | None, form: str
) -> tuple[float, float]:
    code = teams.scored.dimension.code
    groups = organisation_groups(teams.scored)
    if report is None or not _is_same(teams, report, form):
        return np.nan, np.nan
    for result in report.dimensions:
        if result.code != code:
            continue
        own = np.nan if result.self_score is None else result.self_score
        for view in result.views:
            if view.group in groups and isinstance(view.mean, Mean | Band):
                return middle(view.mean, teams.ends), own
    return np.nan, np.nan


def change(
    gate: Gate, teams: Published, earlier: Mapping[str, LeaderReport], form: str
) -> Change | None:
    """Compare the shown means of teams that both cycles show; the unit is the team.

    ``earlier``: the reports of the earlier cycle by the same keys of leaders. ``None``
    on fewer than three such teams.
    """
    before = _before(teams, earlier, form)
    both = ~np.isnan(before.means)
    if both.sum() < TEAMS_TO_COMPARE:
        return None
    first, second = before.means[both], teams.middles[both]
    test = attempt(lambda: paired_unit_change(first, second))
    told = None if test is None else figure(gate, test.difference, test.interval)
    means = gate.pooled(float(first.mean())), gate.pooled(float(second.mean()))
    if told is None or means[0] is None or means[1] is None:
        return None
    n_picked, picked = _regression(gate, teams, before)
    return Change(int(both.sum()), means[0], means[1], told, n_picked, *picked)


def _regression(
    gate: Gate, teams: Published, before: _Before
) -> tuple[int, tuple[float | None, float | None, float | None]]:
    """Hold large earlier gaps against what is left of them, and against chance.

    A gap picked for its size is partly luck: mu + lambda (gap - mu) is expected of the
    next one if nobody does anything.
    """
    nobody = 0, (None, None, None)
    first, second = before.selfs - before.means, teams.selfs - teams.middles
    known = ~np.isnan(first) & ~np.isnan(second)
    noise = teams.error_variances
    if noise is None or known.sum() < TEAMS_TO_SHRINK:
        return nobody
    large = np.abs(first[known]) >= PRACTICAL_SHARE * teams.ends.reach - 1e-9
    pulled = attempt(lambda: empirical_bayes_two_stage(first[known], noise[known]))
    if pulled is None or large.sum() < TEAMS_TO_COMPARE:
        return nobody
    # Gaps of both signs would cancel out: all are turned to the side they lie on.
    side = np.sign(first[known][large])
    expected = pulled.estimates[large]
    figures = (first[known][large], expected, second[known][large])
    told = tuple(gate.pooled(float((side * values).mean())) for values in figures)
    return int(large.sum()), (told[0], told[1], told[2])
