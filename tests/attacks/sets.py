"""Whose answers each printed figure is about, and whom one gets by subtracting sets.

"On any data": only who belongs to a set counts here, not what anybody answered. People
no printed set tells apart are one atom; a group of atoms is given away if its
indicator is a sum of multiples of the printed sets' indicators, in exact fractions.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from questionnaires.model import RaterGroup
from reports.answers import AnswerRow
from tests.attacks.reading import ALL, is_figure_cell

SHORT_FROM, MANY_ITEMS = 8, 5
"""Items of dimensions shorter than this need so many answers."""
Row = list[Fraction]


@dataclass(frozen=True)
class Variable:
    """Who answered it: places of people by leader and group."""

    name: str
    people: Mapping[tuple[str, str], tuple[int, ...]]

    def of(self, leader: str, group: str) -> frozenset[int]:
        """Return the people of one printed group of a leader."""
        found = [
            place
            for (whose, which), places in self.people.items()
            if whose == leader and group in {which, ALL}
            for place in places
        ]
        return frozenset(found)


def variables(
    rows: Sequence[AnswerRow], code: str, items: Sequence[str], min_share: float = 0.5
) -> list[Variable]:
    """Return the score of a dimension and each of its items, with who has one."""
    wanted: dict[str, Any] = {
        code: lambda row: sum(i in row.points for i in items) >= min_share * len(items),
        **{item: lambda row, item=item: item in row.points for item in items},
    }
    return [
        Variable(name, _people(rows, has_answer)) for name, has_answer in wanted.items()
    ]


def _people(rows, has_answer) -> dict[tuple[str, str], tuple[int, ...]]:
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for place, row in enumerate(rows):
        if row.group in {RaterGroup.TEAM, RaterGroup.PEERS} and has_answer(row):
            scope = row.leader, str(row.group)
            found[scope] = (*found.get(scope, ()), place)
    return found


def printed_sets(
    printed: Mapping[str, Any], code: str, variable: Variable, score: Variable
) -> list[frozenset[int]]:
    """Return the sets of one variable about which ``analysis.json`` tells a figure."""
    found = []
    for leader, dimensions in printed["leaders"].items():
        if code in dimensions:
            groups = _told_groups(dimensions[code], code, variable.name)
            found += [variable.of(leader, group) for group in groups]
    if _is_pooled(printed["organisation"][code], code, variable.name):
        told = printed["organisation"][code]
        found.append(_pooled(variable, score, told, printed["cycle"]["k"]))
    return [one for one in found if one]


def _told_groups(dimension: Any, code: str, name: str) -> Iterator[str]:
    if name == code:
        for view in dimension["views"]:
            if view["group"] != "manager" and is_figure_cell(view["mean"]):
                yield view["group"] or ALL
    for item in dimension["items"]:
        if item["code"] == name and is_figure_cell(item["mean"]):
            yield dimension["gap"]["against"] or ALL


def _is_pooled(pooled: Mapping[str, Any], code: str, name: str) -> bool:
    if name == code:
        return pooled["mean"]["value"] is not None
    return any(i["code"] == name and i["mean"] is not None for i in pooled["items"])


def _pooled(
    variable: Variable, score: Variable, told: Mapping[str, Any], k: int
) -> frozenset[int]:
    """Return who is in a pooled figure: teams of as many as show a mean alone."""
    n_items = told["n_items"]
    floor = max(k, SHORT_FROM) if n_items == 1 else k
    teams = {
        scope: set(people)
        for scope, people in score.people.items()
        if scope[1] == "team" and len(people) >= floor
    }
    assert len(teams) == told["n_teams"]
    if variable is score:
        return frozenset().union(*teams.values())
    floor = max(k, SHORT_FROM) if n_items < MANY_ITEMS else k
    answering = [teams[s] & set(p) for s, p in variable.people.items() if s in teams]
    return frozenset().union(*(people for people in answering if len(people) >= floor))


def given_away(sets: Iterable[frozenset[int]], k: int) -> frozenset[int]:
    """Return 1 to k - 1 people whose sum the printed sets give, if there are any."""
    sets = list(dict.fromkeys(sets))
    columns = {p: tuple(p in one for one in sets) for one in sets for p in one}
    sizes = Counter(columns.values())
    atoms = list(sizes)
    base = _echelon([[Fraction(atom[n]) for atom in atoms] for n in range(len(sets))])
    for chosen in _small_unions([sizes[atom] for atom in atoms], k):
        wanted = [Fraction(place in chosen) for place in range(len(atoms))]
        if not any(_reduced(wanted, base)):
            names = {atoms[place] for place in chosen}
            return frozenset(p for p, atom in columns.items() if atom in names)
    return frozenset()


def _small_unions(sizes: Sequence[int], k: int) -> Iterator[tuple[int, ...]]:
    small = [place for place, size in enumerate(sizes) if size < k]
    for n in range(1, k):
        for chosen in itertools.combinations(small, n):
            if sum(sizes[place] for place in chosen) < k:
                yield chosen


def _echelon(rows: Iterable[Row]) -> list[tuple[int, Row]]:
    """Return rows that span the same space, each with its leading place."""
    base: list[tuple[int, Row]] = []
    for row in rows:
        rest = _reduced(row, base)
        lead = next((place for place, x in enumerate(rest) if x), None)
        if lead is not None:
            base.append((lead, [x / rest[lead] for x in rest]))
    return base


def _reduced(row: Row, base: Iterable[tuple[int, Row]]) -> Row:
    for lead, other in base:
        factor = row[lead]
        if factor:
            row = [a - factor * b for a, b in zip(row, other, strict=True)]
    return row
