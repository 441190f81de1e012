"""Ask for mails: one row for each (cycle, person, kind), and one job a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.jobs import enqueue
from survey.lifecycle import CycleState
from survey.models.account import Account, AccountRole
from survey.models.base import INSERT, insert_once
from survey.models.cycle import Cycle
from survey.models.job import Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.roles import Role

ACTIVATION, INVITATION, REPORT_READY, PASSWORD = (
    "activation",
    "invitation",
    "report_ready",
    "password",
)
NEXT_DRAFT = "next_draft"
"""Goes to HR accounts, about a cycle; all other mails of cycles go to people."""
NAME_PEERS, SELF_RATING, MANAGER_RATING = "name_peers", "self_rating", "manager_rating"
WELCOME, SIGN_IN = "welcome", "sign_in"
HEADS = {
    CycleState.LAUNCHED: "head_launched",
    CycleState.CLOSED: "head_closed",
    CycleState.RELEASED: "head_released",
}
"""Mails that tell the representative how far the log reached at a step."""
MAY_HAVE_BEEN_SENT = "a worker stopped while sending: it may have been sent"
REMIND = "remind"
"""What the kind of every reminder begins with; its number follows."""

CLOSES = "closes"
"""What the kind of a letter about another closing date begins with."""


def closes_kind(closes_at: datetime) -> str:
    """Return the kind of the letter that tells this closing date: once a person."""
    return f"{CLOSES}.{closes_at.astimezone(UTC):%Y%m%dT%H%M}"


def queue_mails(
    session: Session,
    cycle_id: int,
    people: Sequence[int],
    kind: str,
    *,
    now: datetime,
    pause: timedelta = timedelta(0),
) -> int:
    """Ask for a mail to each of these people; who has one of this kind gets no second.

    ``pause``: from one mail to the next. Returns how many were asked for.
    """
    insert = INSERT[session.get_bind().dialect.name]
    before = _ids(session, cycle_id, kind)
    rows = [
        {
            "cycle_id": cycle_id,
            "person_id": person_id,
            "kind": kind,
            "state": MailState.WAITING,
            "attempts": 0,
            "message_id": "",
            "last_error": "",
        }
        for person_id in people
    ]
    if rows:
        session.execute(insert(Mail.__table__).on_conflict_do_nothing(), rows)
    made = sorted(_ids(session, cycle_id, kind) - before)
    work = [
        {
            "kind": JobKind.SEND_MAIL,
            "key": f"{JobKind.SEND_MAIL}:{mail_id}",
            "subject_id": mail_id,
            "due_at": now + place * pause,
            "state": JobState.WAITING,
            "attempts": 0,
            "last_error": "",
        }
        for place, mail_id in enumerate(made)
    ]
    if work:
        session.execute(insert(Job.__table__), work)
    return len(made)


def _ids(session: Session, cycle_id: int, kind: str) -> set[int]:
    mine = select(Mail.id).where(Mail.cycle_id == cycle_id, Mail.kind == kind)
    return set(session.scalars(mine))


def queue_account_mail(
    session: Session,
    account_id: int,
    kind: str,
    *,
    now: datetime,
    cycle_id: int | None = None,
) -> None:
    """Ask for a mail to an account; outside cycles while one of its kind waits, none.

    Of a cycle there is one of each kind.
    """
    made = insert_once(
        session,
        Mail,
        cycle_id=cycle_id,
        account_id=account_id,
        kind=kind,
        state=MailState.WAITING,
        attempts=0,
        message_id="",
        last_error="",
    )
    if not made:
        return
    mine = Mail.account_id == account_id, Mail.kind == kind
    mail_id = session.scalar(select(func.max(Mail.id)).where(*mine)) or 0
    enqueue(session, JobKind.SEND_MAIL, mail_id, due_at=now)


def queue_heads(
    session: Session, cycle_id: int, reached: CycleState, *, now: datetime
) -> None:
    """Ask for the mails that tell every representative where the log's chain ends."""
    representatives = session.scalars(
        select(AccountRole.account_id)
        .join(Account, Account.id == AccountRole.account_id)
        .where(AccountRole.role == Role.REPRESENTATIVE, Account.is_active)
    )
    for account_id in representatives.all():
        queue_account_mail(
            session, account_id, HEADS[reached], now=now, cycle_id=cycle_id
        )


def ask_to_remind(session: Session, cycle: Cycle) -> None:
    """Ask for the job of every planned reminder; asking twice asks once."""
    for at in cycle.reminds_at:
        key = f"{JobKind.REMIND}:{cycle.id}:{at.isoformat()}"
        enqueue(session, JobKind.REMIND, cycle.id, due_at=at, key=key)
