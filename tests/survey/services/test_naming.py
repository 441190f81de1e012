"""Peers of many leaders at once, from a table."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import SettingsError
from survey.models.nomination import Nomination
from survey.services.naming import NamingProblem, name_from_table
from survey.spreadsheets import read_csv
from tests.survey.services.rated_around import EARLY, Around, draft_around, name_peers


def read(session: Session, around: Around, *lines: str) -> list[NamingProblem]:
    table = read_csv("\n".join(("leader_id,person_id", *lines)).encode())
    return name_from_table(session, around.cycle_id, table, now=EARLY)


def named(session: Session) -> dict[int, bool]:
    return {n.person_id: n.is_approved for n in session.scalars(select(Nomination))}


def test_a_table_names_peers_and_agrees_to_who_waits(session: Session) -> None:
    around = draft_around(session)
    name_peers(session, around, 1, approve=False)
    assert read(session, around, "Lan,An-0", "Lan,An-1") == []
    assert named(session) == {around.others[0]: True, around.others[1]: True}


def test_every_wrong_line_is_told_with_what_is_wrong(session: Session) -> None:
    around = draft_around(session)
    problems = read(session, around, "Lan,An-0", "Lan,Lan-1", "An,An-1", "Lan,nobody")
    told = [(p.line, p.text % p.fields) for p in problems]
    assert told == [
        (3, "This person is asked as a member of the team already."),
        (4, "“An” is no leader of this cycle."),
        (5, "There is no such person any more: search again."),
    ]


def test_a_thirteenth_line_of_one_leader_is_refused(session: Session) -> None:
    around = draft_around(session)
    (problem,) = read(session, around, *(f"Lan,An-{n}" for n in range(13)))
    assert problem.line == 14


def test_a_missing_column_is_named(session: Session) -> None:
    around = draft_around(session)
    (problem,) = name_from_table(
        session, around.cycle_id, read_csv(b"leader_id,peer\nLan,An-0"), now=EARLY
    )
    assert problem.fields == {"column": "person_id"}


def test_a_cycle_without_peers_takes_no_table(session: Session) -> None:
    around = draft_around(session, asks_peers=False)
    with pytest.raises(SettingsError):
        read(session, around, "Lan,An-0")
