"""A made-up works of any size: leaders, their teams and how safe these feel."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from questionnaires.model import Form, Instrument, RaterGroup, Referent
from reports.analysis import Analysis, analyse
from reports.answers import Answers, as_column
from reports.policy import Policy
from reports.tree import CycleFacts
from tests.reports.conftest import dimension, instrument

SELF, TEAM = RaterGroup.SELF, RaterGroup.TEAM
SHAPE = {"listen": 5, "values": 4}


def both_instruments() -> tuple[Instrument, Instrument]:
    """Return one questionnaire about the leader and one about the team."""
    leader = instrument(*(dimension(code, n) for code, n in SHAPE.items()))
    team = instrument(
        dimension("safety", 5), code="team", referent=Referent.TEAM, questions=()
    )
    return leader, team


def answers_of(
    n_leaders: int,
    size: int = 8,
    *,
    seed: int = 1,
    between: float = 0.4,
    rating_themselves: int | None = None,
    over: float = 0.3,
) -> Answers:
    """Return answers of leaders whose teams differ by ``between`` points.

    The first ``rating_themselves`` leaders do, ``over`` points higher than their teams
    rate listening; values are rated higher by teams, and not by leaders.
    """
    rng = np.random.default_rng(seed)
    names = [f"Leader {number:03}" for number in range(n_leaders)]
    level = rng.normal(3.2, between, n_leaders) if between else np.full(n_leaders, 3.2)
    rows, leaders, groups = [], [], []
    n_selfs = n_leaders if rating_themselves is None else rating_themselves
    for number, name in enumerate(names):
        team = level[number] + rng.normal(0, 0.5, (size, 1))
        safety = 0.5 * team + 1.6 + rng.normal(0, 0.4, (size, 1))
        columns = (np.repeat(team, 5, 1), np.repeat(team + 0.3, 4, 1))
        rows.append(np.hstack([*columns, np.repeat(safety, 5, 1)]))
        leaders += [name] * size
        groups += [TEAM] * size
        if number < n_selfs:
            own = level[number] + over + rng.normal(0, 0.4)
            rows.append(np.full((1, 14), own))
            leaders.append(name)
            groups.append(SELF)
    level_of_all = np.vstack(rows)
    points = np.clip(
        np.rint(level_of_all + rng.normal(0, 0.6, level_of_all.shape)), 1, 5
    )
    return as_answers(
        leaders, groups, points, {(name, TEAM): size + 1 for name in names}
    )


def as_answers(
    leaders: list[str],
    groups: list[RaterGroup],
    points: NDArray[np.float64],
    invited: Mapping[tuple[str, RaterGroup], int],
) -> Answers:
    """Return answers to both questionnaires, columns in the order of their items."""
    codes = tuple(item.code for one in both_instruments() for item in one.items)
    n = len(leaders)
    return Answers(
        leaders=as_column(leaders),
        groups=as_column(groups),
        item_codes=codes,
        points=points,
        cannot_say=np.zeros(points.shape, dtype=np.bool_),
        comments=((),) * n,
        confidential=np.zeros(n, dtype=np.bool_),
        invited=dict(invited),
    )


def analysed(
    answers: Answers, policy: Policy | None = None, **more: object
) -> Analysis:
    """Analyse answers to both questionnaires."""
    fields = {
        "form": Form.FULL,
        "policy": policy or Policy(),
        "cycle": CycleFacts("Autumn", "Made-up", 5, "full"),
        "code_version": "0",
        "seed": 1,
    }
    return analyse(answers, both_instruments(), **(fields | more))
