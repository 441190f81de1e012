"""The product's interval and verdict for many teams at once, checked against it."""

import math
import sys
from dataclasses import dataclass

import numpy as np
from parts.drawn_teams import HIGH, LOW, Teams

from reports.disclosure import Ends, Gate, shown_half_width, shown_interval
from reports.errors import SLACK
from reports.gaps import CLEAR, PRACTICAL_SHARE, leader_gap
from reports.means import t_quantile
from reports.multiplicity import holm
from reports.policy import Policy

PRACTICAL = PRACTICAL_SHARE * (HIGH - LOW)
DIMENSIONS = 8
"""Of LL-35 and PS-8 together: so many gaps one report judges."""
N_ITEMS = 11
CHECKED = 20
"""Teams of each table row that `leader_gap` does as well."""
WORDS = ("seen alike", "clearly", "probably", "slightly", "may be", "cannot tell")


@dataclass(frozen=True)
class Measured:
    """Mean of those who answered, its standard error and df, for every team."""

    mean: np.ndarray
    error: np.ndarray
    df: float

    @property
    def half(self) -> np.ndarray:
        """Half the width of each interval, in points."""
        return t_quantile(0.95, self.df) * self.error

    def held(self, truth: np.ndarray) -> float:
        """Share of the teams whose interval holds the truth."""
        return float((np.abs(self.mean - truth) <= self.half).mean())


@dataclass(frozen=True)
class Judged:
    """Gap, p and verdict (a place in `WORDS`) of every team."""

    gap: np.ndarray
    p: np.ndarray
    word: np.ndarray

    def share(self, word: str) -> float:
        """Share of the teams of which the verdict is this word."""
        return float((self.word == WORDS.index(word)).mean())


def measure(
    teams: Teams,
    n: int,
    rho: float,
    sd: float | np.ndarray | None,
    df: float | None,
) -> Measured:
    """Do what `mean_with_interval` does; rho 0: no correction, rho 1: plain fpc."""
    given = teams.answers[:, :n]
    spread = given.std(axis=1, ddof=1) if sd is None else sd
    error = spread / math.sqrt(n) * math.sqrt(1 - rho * n / teams.invited)
    errors = np.broadcast_to(error, len(given))
    return Measured(given.mean(axis=1), errors, n - 1 if df is None else df)


def words(gap: np.ndarray, half: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Name gaps by the rules of `reports.gaps.verdict`, without a direction."""
    size = np.abs(gap)
    large, unsure = size >= PRACTICAL - SLACK, size <= half
    cases = [size + half < PRACTICAL, large & unsure, unsure, ~large, p <= CLEAR]
    named = ["seen alike", "may be", "cannot tell", "slightly", "clearly"]
    places = [WORDS.index(word) for word in named]
    return np.select(cases, places, WORDS.index("probably"))


def judge(own: np.ndarray, team: Measured) -> Judged:
    from scipy import special

    gap = own - team.mean
    p = 2 * special.stdtr(team.df, -np.abs(gap) / team.error)
    return Judged(gap, p, words(gap, team.half, p))


def self_ratings(teams: Teams, gap: float) -> np.ndarray:
    return np.clip(teams.truth + gap, LOW, HIGH)


def clear_in_reports(judged: Judged, half: np.ndarray) -> np.ndarray:
    """Where "clearly" is said if teams stand for the dimensions of reports, with Holm.

    One row a report, one column a dimension.
    """
    n = judged.p.size // DIMENSIONS * DIMENSIONS
    tables = judged.p[:n].reshape(-1, DIMENSIONS)
    p = np.concatenate([holm(report) for report in tables])
    named = words(judged.gap[:n], half[:n], p)
    return (named == WORDS.index("clearly")).reshape(-1, DIMENSIONS)


def held_as_printed(teams: Teams, n: int, team: Measured) -> float:
    """Share of the teams whose printed interval, rounded and cut, holds the truth."""
    gate, ends, held = Gate(Policy()), Ends(round(LOW), round(HIGH)), 0
    for mean, half, truth in zip(team.mean, team.half, teams.truth, strict=True):
        cell = gate.dimension_mean(mean, n, ends, N_ITEMS)
        told = shown_interval(cell, shown_half_width(half), ends)
        low = LOW if told.low is None else told.low
        high = HIGH if told.high is None else told.high
        held += low - SLACK <= truth <= high + SLACK
    return held / len(teams.company)


def check(
    own: np.ndarray,
    teams: Teams,
    n: int,
    rho: float,
    sd: float | None,
    df: float | None,
) -> None:
    """Stop unless `leader_gap` says the same of the first teams as this module."""
    team = measure(teams, n, rho, sd, df)
    judged, half = judge(own, team), team.half
    for i in range(CHECKED):
        scores = teams.answers[i, :n]
        one = leader_gap(own[i], scores, teams.invited, (LOW, HIGH), rho, sd, df)
        theirs = np.array([one.estimate, one.half_width, one.p])
        off = np.abs(theirs - [judged.gap[i], half[i], judged.p[i]]).max()
        word = WORDS[judged.word[i]]
        if off > 1e-12 or not one.verdict.replace("_", " ").startswith(word):
            sys.exit(f"leader_gap says {one}; this bench is {off:g} off, says {word}")
