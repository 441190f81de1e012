"""Move the closing date of an open cycle, and delay when a leader opens a report.

HR may move the end of a form, but only in steps that cannot be aimed at an answer:
later for everybody, or earlier at a fixed hour that lies a day away. Nothing is ever
opened again, and no report appears before the day that raters were promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, NotFoundError, StepRefusedError
from survey.fixed_hours import next_fixed_hour
from survey.jobs import enqueue
from survey.lifecycle import LONGEST_HOLD, CycleState
from survey.mail_queue import closes_kind, queue_mails
from survey.models.cycle import Cycle, CycleLeader
from survey.models.invitation import Invitation
from survey.models.job import JobKind
from survey.promise import PromiseFacts
from survey.transitions import get_cycle

NOTICE = timedelta(hours=24)
"""So long people can still answer after they were told that a form closes early."""
LEFT_TO_RELEASE = timedelta(days=1)
"""So much must lie between closing and the release deadline."""

NOT_OPEN_YET = N_(
    "The form is not open yet: its dates were fixed at launch. They can be moved once "
    "it is open, from %(opens_on)s on."
)
CLOSED_FOR_GOOD = N_(
    "The form is closed for good: nothing opens it again, so that nobody can see what "
    "one more answer changes. To ask again, make a new cycle."
)
ONLY_LATER = N_(
    "The form closes on %(closes_on)s: choose a later moment, so that nobody who "
    "counts on that day comes too late."
)
BEYOND_DEADLINE = N_(
    "On %(release_on)s everything is destroyed if it is not released. That day was "
    "promised and stays: choose a closing date at least a day before."
)
CLOSES_SOON = N_(
    "The form closes on %(closes_on)s by itself, as soon as it could be closed early: "
    "people who were asked are told a day before. There is nothing to do."
)
HOLD_TOO_LATE = N_(
    "A hold is set before the release and while nobody has seen a figure. This cycle "
    "is released or over: talk to the leader instead."
)
HOLD_PAST = N_("This moment is past: choose a later one.")
HOLD_TOO_LONG = N_(
    "A hold only delays a report, for fourteen days after the release at most: choose "
    "a moment before %(latest_on)s."
)


class HoldReason(StrEnum):
    """Why one leader reads later: chosen, so that no name gets into the log."""

    LEADER_ABSENT = "leader_absent"
    PARTNER_ABSENT = "partner_absent"
    TALK_LATER = "talk_later"


@dataclass(frozen=True, slots=True)
class EarlyClosing:
    """What closing early would do."""

    closes_at: datetime
    readable_from: datetime
    """No report appears before the day of this moment."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A leader of a cycle, and until when their report stays shut."""

    leader_id: int
    leader: str
    until: datetime | None


def extend(
    session: Session,
    cycle_id: int,
    closes_at: datetime,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Let an open form close later, for everybody; all who were asked are told.

    Raises
    ------
    StepRefusedError
        If the form is not open, the moment is no later one, or leaves no day between
        it and the release deadline.
    """
    cycle = require_open(session, cycle_id, now=now)
    if closes_at <= cycle.closes_at:
        raise StepRefusedError(ONLY_LATER, closes_on=_day(cycle, cycle.closes_at))
    if closes_at > cycle.release_by - LEFT_TO_RELEASE:
        release_on = _day(cycle, cycle.release_by)
        raise StepRefusedError(BEYOND_DEADLINE, release_on=release_on)
    _move_closing(session, cycle, closes_at, "extended", now, account_id)


def early_closing(session: Session, cycle_id: int, *, now: datetime) -> EarlyClosing:
    """Say what closing early would do now; raises ``StepRefusedError`` if it cannot."""
    cycle = require_open(session, cycle_id, now=now)
    closes_at = next_fixed_hour(now + NOTICE, cycle.time_zone)
    if closes_at >= cycle.closes_at:
        raise StepRefusedError(CLOSES_SOON, closes_on=_day(cycle, cycle.closes_at))
    promised = PromiseFacts.from_json(cycle.promise).closes_on
    is_before = cycle.day_of(closes_at) < promised
    start = datetime.combine(promised, closes_at.timetz())
    return EarlyClosing(closes_at, start if is_before else closes_at)


def close_early(
    session: Session, cycle_id: int, *, now: datetime, account_id: int | None = None
) -> None:
    """Let an open form close at the first fixed hour that lies a day away.

    Whoever decides chooses no moment and does not know what comes in until then.
    """
    planned = early_closing(session, cycle_id, now=now)
    cycle = get_cycle(session, cycle_id)
    _move_closing(session, cycle, planned.closes_at, "closing_early", now, account_id)
    cycle.reminders = [
        at.isoformat() for at in cycle.reminds_at if at < planned.closes_at
    ]


def require_open(session: Session, cycle_id: int, *, now: datetime) -> Cycle:
    """Return the cycle if its form is open; else say what can be done instead."""
    cycle = get_cycle(session, cycle_id)
    state = cycle.state_at(now)
    if state in {CycleState.DRAFT, CycleState.LAUNCHING, CycleState.LAUNCHED}:
        raise StepRefusedError(NOT_OPEN_YET, opens_on=_day(cycle, cycle.opens_at))
    if state is not CycleState.OPEN:
        raise StepRefusedError(CLOSED_FOR_GOOD)
    return cycle


def _move_closing(
    session: Session,
    cycle: Cycle,
    closes_at: datetime,
    act: str,
    now: datetime,
    account_id: int | None,
) -> None:
    """Move the date, unless somebody else did or the form closed; tell everybody."""
    mine = update(Cycle).where(
        Cycle.id == cycle.id,
        Cycle.closes_at == cycle.closes_at,
        Cycle.state.in_([CycleState.LAUNCHED, CycleState.OPEN]),
    )
    moved = mine.values(closes_at=closes_at).returning(Cycle.id)
    if session.scalar(moved) is None:
        raise StepRefusedError(CLOSED_FOR_GOOD)
    session.refresh(cycle)
    key = f"{JobKind.CLOSE_CYCLE}:{cycle.id}:{closes_at.isoformat()}"
    enqueue(session, JobKind.CLOSE_CYCLE, cycle.id, due_at=closes_at, key=key)
    record(
        session,
        act,
        now=now,
        account_id=account_id,
        cycle_id=cycle.id,
        closes_at=closes_at.isoformat(),
    )
    people = session.scalars(
        select(Invitation.person_id).where(
            Invitation.cycle_id == cycle.id, Invitation.person_id.is_not(None)
        )
    )
    told = [person for person in people if person]
    queue_mails(session, cycle.id, told, closes_kind(closes_at), now=now)


def leaders_with_holds(session: Session, cycle_id: int) -> list[Hold]:
    """Return the leaders of a cycle by name, and who reads later than the others."""
    found = session.scalars(
        select(CycleLeader)
        .where(CycleLeader.cycle_id == cycle_id)
        .order_by(CycleLeader.name)
    )
    return [Hold(leader.id, leader.name, leader.hold_until) for leader in found]


def hold(
    session: Session,
    cycle_id: int,
    leader_id: int,
    until: datetime,
    reason: HoldReason,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Delay when one leader may open the report that is released with all others.

    It ends by itself, fourteen days after the release at the latest.

    Raises
    ------
    StepRefusedError
        If the reports are released, or the moment is past or too far away.
    """
    leader = _unreleased(session, cycle_id, leader_id, now)
    cycle = get_cycle(session, cycle_id)
    latest = cycle.release_by + LONGEST_HOLD
    if until <= now:
        raise StepRefusedError(HOLD_PAST)
    if until > latest:
        raise StepRefusedError(HOLD_TOO_LONG, latest_on=_day(cycle, latest))
    leader.hold_until = until
    record(
        session,
        "held",
        now=now,
        account_id=account_id,
        cycle_id=cycle_id,
        leader_id=leader_id,
        until=until.isoformat(),
        reason=reason.value,
    )


def end_hold(
    session: Session,
    cycle_id: int,
    leader_id: int,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Take a hold back before the release; afterwards it ends by itself."""
    leader = _unreleased(session, cycle_id, leader_id, now)
    if leader.hold_until is None:
        return
    leader.hold_until = None
    record(
        session,
        "hold_ended",
        now=now,
        account_id=account_id,
        cycle_id=cycle_id,
        leader_id=leader_id,
    )


def _unreleased(
    session: Session, cycle_id: int, leader_id: int, now: datetime
) -> CycleLeader:
    cycle = get_cycle(session, cycle_id)
    states = {CycleState.LAUNCHED, CycleState.OPEN, CycleState.CLOSED}
    if cycle.state_at(now) not in states:
        raise StepRefusedError(HOLD_TOO_LATE)
    leader = session.get(CycleLeader, leader_id)
    if leader is None or leader.cycle_id != cycle_id:
        raise NotFoundError
    return leader


def _day(cycle: Cycle, moment: datetime) -> str:
    return cycle.day_of(moment).isoformat()
