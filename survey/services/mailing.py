"""Ask for mails and hand them over: one row for each (cycle, person, kind)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.letter_writing import Desk, write_letter
from survey.lifecycle import CycleState
from survey.mail import Letter
from survey.mail_queue import (
    ACTIVATION,
    INVITATION,
    MANAGER_RATING,
    MAY_HAVE_BEEN_SENT,
    NAME_PEERS,
    REPORT_READY,
    SELF_RATING,
    queue_mails,
)
from survey.models.cycle import CycleLeader, RosterMember, Scope
from survey.models.invitation import Invitation, InvitationKind
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.transitions import get_cycle, require

_SETTLED = {MailState.SENT, MailState.UNDELIVERABLE, MailState.FAILED}


def queue_activations(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails of the activation day, before the form opens."""
    people = _invited(session, cycle_id)
    return queue_mails(session, cycle_id, people, ACTIVATION, now=now)


def _invited(session: Session, cycle_id: int) -> list[int]:
    """Return the people who have an invitation of their own."""
    found = session.scalars(
        select(Invitation.person_id).where(
            Invitation.cycle_id == cycle_id,
            Invitation.kind == InvitationKind.PERSONAL,
        )
    )
    return [person for person in found if person]


def queue_invitations(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails that go out when the form opens; asking twice asks once."""
    people = _invited(session, cycle_id)
    leaders = session.scalars(
        select(CycleLeader.person_id)
        .join(Person, Person.id == CycleLeader.person_id)
        .join(Scope, Scope.leader_id == CycleLeader.id)
        .where(
            CycleLeader.cycle_id == cycle_id,
            Scope.group == RaterGroup.SELF,
            Person.email.is_not(None),
        )
    ).all()
    n = queue_mails(session, cycle_id, people, INVITATION, now=now)
    n += queue_mails(session, cycle_id, leaders, SELF_RATING, now=now)
    managers = _managers(session, cycle_id)
    return n + queue_mails(session, cycle_id, managers, MANAGER_RATING, now=now)


def _managers(session: Session, cycle_id: int) -> Sequence[int]:
    """Return who rates leaders as their manager, under their name."""
    return session.scalars(
        select(RosterMember.person_id)
        .join(Scope, Scope.id == RosterMember.scope_id)
        .where(Scope.cycle_id == cycle_id, Scope.group == RaterGroup.MANAGER)
        .distinct()
    ).all()


def ask_for_peers(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask leaders of a draft by mail to name peers; asking twice asks once."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    leaders = session.scalars(
        select(Person.id)
        .join(CycleLeader, CycleLeader.person_id == Person.id)
        .where(CycleLeader.cycle_id == cycle_id, Person.email.is_not(None))
    ).all()
    return queue_mails(session, cycle_id, leaders, NAME_PEERS, now=now)


def queue_report_ready(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Ask for the mails that tell leaders to open their report, if there is one.

    Where a hold delays the report it delays the mail.
    """
    if get_cycle(session, cycle_id).state != CycleState.RELEASED:
        return 0
    found = session.execute(
        select(CycleLeader.hold_until, CycleLeader.person_id)
        .join(Person, Person.id == CycleLeader.person_id)
        .where(CycleLeader.cycle_id == cycle_id, Person.email.is_not(None))
    )
    leaders = defaultdict[datetime, list[int]](list)
    for hold_until, person_id in found:
        leaders[max(now, hold_until or now)].append(person_id)
    return sum(
        queue_mails(session, cycle_id, people, REPORT_READY, now=at)
        for at, people in leaders.items()
    )


def begin_mail(session: Session, mail_id: int, desk: Desk) -> Letter | None:
    """Write the letter and mark its row as being sent; commit before handing it over.

    A letter that nobody should get any more (the cycle closed, the address is gone) is
    not written. One that was being sent when a worker died may have arrived: it is sent
    again once, and no more.
    """
    mail = session.get(Mail, mail_id)
    if mail is None or mail.state in _SETTLED:
        return None
    if mail.state == MailState.SENDING:
        if mail.last_error == MAY_HAVE_BEEN_SENT:
            mail.state = MailState.FAILED
            return None
        mail.last_error = MAY_HAVE_BEEN_SENT
    letter = write_letter(session, mail, desk)
    mail.state = MailState.SENDING if letter else MailState.UNDELIVERABLE
    mail.attempts += 1
    mail.message_id = letter.message_id if letter else ""
    return letter


def settle_mail(
    session: Session,
    mail_id: int,
    *,
    now: datetime,
    error: str = "",
    is_last: bool = False,
) -> None:
    """Write down how handing over went; after the last try the mail has failed.

    That a letter may have come twice stays noted.
    """
    if error:
        state = MailState.FAILED if is_last else MailState.WAITING
        values: dict[str, Any] = {"state": state, "last_error": error[:500]}
    else:
        doubt = case((Mail.last_error == MAY_HAVE_BEEN_SENT, Mail.last_error), else_="")
        values = {"state": MailState.SENT, "sent_at": now, "last_error": doubt}
    session.execute(update(Mail).where(Mail.id == mail_id).values(**values))
