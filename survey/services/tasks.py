"""What of all cycles waits for a decision of HR: one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from survey.errors import N_
from survey.forecast import dry_run
from survey.forecast_rules import PointKind
from survey.lifecycle import CycleState
from survey.mail_queue import REMIND
from survey.models.cycle import Cycle, CycleLeader
from survey.models.job import ABOUT_NO_CYCLE, Job, JobState
from survey.models.mail import Mail, MailState
from survey.models.report import ReportSnapshot


class TaskKind(StrEnum):
    """What is to be decided, and so where it is done."""

    DECIDE = "decide"
    LAUNCH = "launch"
    RELEASE = "release"
    KEYS_LOST = "keys_lost"
    HOLD = "hold"
    WORK_FAILED = "work_failed"
    MAILS_FAILED = "mails_failed"


_TEXTS = {
    TaskKind.DECIDE: N_(
        "Points of the dry run that you must decide before the launch: %(count)s."
    ),
    TaskKind.LAUNCH: N_("The dry run is clean: read the promise and launch."),
    TaskKind.RELEASE: N_(
        "The form is closed and the reports are ready: release them by %(release_on)s. "
        "After that all answers and results are destroyed."
    ),
    TaskKind.KEYS_LOST: N_(
        "The keys are missing, so nobody can read the answers: have the vault folder "
        "put back before %(release_on)s, or abandon the cycle."
    ),
    TaskKind.HOLD: N_(
        "%(leader)s can open the report from %(until_on)s on: have the talk by then. "
        "The hold ends by itself."
    ),
    TaskKind.WORK_FAILED: N_(
        "Some work gave up after several tries: read what it means and try again."
    ),
    TaskKind.MAILS_FAILED: N_(
        "Mails that could not be sent: %(count)s. Mend the addresses and try again."
    ),
}


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to decide; ``fields`` fill its text."""

    kind: TaskKind
    cycle_id: int
    cycle: str
    text: str
    fields: dict[str, object]


def waiting(
    session: Session, *, now: datetime, cycle_id: int | None = None
) -> list[Task]:
    """Return what waits in all cycles, or in one; in the order of their ends."""
    cycles = select(Cycle).order_by(Cycle.release_by, Cycle.id)
    if cycle_id is not None:
        cycles = cycles.where(Cycle.id == cycle_id)
    return [
        Task(kind, cycle.id, cycle.name, _TEXTS[kind], fields)
        for cycle in session.scalars(cycles)
        for kind, fields in _of(session, cycle, now)
    ]


_Found = Iterator[tuple[TaskKind, dict[str, object]]]


def _of(session: Session, cycle: Cycle, now: datetime) -> _Found:
    state = cycle.state_at(now)
    if state is CycleState.DRAFT:
        yield _before_launch(session, cycle, now)
    if state is CycleState.CLOSED:
        yield from _before_release(session, cycle)
    if state is CycleState.RELEASED:
        yield from _holds(session, cycle, now)
    if _work_failed(session, cycle.id):
        yield TaskKind.WORK_FAILED, {}
    if n := _mails_failed(session, cycle.id):
        yield TaskKind.MAILS_FAILED, {"count": n}


def _before_launch(
    session: Session, cycle: Cycle, now: datetime
) -> tuple[TaskKind, dict[str, object]]:
    points = dry_run(session, cycle.id, now=now).points
    n = sum(point.kind is PointKind.DECIDE for point in points)
    return (TaskKind.DECIDE, {"count": n}) if n else (TaskKind.LAUNCH, {})


def _before_release(session: Session, cycle: Cycle) -> _Found:
    release_on = {"release_on": cycle.day_of(cycle.release_by).isoformat()}
    if cycle.keys_lost:
        yield TaskKind.KEYS_LOST, dict(release_on)
    elif session.scalar(select(exists().where(ReportSnapshot.cycle_id == cycle.id))):
        yield TaskKind.RELEASE, dict(release_on)


def _holds(session: Session, cycle: Cycle, now: datetime) -> _Found:
    held = select(CycleLeader).where(
        CycleLeader.cycle_id == cycle.id, CycleLeader.hold_until > now
    )
    for leader in session.scalars(held.order_by(CycleLeader.name)):
        until = leader.hold_until or now
        yield (
            TaskKind.HOLD,
            {"leader": leader.name, "until_on": cycle.day_of(until).isoformat()},
        )


def _work_failed(session: Session, cycle_id: int) -> bool:
    failed = exists().where(
        Job.state == JobState.FAILED,
        Job.subject_id == cycle_id,
        Job.kind.not_in(ABOUT_NO_CYCLE),
    )
    return bool(session.scalar(select(failed)))


def _mails_failed(session: Session, cycle_id: int) -> int:
    """Count letters that gave up; reminders never, they tell who did not answer."""
    failed = select(func.count()).where(
        Mail.cycle_id == cycle_id,
        Mail.state == MailState.FAILED,
        Mail.kind.not_like(f"{REMIND}%"),
    )
    return session.scalar(failed) or 0
