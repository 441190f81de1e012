from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey import jobs
from survey.models.job import Job, JobKind, JobState
from tests.conftest import NOON


def ask(session: Session) -> bool:
    return jobs.enqueue(session, JobKind.CLOSE_CYCLE, 1, due_at=NOON)


def test_asking_twice_asks_once(session: Session) -> None:
    assert ask(session)
    assert not ask(session)
    assert len(session.scalars(select(Job)).all()) == 1


def test_a_job_is_not_taken_before_it_is_due(session: Session) -> None:
    ask(session)
    assert jobs.claim(session, now=NOON - timedelta(seconds=1)) is None
    assert jobs.claim(session, now=NOON) is not None


def test_a_job_outlives_the_worker_that_died_with_it(session: Session) -> None:
    ask(session)
    dead = jobs.claim(session, now=NOON).lease_token
    assert jobs.claim(session, now=NOON) is None
    heir = jobs.claim(session, now=NOON + jobs.LEASE)
    assert not jobs.finish(session, heir.id, dead)
    assert jobs.finish(session, heir.id, heir.lease_token)


def test_a_finished_job_is_not_taken_again(session: Session) -> None:
    ask(session)
    job = jobs.claim(session, now=NOON)
    jobs.finish(session, job.id, job.lease_token)
    assert jobs.claim(session, now=NOON + timedelta(days=1)) is None


def test_after_a_fault_the_job_waits_longer_each_time_and_gives_up_at_last(
    session: Session,
) -> None:
    ask(session)
    now, pauses = NOON, []
    while job := jobs.claim(session, now=now):
        jobs.postpone(session, job, error="broken", now=now)
        session.refresh(job)
        pauses.append(job.due_at - now)
        now = job.due_at
    assert len(pauses) == jobs.MOST_ATTEMPTS
    assert pauses == sorted(pauses)
    assert job is None
    assert [job.last_error for job in jobs.failed(session)] == ["broken"]


def test_work_done_before_can_be_asked_for_again(session: Session) -> None:
    ask(session)
    job = jobs.claim(session, now=NOON)
    jobs.finish(session, job.id, job.lease_token)
    jobs.ask_again(session, JobKind.CLOSE_CYCLE, 1, due_at=NOON)
    again = jobs.claim(session, now=NOON)
    assert again.id == job.id
    assert again.state == JobState.WAITING
