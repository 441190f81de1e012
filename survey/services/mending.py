"""Work that gave up: what it means for people, and another try.

Reminders that failed are never told, counted or listed: whoever may change addresses
could read from them who has not answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, NotFoundError, StepRefusedError
from survey.jobs import retry
from survey.mail_queue import REMIND
from survey.models.account import Account
from survey.models.cycle import Cycle
from survey.models.job import ABOUT_NO_CYCLE, Job, JobKind, JobState
from survey.models.mail import Mail, MailState
from survey.models.people import Person

NO_ADDRESS = N_(
    "Mails to this person come back or there is no address: import the right one "
    "first, then try again."
)
_LATER = N_("Nothing is lost. Try again; if it fails once more, show the message.")
MEANINGS: dict[JobKind, tuple[str, str]] = {
    JobKind.MAKE_KEYS: (
        N_("The keys of the cycle are not all made, so the form cannot open."),
        N_("Have the disk and the rights of the vault folder looked at, then try."),
    ),
    JobKind.ACTIVATE_CYCLE: (
        N_("Nobody was told to fetch an answer key on the activation day."),
        _LATER,
    ),
    JobKind.OPEN_CYCLE: (
        N_("The form opened on its date, but no invitations went out."),
        _LATER,
    ),
    JobKind.REMIND: (N_("A reminder did not go out."), _LATER),
    JobKind.REFRESH_PROGRESS: (
        N_("The counts on the page of the cycle are old. Answers are taken as before."),
        _LATER,
    ),
    JobKind.CLOSE_CYCLE: (
        N_(
            "The form is closed and takes no answers, but who used a link is not "
            "erased yet and no report is computed."
        ),
        _LATER,
    ),
    JobKind.BUILD_REPORTS: (
        N_("The reports are not computed. The sealed answers are kept."),
        N_("Show the message to whoever runs the server, and try before the deadline."),
    ),
    JobKind.ABANDON_CYCLE: (
        N_("The release deadline has passed, but answers and keys still exist."),
        N_("Try again at once: raters were promised that they are destroyed."),
    ),
    JobKind.DESTROY: (
        N_(
            "The reports are out or the cycle is abandoned, but keys, or what deleting "
            "left in files, still exist."
        ),
        N_("Try again at once: raters were promised that they are destroyed."),
    ),
    JobKind.PURGE_CYCLE: (
        N_("The lists of who was asked are still there after the purge date."),
        N_("Try again at once: raters were promised that they are erased."),
    ),
    JobKind.FORGET_IMPORT: (
        N_("What is kept for undoing an import, names among it, is not erased yet."),
        _LATER,
    ),
    JobKind.MAKE_NEXT_DRAFT: (
        N_("A cycle repeats, but the draft of the next one was not made."),
        N_("Try again, or copy the cycle by hand."),
    ),
}
"""By kind of job what its failing means for people, and what to do."""
_UNKNOWN = (N_("Some work was not done."), _LATER)


@dataclass(frozen=True, slots=True)
class FailedWork:
    """One job that gave up."""

    job_id: int
    cycle: str
    meaning: str
    repair: str
    n_tries: int
    error: str


@dataclass(frozen=True, slots=True)
class FailedMail:
    """One letter that gave up; never a reminder. Without a cycle: about an account."""

    mail_id: int
    cycle: str
    kind: str
    person_id: int | None
    name: str
    address: str
    n_tries: int
    error: str
    has_address: bool


def failed_work(session: Session) -> list[FailedWork]:
    """Return the jobs that gave up; mails are told apart."""
    found = session.execute(
        select(Job, Cycle.name)
        .outerjoin(
            Cycle, (Cycle.id == Job.subject_id) & Job.kind.not_in(ABOUT_NO_CYCLE)
        )
        .where(Job.state == JobState.FAILED, Job.kind != JobKind.SEND_MAIL)
        .order_by(Job.due_at, Job.id)
    )
    return [
        FailedWork(
            job.id,
            name or "",
            *MEANINGS.get(JobKind(job.kind), _UNKNOWN),
            job.attempts,
            job.last_error,
        )
        for job, name in found
    ]


def failed_mails(session: Session, *, with_accounts: bool) -> list[FailedMail]:
    """Return the letters that gave up; those about accounts for who keeps accounts."""
    found = session.execute(
        select(Mail, Cycle.name, Person, Account)
        .outerjoin(Cycle, Cycle.id == Mail.cycle_id)
        .outerjoin(Person, Person.id == Mail.person_id)
        .outerjoin(Account, Account.id == Mail.account_id)
        .where(*_listed(with_accounts=with_accounts))
        .order_by(Mail.id)
    )
    return [
        FailedMail(
            mail.id,
            cycle or "",
            mail.kind.partition(".")[0],
            person.id if person else None,
            (person or account).name,
            (person or account).email or "",
            mail.attempts,
            mail.last_error,
            person is None or person.reachable_at is not None,
        )
        for mail, cycle, person, account in found
    ]


def _listed(*, with_accounts: bool) -> list[ColumnElement[bool]]:
    rules = [Mail.state == MailState.FAILED, Mail.kind.not_like(f"{REMIND}%")]
    return rules if with_accounts else [*rules, Mail.cycle_id.is_not(None)]


def try_again(
    session: Session, job_id: int, *, now: datetime, account_id: int | None = None
) -> None:
    """Let a job that gave up wait once more, as if it were new."""
    job = session.get(Job, job_id)
    if job is None or job.state != JobState.FAILED or job.kind == JobKind.SEND_MAIL:
        raise NotFoundError
    retry(session, [Job.id == job_id], now=now)
    record(
        session,
        "tried_again",
        now=now,
        account_id=account_id,
        cycle_id=None if job.kind in ABOUT_NO_CYCLE else job.subject_id,
        work=job.kind,
    )


def send_again(
    session: Session, mail_id: int, *, now: datetime, with_accounts: bool
) -> None:
    """Send one letter that gave up once more.

    Raises
    ------
    StepRefusedError
        If there is no address from which mails do not come back.
    """
    rules = _listed(with_accounts=with_accounts)
    mail = session.scalar(select(Mail).where(Mail.id == mail_id, *rules))
    if mail is None:
        raise NotFoundError
    person = session.get(Person, mail.person_id) if mail.person_id else None
    if person and person.reachable_at is None:
        raise StepRefusedError(NO_ADDRESS)
    _send(session, [Mail.id == mail_id], now)


def send_all_again(session: Session, *, now: datetime, with_accounts: bool) -> None:
    """Send all letters that gave up once more; reminders too, which no page shows."""
    rules = [Mail.state == MailState.FAILED]
    if not with_accounts:
        rules.append(Mail.cycle_id.is_not(None))
    _send(session, rules, now)


def _send(session: Session, rules: list[ColumnElement[bool]], now: datetime) -> None:
    failed = Mail.state == MailState.FAILED
    again = update(Mail).where(failed, *rules).values(state=MailState.WAITING)
    mails = session.scalars(again.returning(Mail.id)).all()
    retry(session, [Job.kind == JobKind.SEND_MAIL, Job.subject_id.in_(mails)], now=now)
