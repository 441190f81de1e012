"""The attacker who puts kept rows back into teams, by what the teams' reports show.

Starts from the nearest shown means, then exchanges rows between teams as long as the
means of the teams come nearer to what their reports say (simulated annealing).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.disclosure import Ends, Gate
from reports.policy import Policy
from reports.tree import Band, End, Mean
from tests.attacks.matcher import assign

ENDS = Ends(1, 5)
Figures = NDArray[np.float64]


def span(cell: Mean | Band) -> tuple[float, float]:
    """Return the lowest and the highest mean that a cell may stand for."""
    if isinstance(cell, Band):
        return cell.low or ENDS.low, cell.high or ENDS.high
    if cell.end is End.OR_ABOVE:
        return cell.value - 0.05, ENDS.high
    if cell.end is End.OR_BELOW:
        return ENDS.low, cell.value + 0.05
    return cell.value - 0.05, cell.value + 0.05


@dataclass
class Shown:
    """What reports show of every team: spans of dimension means, then of items."""

    low: Figures
    high: Figures

    def miss(self, sums: Figures, n: int, team: int) -> float:
        """Say how far a team's means lie outside of what its report says."""
        mean = sums[team] / n
        over = np.maximum(mean - self.high[team], 0)
        under = np.maximum(self.low[team] - mean, 0)
        return float((over + under).sum())


def seen_through_the_gate(answers: NDArray[np.int_]) -> Shown:
    """Return the shown spans of (team, person, dimension, item)."""
    gate, n, n_items = Gate(Policy()), answers.shape[1], answers.shape[3]
    spans = [
        [
            *(span(gate.dimension_mean(m, n, ENDS, n_items)) for m in dimensions),
            *(span(gate.item_mean(m, n, ENDS)) for m in items),
        ]
        for dimensions, items in zip(
            answers.mean((1, 3)), answers.mean(1).reshape(len(answers), -1), strict=True
        )
    ]
    low, high = np.moveaxis(np.array(spans), 2, 0)
    return Shown(low, high)


def rebuild(rows: Figures, shown: Shown, rng: np.random.Generator) -> NDArray[np.int_]:
    """Say for every row, of dimension scores and items, which team it belongs to."""
    n_teams = len(shown.low)
    n = len(rows) // n_teams
    middle = np.repeat((shown.low + shown.high) / 2, n, axis=0)
    cost = ((rows[:, None] - middle[None]) ** 2).sum(2)
    team = np.array(assign(cost)) // n
    sums = np.stack([rows[team == t].sum(0) for t in range(n_teams)])
    miss = [shown.miss(sums, n, t) for t in range(n_teams)]
    for heat in np.linspace(0.2, 0.002, 40_000):
        one, two = rng.integers(0, len(rows), 2)
        a, b = team[one], team[two]
        if a == b:
            continue
        moved = rows[two] - rows[one]
        sums[a] += moved
        sums[b] -= moved
        now = shown.miss(sums, n, a), shown.miss(sums, n, b)
        worse = sum(now) - miss[a] - miss[b]
        if worse <= 0 or rng.random() < np.exp(-worse / heat):
            team[one], team[two] = b, a
            miss[a], miss[b] = now
        else:
            sums[a] -= moved
            sums[b] += moved
    return team
