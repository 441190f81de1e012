"""Peers of many leaders at once, from a table that HR keeps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import N_, SettingsError
from survey.lifecycle import CycleState
from survey.models.base import insert_once
from survey.models.nomination import Nomination
from survey.models.people import Person
from survey.raters import raters_of, why_no_peer
from survey.spreadsheets import Table
from survey.transitions import get_cycle, require

COLUMNS = ("leader_id", "person_id")


@dataclass(frozen=True, slots=True)
class NamingProblem:
    """A line that names nobody: an English text for translation, and its fields."""

    line: int
    text: str
    fields: dict[str, object]


def name_from_table(
    session: Session, cycle_id: int, table: Table, *, now: datetime
) -> list[NamingProblem]:
    """Name and agree to the peers of a table; where a line is wrong, to none of it.

    ``table``: personnel numbers of leaders (``leader_id``) and peers (``person_id``).
    Returns every wrong line; the caller takes the transaction back if there is one.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    if not cycle.asks_peers:
        raise SettingsError(problem=N_("This cycle does not ask peers."))
    if missing := [name for name in COLUMNS if name not in table.columns]:
        text = N_("The column “%(column)s” is missing.")
        return [NamingProblem(1, text, {"column": missing[0]})]
    people = {person.number: person for person in session.scalars(select(Person))}
    raters = raters_of(session, cycle)
    named = Counter[int]()
    problems = []
    for row in table.rows:
        leader, person = (people.get(row.cells[column]) for column in COLUMNS)
        if leader is None or leader.id not in raters:
            found: dict[str, object] = {"found": row.cells["leader_id"]}
            text = N_("“%(found)s” is no leader of this cycle.")
            problems.append(NamingProblem(row.line, text, found))
        elif why := why_no_peer(leader, person, raters[leader.id], named[leader.id]):
            problems.append(NamingProblem(row.line, why, {}))
        elif person is not None:
            named[leader.id] += _name(session, cycle_id, leader, person)
    return problems


def _name(session: Session, cycle_id: int, leader: Person, person: Person) -> bool:
    """Name somebody, agreed to; False if they were named before."""
    key = {"cycle_id": cycle_id, "leader_id": leader.id, "person_id": person.id}
    if insert_once(session, Nomination, **key, is_approved=True):
        return True
    session.get_one(Nomination, tuple(key.values())).is_approved = True
    return False
