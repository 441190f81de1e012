"""Find people, note addresses that fail, and erase somebody who asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, NotFoundError, StepRefusedError
from survey.lifecycle import CycleState
from survey.mail_queue import MAY_HAVE_BEEN_SENT
from survey.models.account import (
    Account,
    AccountRole,
    PasswordLink,
    RecoveryCode,
    SignIn,
    SignInLink,
)
from survey.models.answer import IdentifiedRating
from survey.models.cycle import Cycle, CycleLeader, RosterMember, Scope
from survey.models.invitation import Invitation, ReissueRequest
from survey.models.job import Job, JobKind
from survey.models.mail import Mail
from survey.models.nomination import Nomination
from survey.models.people import Person
from survey.models.people_import import PeopleImport
from survey.models.report import ReportSnapshot

ERASED = "–"
"""What stands where a name was."""
_NUMBER = "erased-"
_ADDRESS = "@erased.invalid"
_MOST = 50
"""So many people are shown of those that fit."""

YOURSELF = N_("You cannot erase yourself: ask another person of HR.")
STILL_RATED = N_(
    "%(name)s is rated in “%(cycle)s”, which runs until it is released, by "
    "%(release_on)s at the latest. Erase then, or abandon that cycle first."
)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody as HR finds them; ``bounces``: mails came back from the address."""

    id: int
    number: str
    name: str
    email: str
    unit: str
    is_active: bool
    bounces: bool


def find_people(session: Session, words: str) -> list[FoundPerson]:
    """Return people whose name, number or address holds these words, by name."""
    wanted = words.strip()
    if not wanted:
        return []
    fits = [
        column.icontains(wanted, autoescape=True)
        for column in (Person.name, Person.number, Person.email)
    ]
    found = session.scalars(
        select(Person)
        .where(or_(*fits), Person.number.not_like(f"{_NUMBER}%"))
        .order_by(Person.name, Person.id)
        .limit(_MOST)
    )
    return [_as_found(person) for person in found]


def person(session: Session, person_id: int) -> FoundPerson:
    """Return one person; raises ``NotFoundError`` for one who was erased."""
    return _as_found(_get(session, person_id))


def _get(session: Session, person_id: int) -> Person:
    found = session.get(Person, person_id)
    if found is None or found.number.startswith(_NUMBER):
        raise NotFoundError
    return found


def _as_found(found: Person) -> FoundPerson:
    return FoundPerson(
        found.id,
        found.number,
        found.name,
        found.email or "",
        found.unit.name if found.unit else "",
        found.is_active,
        found.email is not None and found.reachable_at is None,
    )


def note_bounce(
    session: Session,
    person_id: int,
    *,
    bounces: bool,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Send no more mail to this address, or send again; another address is good."""
    found = _get(session, person_id)
    found.bounced_email = found.email if bounces else None
    act = "address_bounces" if bounces else "address_works"
    record(session, act, now=now, account_id=account_id, person_id=person_id)


def erase(
    session: Session, person_id: int, *, now: datetime, account_id: int | None = None
) -> None:
    """Erase a person: name, number, address, account, and the report about them.

    Rows stay without a name where counts, keys and the log lean on them. A right to
    answer stays too, until the form closes: else erasing could keep somebody out.

    Raises
    ------
    StepRefusedError
        If the person is rated in a cycle that runs, or is whoever asks.
    """
    found = _get(session, person_id)
    accounts = _accounts(session, found)
    if account_id in {account.id for account in accounts}:
        raise StepRefusedError(YOURSELF)
    _refuse_if_rated(session, found, now)
    for account in accounts:
        _erase_account(session, account)
    _erase_from_cycles(session, found)
    _erase_mails(session, found)
    _erase_person(session, found)
    record(session, "person_erased", now=now, account_id=account_id)


def _accounts(session: Session, found: Person) -> list[Account]:
    """Return the person's account, and one that holds their address."""
    mine = Account.person_id == found.id
    same = Account.email == (found.email or "")
    return list(session.scalars(select(Account).where(or_(mine, same))))


def _refuse_if_rated(session: Session, found: Person, now: datetime) -> None:
    """Refuse while raters still read this name on their forms."""
    running = {
        CycleState.LAUNCHING,
        CycleState.LAUNCHED,
        CycleState.OPEN,
        CycleState.CLOSED,
    }
    cycles = session.scalars(
        select(Cycle)
        .join(CycleLeader, CycleLeader.cycle_id == Cycle.id)
        .where(CycleLeader.person_id == found.id)
    )
    for cycle in cycles:
        if cycle.state_at(now) in running:
            raise StepRefusedError(
                STILL_RATED,
                name=found.name,
                cycle=cycle.name,
                release_on=cycle.day_of(cycle.release_by).isoformat(),
            )


def _erase_account(session: Session, account: Account) -> None:
    for table in (SignIn, SignInLink, PasswordLink, RecoveryCode, AccountRole):
        session.execute(delete(table).where(table.account_id == account.id))
    session.expire(account, ["roles"])
    account.name, account.email = ERASED, f"{account.id}{_ADDRESS}"
    account.password_hash = account.one_time_secret = account.one_time_draft = None
    account.is_active = False
    letters = Mail.account_id == account.id
    session.execute(update(Mail).where(letters).values(last_error=""))


def _erase_from_cycles(session: Session, found: Person) -> None:
    """Take the name off rosters and cycles, and delete what is about this person."""
    mine = RosterMember.person_id == found.id
    session.execute(update(RosterMember).where(mine).values(name=ERASED))
    invitations = select(Invitation.id).where(Invitation.person_id == found.id)
    session.execute(
        delete(ReissueRequest).where(ReissueRequest.invitation_id.in_(invitations))
    )
    rated = session.scalars(
        select(CycleLeader).where(CycleLeader.person_id == found.id)
    ).all()
    for leader in rated:
        _erase_leader(session, leader)
    session.execute(
        delete(IdentifiedRating).where(IdentifiedRating.person_id == found.id)
    )
    named = or_(Nomination.leader_id == found.id, Nomination.person_id == found.id)
    session.execute(delete(Nomination).where(named))


def _erase_leader(session: Session, leader: CycleLeader) -> None:
    """Leave a draft; in a cycle that is over the leader's own report goes."""
    if session.get_one(Cycle, leader.cycle_id).state == CycleState.DRAFT:
        session.delete(leader)
        return
    scopes = select(Scope.id).where(Scope.leader_id == leader.id)
    session.execute(
        delete(IdentifiedRating).where(IdentifiedRating.scope_id.in_(scopes))
    )
    session.execute(delete(ReportSnapshot).where(ReportSnapshot.leader_id == leader.id))
    others = select(ReportSnapshot).where(ReportSnapshot.cycle_id == leader.cycle_id)
    name = re.compile(rf"(?<!\w){re.escape(leader.name)}(?!\w)")
    for snapshot in session.scalars(others):
        snapshot.content = _without(snapshot.content, name)
    leader.name, leader.unit = ERASED, ""


def _without(kept: Any, name: re.Pattern[str]) -> Any:
    """Return a report without a name: statements and comments may hold it too."""
    if isinstance(kept, dict):
        return {key: _without(value, name) for key, value in kept.items()}
    if isinstance(kept, list):
        return [_without(value, name) for value in kept]
    return name.sub(ERASED, kept) if isinstance(kept, str) else kept


def _erase_mails(session: Session, found: Person) -> None:
    """Forget what mail servers said: they repeat the address."""
    mails = list(session.scalars(select(Mail.id).where(Mail.person_id == found.id)))
    _forget(session, Mail, Mail.id.in_(mails))
    job = Job.kind == JobKind.SEND_MAIL, Job.subject_id.in_(mails)
    _forget(session, Job, *job)


def _forget(session: Session, table: type[Mail | Job], *which: Any) -> None:
    said = table.last_error.not_in(["", MAY_HAVE_BEEN_SENT])
    session.execute(update(table).where(said, *which).values(last_error=""))


def _erase_person(session: Session, found: Person) -> None:
    """Leave a row without a name; the last import, which holds it, is not undone."""
    session.execute(delete(PeopleImport))
    session.execute(
        update(Person).where(Person.manager_id == found.id).values(manager_id=None)
    )
    found.number, found.name = f"{_NUMBER}{found.id}", ERASED
    found.email = found.bounced_email = None
    found.unit_id = found.manager_id = None
    found.is_active = found.wants_reminders = False
    session.flush()
