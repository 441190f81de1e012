"""Remind people whose link was not used; nobody is shown who they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import ReminderRefusedError
from survey.lifecycle import CycleState, Mode
from survey.mail_queue import REMIND, ask_to_remind, queue_mails
from survey.models.answer import SealedAnswer
from survey.models.cycle import Cycle, Scope
from survey.models.invitation import Collected, Invitation, InvitationKind
from survey.models.mail import Mail
from survey.models.people import Person
from survey.reminders import may_remind
from survey.transitions import get_cycle, require


def add_reminder(
    session: Session,
    cycle_id: int,
    at: datetime,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Plan one more reminder of a launched cycle.

    Raises
    ------
    ReminderRefusedError
        If there are three, or it would come too early, too late or too close to others.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.LAUNCHED, CycleState.OPEN, now=now)
    window = {"opens_at": cycle.opens_at, "closes_at": cycle.closes_at}
    if at <= now or not may_remind(at, cycle.reminds_at, **window):
        raise ReminderRefusedError
    cycle.reminders = sorted([*cycle.reminders, at.isoformat()])
    ask_to_remind(session, cycle)
    record(
        session,
        "reminder_planned",
        now=now,
        account_id=account_id,
        cycle_id=cycle_id,
        at=at.isoformat(),
    )


def remind(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Queue the reminder that is due; one that was missed is not made up for.

    With one visit it goes to people whose link was not used for one of their leaders.
    With an activation day the first goes to people who did not fetch a key; the others
    go to everybody in a group that is not complete, whoever answered.
    """
    cycle = get_cycle(session, cycle_id)
    wave = sum(at <= now for at in cycle.reminds_at)
    if cycle.state_at(now) is not CycleState.OPEN or not wave:
        return 0
    kind = f"{REMIND}_{wave}"
    if session.scalar(select(exists(_mails(cycle_id, kind)))):
        return 0
    people = session.scalars(_recipients(cycle, wave)).all()
    return queue_mails(session, cycle_id, people, kind, now=now)


def _mails(cycle_id: int, kind: str) -> Select[int]:
    return select(Mail.id).where(Mail.cycle_id == cycle_id, Mail.kind == kind)


def _recipients(cycle: Cycle, wave: int) -> Select[int]:
    """Return the people of one wave: a function of keys, rosters and counts alone."""
    is_missing: ColumnElement[bool] = Collected.is_collected.is_(False)
    if cycle.mode == Mode.ACTIVATION_DAY and wave > 1:
        n_sealed = select(func.count()).where(SealedAnswer.scope_id == Scope.id)
        is_missing = n_sealed.scalar_subquery() < Scope.n_invited
    return (
        select(Person.id)
        .join(Invitation, Invitation.person_id == Person.id)
        .join(Collected, Collected.invitation_id == Invitation.id)
        .join(Scope, Scope.id == Collected.scope_id)
        .where(
            Invitation.cycle_id == cycle.id,
            Invitation.kind == InvitationKind.PERSONAL,
            Person.wants_reminders,
            Person.email.is_not(None),
            is_missing,
        )
        .distinct()
        .order_by(Person.id)
    )
