"""Work as rows with a lease: asked for in the business transaction, done once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.orm import Session

from survey.models.base import insert_once
from survey.models.job import Job, JobKind, JobState

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
_FIRST_PAUSE = timedelta(seconds=10)


def enqueue(
    session: Session, kind: JobKind, subject_id: int, *, due_at: datetime, key: str = ""
) -> bool:
    """Ask for work in the caller's transaction; the same key asks only once."""
    return insert_once(
        session,
        Job,
        kind=kind,
        key=key or f"{kind}:{subject_id}",
        subject_id=subject_id,
        due_at=due_at,
        state=JobState.WAITING,
        attempts=0,
        last_error="",
    )


def ask_again(
    session: Session, kind: JobKind, subject_id: int, *, due_at: datetime
) -> None:
    """Ask for work that may have been done before: its row waits once more."""
    if enqueue(session, kind, subject_id, due_at=due_at):
        return
    session.execute(
        update(Job)
        .where(Job.key == f"{kind}:{subject_id}", Job.state != JobState.WAITING)
        .values(state=JobState.WAITING, due_at=due_at, attempts=0, lease_until=None)
    )


def retry(session: Session, which: list[ColumnElement[bool]], *, now: datetime) -> None:
    """Let jobs that gave up, or were given up, wait once more with all their tries."""
    session.execute(
        update(Job)
        .where(Job.state != JobState.WAITING, *which)
        .values(state=JobState.WAITING, due_at=now, attempts=0, lease_until=None)
    )


def claim(
    session: Session, *, now: datetime, kind: JobKind | None = None
) -> Job | None:
    """Take one due job under a fresh lease; a lease run out may be taken again.

    ``kind``: of this kind only, for who goes on with work of the same kind.
    """
    free = or_(Job.lease_until.is_(None), Job.lease_until <= now)
    due = (
        select(Job.id)
        .where(Job.state == JobState.WAITING, Job.due_at <= now, free)
        .where(Job.kind == kind if kind else true())
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    lease = {"lease_token": uuid4(), "lease_until": now + LEASE}
    take = update(Job).where(Job.id == due.scalar_subquery())
    return session.scalar(
        take.values(attempts=Job.attempts + 1, **lease).returning(Job)
    )


def go_on(
    session: Session, job_id: int, lease_token: UUID | None, *, now: datetime
) -> bool:
    """Give a job back that has done a part: whoever comes next goes on at once."""
    return _let_go(
        session, job_id, lease_token, due_at=now, lease_until=None, attempts=0
    )


def finish(session: Session, job_id: int, lease_token: UUID | None) -> bool:
    """Mark a job done if the lease is still ours; a late worker changes nothing."""
    return _let_go(session, job_id, lease_token, state=JobState.DONE, last_error="")


def postpone(session: Session, job: Job, *, error: str, now: datetime) -> bool:
    """Give a job back after a fault: later, or as failed after the last attempt."""
    state = JobState.FAILED if job.attempts >= MOST_ATTEMPTS else JobState.WAITING
    return _let_go(
        session,
        job.id,
        job.lease_token,
        state=state,
        last_error=error[:500],
        due_at=now + _FIRST_PAUSE * 2 ** (job.attempts - 1),
        lease_until=None,
    )


def _let_go(
    session: Session, job_id: int, lease_token: UUID | None, **values: object
) -> bool:
    mine = update(Job).where(Job.id == job_id, Job.lease_token == lease_token)
    done = mine.values(lease_token=None, **values).returning(Job.id)
    return session.scalar(done) is not None


def failed(session: Session) -> list[Job]:
    """Return the jobs that gave up, for HR and the administrator to see."""
    return list(session.scalars(select(Job).where(Job.state == JobState.FAILED)))
