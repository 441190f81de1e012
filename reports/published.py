"""The shown means of one dimension over all teams: what teams are compared by.

Comparing teams uses nothing but these: whoever reads the organisation's report learns
no more of a team than its leader's report shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import RaterGroup
from reports.disclosure import Cell, Ends, middle, to_tenth
from reports.means import PooledSd
from reports.pooled import Scored, organisation_groups
from reports.seen import SeenDimension
from reports.shrinkage import Shrunken, empirical_bayes_two_stage
from reports.tree import Standing
from reports.views import Sds

TEAMS_TO_SHRINK = 10
"""With fewer teams nobody can know how far they differ."""
TEAMS_FOR_STANDING = 20
RELIABLE_ENOUGH = 0.5
"""Below this reliability of the team in the middle no team is placed."""
N_DRAWS = 500
_QUARTERS = (Standing.LOWER_QUARTER, Standing.MIDDLE_HALF, Standing.UPPER_QUARTER)


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """One entry a leader whose team's mean is shown, in the order of the leaders.

    Attributes
    ----------
    leaders
        Keys of the leaders.
    cells
        What is shown.
    middles
        The middle of each cell, in points.
    sizes
        How many raters stand behind each.
    selfs
        The leader's own rating as shown, ``nan`` where there is none.
    sd
        Spread inside teams, ``None`` on too few of them.
    """

    scored: Scored
    leaders: tuple[str, ...]
    cells: tuple[Cell, ...]
    middles: NDArray[np.float64]
    sizes: NDArray[np.intp]
    selfs: NDArray[np.float64]
    sd: PooledSd | None

    @property
    def ends(self) -> Ends:
        """Ends of the response scale."""
        return self.scored.ends

    @property
    def error_variances(self) -> NDArray[np.float64] | None:
        """How far each mean may be off by chance, in squared points."""
        return None if self.sd is None else self.sd.sd**2 / self.sizes


def published(
    scored: Scored, seen: Mapping[str, Sequence[SeenDimension]], place: int, sds: Sds
) -> Published:
    """Gather the shown means of one dimension; ``place``: where it stands in each."""
    (group,) = organisation_groups(scored) or (RaterGroup.TEAM,)
    found = [
        (leader, own, one)
        for leader, dimensions in seen.items()
        for own, one in [(dimensions[place].self_score, dimensions[place].of(group))]
        if one is not None and one.cell is not None
    ]
    cells = tuple(one.cell for _, _, one in found if one.cell is not None)
    selfs = [np.nan if own is None else to_tenth(own) for _, own, _ in found]
    return Published(
        scored=scored,
        leaders=tuple(leader for leader, _, _ in found),
        cells=cells,
        middles=np.array([middle(cell, scored.ends) for cell in cells], dtype=float),
        sizes=np.array([one.n for _, _, one in found], dtype=np.intp),
        selfs=np.array(selfs, dtype=float),
        sd=sds.get((scored.dimension.code, group)),
    )


def shrunken(teams: Published) -> Shrunken | None:
    """Pull the means of small teams towards that of all; ``None`` on too few teams."""
    variances = teams.error_variances
    if variances is None or len(teams.leaders) < TEAMS_TO_SHRINK:
        return None
    return empirical_bayes_two_stage(teams.middles, variances)


def team_reliability(between: float, variances: NDArray[np.float64]) -> float:
    """Return the reliability of the mean of the team in the middle, 0 to 1."""
    return float(np.median(between / (between + variances)))


def standings(
    teams: Published, shrunk: Shrunken | None, rng: np.random.Generator
) -> dict[str, Standing | None]:
    """Place each team in a quarter if it lies there more likely than not.

    Quarters are those of plausible true means, drawn around the shrunken ones
    (Goldstein and Spiegelhalter 1996). Nothing is placed where teams cannot be told
    apart.
    """
    nobody: dict[str, Standing | None] = dict.fromkeys(teams.leaders)
    variances = teams.error_variances
    if shrunk is None or variances is None or len(nobody) < TEAMS_FOR_STANDING:
        return nobody
    if team_reliability(shrunk.tau2, variances) < RELIABLE_ENOUGH:
        return nobody
    likely = _quarter_probabilities(shrunk, rng)
    placed = [_QUARTERS[row.argmax()] if row.max() > 1 / 2 else None for row in likely]
    return dict(zip(teams.leaders, placed, strict=True))


def _quarter_probabilities(
    shrunk: Shrunken, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return how likely each team is in the lower, middle, upper part, (n_teams, 3)."""
    times = np.zeros((shrunk.estimates.size, len(_QUARTERS)))
    spread = np.sqrt(shrunk.variances)
    for _ in range(N_DRAWS):
        draw = rng.normal(shrunk.estimates, spread)
        low, high = np.quantile(draw, [0.25, 0.75])
        times[:, 0] += draw < low
        times[:, 2] += draw > high
    times[:, 1] = N_DRAWS - times[:, 0] - times[:, 2]
    return times / N_DRAWS
