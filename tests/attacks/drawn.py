"""Teams drawn from a real survey, lq2002: people who did answer like that."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import RaterGroup
from reports.policy import Policy
from tests.attacks.attack import Output, known_of
from tests.attacks.figures import Known
from tests.reports.conftest import Company, dimension, instrument

LQ2002 = Path(__file__).parents[1] / "data" / "lq2002" / "lq2002.csv"
COLUMNS = {
    "tsig": tuple(f"TSIG{n:02}" for n in range(1, 4)),
    "five": tuple(f"LEAD{n:02}" for n in range(1, 6)),
    "lead": tuple(f"LEAD{n:02}" for n in range(1, 12)),
}
"""Three dimensions: of three items, of five, and of all eleven about leaders."""

SILENT = 2
"""So many of every team did not answer."""


@lru_cache
def companies() -> tuple[NDArray[np.int64], ...]:
    """Return the answers of each company, the items of all dimensions side by side."""
    names = [name for columns in COLUMNS.values() for name in columns]
    teams: dict[str, list[list[int]]] = {}
    with LQ2002.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            teams.setdefault(row["COMPID"], []).append([int(row[n]) for n in names])
    return tuple(np.array(rows) for rows in teams.values())


@dataclass(frozen=True)
class Drawn:
    """Made-up leaders with drawn teams, and all that is printed about them."""

    teams: Mapping[str, NDArray[np.int64]]
    selfs: Mapping[str, NDArray[np.int64]]
    output: Output

    def points(self, leader: str, code: str) -> dict[str, NDArray[np.int64]]:
        """Return what the team answered to the items of one dimension."""
        return {"team": self.teams[leader][:, _columns(code)]}

    def known(self, leader: str, code: str) -> Known:
        """Return what an attacker in this team knows besides the report."""
        points = self.points(leader, code)
        invited = {"team": len(points["team"]) + SILENT}
        own = tuple(self.selfs[leader][_columns(code)].tolist())
        return known_of(points, [False] * len(COLUMNS[code]), invited, own)


def _columns(code: str) -> slice:
    starts = np.cumsum([0, *(len(names) for names in COLUMNS.values())])
    place = list(COLUMNS).index(code)
    return slice(starts[place], starts[place + 1])


def draw(
    sizes: list[int],
    rng: np.random.Generator,
    *,
    raised: int = 0,
    policy: Policy | None = None,
) -> Drawn:
    """Draw one team a size, each from one company; ``raised``: points added to all."""
    made = Company(instrument(*(dimension(c, len(n)) for c, n in COLUMNS.items())))
    teams, selfs = {}, {}
    for number, size in enumerate(sizes):
        large = [rows for rows in companies() if len(rows) > size]
        rows = rng.permutation(large[rng.integers(len(large))])
        leader = f"Leader {number:04}"
        teams[leader] = np.minimum(rows[:size] + raised, 5)
        selfs[leader] = np.minimum(rows[size] + raised, 5)
        made.answer(leader, RaterGroup.SELF, tuple(selfs[leader].tolist()))
        made.answer(leader, RaterGroup.TEAM, *map(tuple, teams[leader].tolist()))
        made.invited[leader, RaterGroup.TEAM] = size + SILENT
    return Drawn(teams, selfs, Output(made.analyse(policy)))
