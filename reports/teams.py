"""How teams differ: by name where that was promised, else as a distribution."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reports.disclosure import Gate, to_tenth
from reports.organisation_tree import Bin, TeamRow, Teams, WhyNoTeams
from reports.published import TEAMS_TO_SHRINK, Published
from reports.shrinkage import Shrunken
from reports.tree import ShownInterval, Standing

BIN = 0.5
Z_OF_INTERVAL = 1.96
"""Covers nine of ten teams, not 95%: the variances are estimated too."""


def teams(
    gate: Gate,
    shown: Published,
    shrunk: Shrunken | None,
    standings: Mapping[str, Standing | None],
    names: Mapping[str, str],
) -> Teams:
    """Tell the shown means, pulled towards that of all teams where that is possible."""
    why = _why_missing(shown, shrunk)
    is_compared = why is WhyNoTeams.NONE
    rows: tuple[TeamRow, ...] = ()
    bins: tuple[Bin, ...] = ()
    if gate.policy.names_leaders or gate.policy.open_analysis:
        rows = _rows(gate, shown, shrunk if is_compared else None, standings, names)
    elif is_compared and shrunk is not None:
        bins = _bins(gate, shown, shrunk)
    return Teams(len(shown.leaders), why, rows, bins)


def _why_missing(shown: Published, shrunk: Shrunken | None) -> WhyNoTeams:
    if len(shown.leaders) < TEAMS_TO_SHRINK:
        return WhyNoTeams.TOO_FEW
    if shrunk is None:
        return WhyNoTeams.NO_SPREAD
    return WhyNoTeams.ALL_ALIKE if shrunk.tau2 <= 0 else WhyNoTeams.NONE


def _rows(
    gate: Gate,
    shown: Published,
    shrunk: Shrunken | None,
    standings: Mapping[str, Standing | None],
    names: Mapping[str, str],
) -> tuple[TeamRow, ...]:
    """Return one row a team in alphabetical order, never by value."""
    rows = []
    for place, key in enumerate(shown.leaders):
        estimate = None if shrunk is None else float(shrunk.estimates[place])
        interval = None
        if shrunk is not None and estimate is not None:
            half = Z_OF_INTERVAL * float(np.sqrt(shrunk.variances[place]))
            low = max(estimate - half, shown.ends.low)
            high = min(estimate + half, shown.ends.high)
            interval = ShownInterval(to_tenth(low), to_tenth(high))
        rows.append(
            TeamRow(
                leader=names.get(key, key),
                answered=gate.count(int(shown.sizes[place])),
                mean=shown.cells[place],
                shrunken=None if estimate is None else to_tenth(estimate),
                interval=interval,
                standing=standings.get(key),
            )
        )
    return tuple(sorted(rows, key=lambda row: row.leader.casefold()))


def _bins(gate: Gate, shown: Published, shrunk: Shrunken) -> tuple[Bin, ...]:
    """Count teams in half points; one or two of them are told with the neighbours."""
    edges = np.arange(shown.ends.low, shown.ends.high + BIN / 2, BIN)
    inside = np.clip(shrunk.estimates, edges[0], np.nextafter(edges[-1], -np.inf))
    counts, _ = np.histogram(inside, edges)
    bins = [
        Bin(float(low), float(low + BIN), int(n))
        for low, n in zip(edges, counts.tolist(), strict=False)
    ]
    return tuple(b for b in _merged(gate, bins) if b.n_teams)


def _merged(gate: Gate, bins: list[Bin]) -> list[Bin]:
    """Join a bin that may not be told with the neighbour that has more teams."""
    while len(bins) > 1:
        small = [n for n, b in enumerate(bins) if not gate.leaders_in_cell(b.n_teams)]
        if not small:
            return bins
        at = small[0]
        neighbours = [n for n in (at - 1, at + 1) if 0 <= n < len(bins)]
        other = max(neighbours, key=lambda n: bins[n].n_teams)
        low, high = sorted((at, other))
        joined = Bin(
            bins[low].low, bins[high].high, bins[low].n_teams + bins[high].n_teams
        )
        bins = [*bins[:low], joined, *bins[high + 1 :]]
    return bins
