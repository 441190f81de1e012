"""How far raters agree who answer by chance: what agreement is held against."""

from __future__ import annotations

import numpy as np

from reports.agreement import null_variance, rwg_star_j_by_group
from reports.errors import require_between

N_TEAMS = 1000
MOST_POINTS = 2_000_000
"""Drawn at once at most; very large teams are simulated fewer times."""
FEWEST_TEAMS = 200


def rwg_star_by_chance(
    n_raters: int,
    n_items: int,
    n_points: int,
    rng: np.random.Generator,
    share: float = 0.95,
) -> float:
    """Agreement r*_wg(j) that a share of teams stays below when all answer by chance.

    Parameters
    ----------
    n_raters, n_items : int
        Size of the team, 2 at least, and number of items, 1 at least.
    n_points : int
        Answer options, each as likely as any other, for every item anew.
    rng : numpy.random.Generator
        Where chance comes from; 1,000 teams are drawn, fewer where they are large.
    share : float
        Between 0 and 1.

    Returns
    -------
    float
        At most 1; the more raters and items, the nearer to 0.

    Raises
    ------
    OutOfRangeError
        With fewer than two raters, no item or a `share` outside of 0 to 1.

    Notes
    -----
    Real people who do not read answer alike, not by chance: a team above this may still
    see nothing in common.

    References
    ----------
    Dunlap, W. P., Burke, M. J. & Smith-Crowe, K. (2003). Accurate tests of statistical
    significance for r_WG and average deviation interrater agreement indexes. Journal
    of Applied Psychology, 88(2), 356-362. Checked against the 95th percentiles of
    ``multilevel::rwg.j.sim`` 2.7 in R 4.2.2.
    """
    require_between("n_raters", n_raters, 2, np.inf)
    require_between("n_items", n_items, 1, np.inf)
    require_between("share", share, 0, 1)
    n_teams = min(N_TEAMS, max(MOST_POINTS // (n_raters * n_items), FEWEST_TEAMS))
    points = rng.integers(1, n_points + 1, (n_teams * n_raters, n_items)).astype(float)
    teams = np.repeat(np.arange(n_teams), n_raters)
    by_chance = rwg_star_j_by_group(points, teams, null_variance(n_points))
    return float(np.quantile(by_chance.values, share))
