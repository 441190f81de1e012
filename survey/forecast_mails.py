"""Which mails a cycle sends, to how many people, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.forecast_raters import Asked, anonymous
from survey.mail_queue import (
    ACTIVATION,
    INVITATION,
    MANAGER_RATING,
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
    asked: Asked,
    merged: frozenset[int],
) -> tuple[PlannedMail, ...]:
    """Return the mails of a draft in the order in which they go out.

    ``merged``: the leaders whose teams are shown with others, who rate nobody.
    """
    reached = {p.id: p for p in anonymous(asked) if p.channel != Channel.SLIP}
    reminded = sum(person.wants_reminders for person in reached.values())
    with_address = select(Person.id).where(
        Person.id.in_(asked), Person.email.is_not(None)
    )
    leaders = set(session.scalars(with_address))
    managers = {
        person.id
        for groups in asked.values()
        for person in groups.get(RaterGroup.MANAGER, ())
    }
    n = _Numbers(
        len(reached), reminded, len(leaders - merged), len(managers), len(leaders)
    )
    planned = _in_order(cycle, n)
    return tuple(mail for mail in planned if mail.n)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """To how many people each kind goes."""

    people: int
    reminded: int
    rate_themselves: int
    managers: int
    leaders: int


def _in_order(cycle: Cycle, n: _Numbers) -> Iterator[PlannedMail]:
    if cycle.activates_at:
        yield PlannedMail(ACTIVATION, cycle.activates_at, n.people)
    yield PlannedMail(INVITATION, cycle.opens_at, n.people)
    yield PlannedMail(SELF_RATING, cycle.opens_at, n.rate_themselves)
    yield PlannedMail(MANAGER_RATING, cycle.opens_at, n.managers)
    for at in cycle.reminds_at:
        yield PlannedMail(REMIND, at, n.reminded, is_at_most=True)
    yield PlannedMail(REPORT_READY, cycle.release_by, n.leaders, by=True)
