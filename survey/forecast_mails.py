"""Which mails a cycle sends, to how many people, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.mail_queue import (
    ACTIVATION,
    INVITATION,
    REMIND,
    REPORT_READY,
    SELF_RATING,
)
from survey.models.cycle import Cycle
from survey.models.people import Channel, Person


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """Mails of one kind; ``is_at_most``: how many of them depends on what is answered.

    ``by``: at the latest, for the one whose day HR chooses later.
    """

    kind: str
    at: datetime
    n: int
    is_at_most: bool = False
    by: bool = False


def planned_mails(
    session: Session,
    cycle: Cycle,
    teams: Mapping[int, Sequence[Person]],
    merged: frozenset[int],
) -> tuple[PlannedMail, ...]:
    """Return the mails of a draft in the order in which they go out.

    ``merged``: the leaders whose teams are shown with others, who rate nobody.
    """
    everybody = (person for team in teams.values() for person in team)
    reached = {p.id: p for p in everybody if p.channel != Channel.SLIP}
    reminded = sum(person.wants_reminders for person in reached.values())
    with_address = select(Person.id).where(
        Person.id.in_(teams), Person.email.is_not(None)
    )
    leaders = set(session.scalars(with_address))
    planned = _in_order(cycle, len(reached), reminded, leaders, merged)
    return tuple(mail for mail in planned if mail.n)


def _in_order(
    cycle: Cycle,
    n_people: int,
    n_reminded: int,
    leaders: set[int],
    merged: frozenset[int],
) -> Iterator[PlannedMail]:
    if cycle.activates_at:
        yield PlannedMail(ACTIVATION, cycle.activates_at, n_people)
    yield PlannedMail(INVITATION, cycle.opens_at, n_people)
    yield PlannedMail(SELF_RATING, cycle.opens_at, len(leaders - merged))
    for at in cycle.reminds_at:
        yield PlannedMail(REMIND, at, n_reminded, is_at_most=True)
    yield PlannedMail(REPORT_READY, cycle.release_by, len(leaders), by=True)
