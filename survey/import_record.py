"""The last import of people: what it changed, kept while it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.jobs import enqueue
from survey.models.job import JobKind
from survey.models.people import Channel
from survey.models.people_import import PeopleImport
from survey.people_rows import PersonState, cells_of

KEPT = timedelta(days=14)
"""How long an import can be undone."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One person before and after an import; nobody was there before who is new."""

    before: PersonState | None
    after: PersonState


@dataclass(frozen=True, slots=True)
class KeptImport:
    """What is known of the last import."""

    at: datetime
    people: tuple[PersonChange, ...]
    new_units: frozenset[str]


def keep_import(
    session: Session,
    people: Iterable[PersonChange],
    new_units: set[str],
    *,
    now: datetime,
) -> None:
    """Keep what an import changed, in place of the one before, for some days."""
    forget(session)
    changes = [
        [cells_of(one.before) if one.before else None, cells_of(one.after)]
        for one in people
    ]
    session.add(PeopleImport(at=now, changes=changes, new_units=sorted(new_units)))
    session.flush()
    due = now + KEPT
    key = f"{JobKind.FORGET_IMPORT}:{due.isoformat()}"
    enqueue(session, JobKind.FORGET_IMPORT, 0, due_at=due, key=key)


def kept_import(session: Session) -> KeptImport | None:
    """Return the last import, or ``None`` if there is none that could be undone."""
    kept = session.scalar(select(PeopleImport))
    if kept is None:
        return None
    people = tuple(
        PersonChange(_state(before) if before else None, _state(after))
        for before, after in kept.changes
    )
    return KeptImport(kept.at, people, frozenset(kept.new_units))


def _state(cells: list[Any]) -> PersonState:
    person = PersonState(*cells)
    return replace(person, channel=Channel(person.channel))


def forget(session: Session, *, before: datetime | None = None) -> None:
    """Erase what is kept of an import, or only of one that is older."""
    gone = delete(PeopleImport)
    session.execute(gone.where(PeopleImport.at <= before) if before else gone)
