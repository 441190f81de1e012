"""How far an open cycle is: counted anew at fixed hours, told in bands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.jobs import enqueue
from survey.lifecycle import CycleState
from survey.models.answer import SealedAnswer
from survey.models.cycle import ProgressBand, Scope
from survey.models.job import JobKind
from survey.transitions import get_cycle

REFRESHED_AT = (time(6), time(18))
COUNT_BANDS = ((3, 4), (5, 7), (8, 11), (12, None))
STEPS_OF_FIVE_FROM = (8, 50)
"""Scopes and invited people from which a row may be told in steps of five."""


def refresh_progress(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Count anew, in bands, and ask for the next fixed hour.

    Between two refreshes nothing that HR sees changes, whatever is sent.
    """
    cycle = get_cycle(session, cycle_id)
    session.execute(delete(ProgressBand).where(ProgressBand.cycle_id == cycle_id))
    counts = _counts(session, cycle_id)
    n_scopes, n_invited = len(counts), sum(c.n_invited for c in counts)
    low, high = _band(sum(c.n_sealed for c in counts), cycle.k, n_scopes, n_invited)
    n_leaders = sum(c.n_leaders for c in counts)
    reached = sum(c.n_leaders for c in counts if c.n_sealed >= cycle.k)
    rows = (
        ("answers", "", n_invited, low, high),
        ("leaders", "", n_leaders, reached, reached),
    )
    session.add_all(
        ProgressBand(
            cycle_id=cycle_id,
            position=position,
            kind=kind,
            name=name,
            n_invited=invited,
            low=least,
            high=most,
            refreshed_at=now,
        )
        for position, (kind, name, invited, least, most) in enumerate(rows)
    )
    if cycle.state_at(now) is CycleState.OPEN:
        due = next_refresh(now, cycle.time_zone)
        key = f"{JobKind.REFRESH_PROGRESS}:{cycle_id}:{due.isoformat()}"
        enqueue(session, JobKind.REFRESH_PROGRESS, cycle_id, due_at=due, key=key)


@dataclass(slots=True)
class _Count:
    """What is shown as one: its leaders, how many were asked, how many answers came."""

    n_leaders: int = 0
    n_invited: int = 0
    n_sealed: int = 0


def _counts(session: Session, cycle_id: int) -> list[_Count]:
    found = session.execute(
        select(Scope.id, Scope.merge, Scope.n_invited, func.count(SealedAnswer.spent))
        .outerjoin(SealedAnswer, SealedAnswer.scope_id == Scope.id)
        .where(
            Scope.cycle_id == cycle_id,
            Scope.group.in_([g for g in RaterGroup if g.is_anonymous]),
        )
        .group_by(Scope.id, Scope.merge, Scope.n_invited)
    )
    counts: dict[object, _Count] = defaultdict(_Count)
    for scope_id, merge, n_invited, n_sealed in found:
        count = counts[scope_id if merge is None else merge]
        count.n_leaders += 1
        count.n_invited += n_invited
        count.n_sealed += n_sealed
    return list(counts.values())


def _band(n: int, k: int, n_scopes: int, n_invited: int) -> tuple[int, int | None]:
    """Return the band in which a count is told; (0, None) below the minimum.

    No band begins below the minimum or holds a single count, which it would tell.
    """
    if n < k:
        return 0, None
    if n_scopes >= STEPS_OF_FIVE_FROM[0] and n_invited >= STEPS_OF_FIVE_FROM[1]:
        return n // 5 * 5, n // 5 * 5 + 4
    ends = [high for _, high in COUNT_BANDS if high is None or high > k]
    starts = [k, *(end + 1 for end in ends if end is not None)]
    return next(
        (low, high)
        for low, high in zip(starts, ends, strict=True)
        if high is None or n <= high
    )


def next_refresh(now: datetime, time_zone: str) -> datetime:
    """Return the next fixed hour at which counts are refreshed."""
    local = now.astimezone(ZoneInfo(time_zone))
    days = (local.date(), local.date() + timedelta(days=1))
    hours = [
        datetime.combine(day, at, tzinfo=ZoneInfo(time_zone))
        for day in days
        for at in REFRESHED_AT
    ]
    return next(hour for hour in hours if hour > local)
