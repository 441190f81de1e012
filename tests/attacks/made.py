"""One made-up leader, and all that is printed about them."""

from __future__ import annotations

import numpy as np

from questionnaires.model import RaterGroup
from tests.attacks.attack import Output, Points, known_of
from tests.attacks.figures import Known
from tests.attacks.reading import Told
from tests.reports.conftest import Company, dimension, instrument

SILENT = 2
Seen = tuple[Told, Known, Points]


def look(company: Company, output: Output, number: int) -> Seen:
    """Return all that an attacker sees and knows, and the truth, of one dimension."""
    asked = company.instrument.dimensions[number]
    items = [item.code for item in asked.items]
    points: dict[str, list[list[int]]] = {}
    for row in company.rows:
        points.setdefault(str(row.group), []).append([row.points[i] for i in items])
    own = points.pop("self", [None])[0]
    invited = {str(group): n for (_, group), n in company.invited.items()}
    groups = {group: np.array(rows) for group, rows in points.items()}
    reverse = [item.reverse_keyed for item in asked.items]
    known = known_of(groups, reverse, invited, tuple(own) if own else None)
    return output.told("An", asked.code), known, groups


def look_at(*team: tuple[int, ...], peers=(), own=None) -> Seen:
    """Return the same of a leader of whom one dimension was asked."""
    company = Company(instrument(dimension("d0", len(team[0]))))
    for group, rows in ((RaterGroup.TEAM, team), (RaterGroup.PEERS, peers)):
        company.answer("An", group, *rows)
        if rows:
            company.invited["An", group] = len(rows) + SILENT
    if own is not None:
        company.answer("An", RaterGroup.SELF, own)
    return look(company, Output(company.analyse()), 0)
