"""How far an open cycle is: counted anew at fixed hours, told in bands."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.fixed_hours import next_fixed_hour
from survey.jobs import enqueue
from survey.lifecycle import CycleState
from survey.models.answer import SealedAnswer
from survey.models.cycle import CycleLeader, ProgressBand, Scope
from survey.models.job import JobKind
from survey.transitions import get_cycle

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
    n_leaders = sum(len(c.leaders) for c in counts)
    reached = sum(len(c.leaders) for c in counts if max(c.by_group.values()) >= cycle.k)
    told = [*_rows(counts, cycle.k), _Row("leaders", "", n_leaders, reached, reached)]
    session.add_all(
        ProgressBand(
            cycle_id=cycle_id,
            position=position,
            kind=row.kind,
            name=row.name,
            n_invited=row.n_invited,
            low=row.low,
            high=row.high,
            refreshed_at=now,
        )
        for position, row in enumerate(told)
    )
    if cycle.state_at(now) is CycleState.OPEN:
        due = next_fixed_hour(now, cycle.time_zone)
        key = f"{JobKind.REFRESH_PROGRESS}:{cycle_id}:{due.isoformat()}"
        enqueue(session, JobKind.REFRESH_PROGRESS, cycle_id, due_at=due, key=key)


@dataclass(frozen=True, slots=True)
class _Row:
    """One line as HR reads it: see `ProgressBand`."""

    kind: str
    name: str
    n_invited: int
    low: int
    high: int | None


@dataclass(slots=True)
class _Count:
    """One report: its leaders, how many were asked, how many answers came."""

    units: set[str] = field(default_factory=set)
    leaders: set[int] = field(default_factory=set)
    n_invited: int = 0
    by_group: Counter[str] = field(default_factory=Counter)

    @property
    def n_sealed(self) -> int:
        return self.by_group.total()


def _counts(session: Session, cycle_id: int) -> list[_Count]:
    found = session.execute(
        select(Scope, CycleLeader.unit, func.count(SealedAnswer.spent))
        .join(CycleLeader, CycleLeader.id == Scope.leader_id)
        .outerjoin(SealedAnswer, SealedAnswer.scope_id == Scope.id)
        .where(
            Scope.cycle_id == cycle_id,
            Scope.group.in_([g for g in RaterGroup if g.is_anonymous]),
        )
        .group_by(Scope.id, CycleLeader.unit)
    )
    counts: dict[object, _Count] = defaultdict(_Count)
    for scope, unit, n_sealed in found:
        alone = scope.merge is None
        count = counts["alone", scope.leader_id] if alone else counts[scope.merge]
        count.units.add(unit)
        count.leaders.add(scope.leader_id)
        count.n_invited += scope.n_invited
        count.by_group[scope.group] += n_sealed
    return list(counts.values())


REST = ""
"""Stands for the units that have no row of their own."""


def _rows(counts: list[_Count], k: int) -> list[_Row]:
    """Return a row for everybody, and one for each part of a partition into units.

    With parts, the row of everybody is the sum of theirs and says nothing beyond them:
    a band of its own, less theirs, would tell a part more finely than its band.
    """
    parts = _parts(counts, k)
    n_invited = sum(c.n_invited for c in counts)
    if len(parts) == 1:
        return [_Row("answers", "", n_invited, *_told(counts, k))]
    rows = [
        _Row(
            "answers" if name else "rest",
            name,
            sum(c.n_invited for c in part),
            *_told(part, k),
        )
        for name, part in sorted(parts.items(), key=lambda one: (not one[0], one[0]))
    ]
    low = sum(row.low for row in rows)
    most = sum(_most(row, k) for row in rows)
    return [_Row("answers", "", n_invited, low, most), *rows]


def _parts(counts: list[_Count], k: int) -> dict[str, list[_Count]]:
    """Divide into units; those in which fewer than k were asked make one row.

    If even they are fewer than k, the smallest other unit joins them. So any two rows
    are alike, have nobody in common, or differ by k people or more.
    """
    units: dict[str, list[_Count]] = defaultdict(list)
    for count in counts:
        units[min(count.units) if len(count.units) == 1 else REST].append(count)
    asked = {name: sum(c.n_invited for c in part) for name, part in units.items()}
    small = {name for name, n in asked.items() if name == REST or n < k}
    for name in sorted(asked.keys() - small, key=lambda name: (asked[name], name)):
        if not small or sum(asked[one] for one in small) >= k:
            break
        small.add(name)
    parts = {name: part for name, part in units.items() if name not in small}
    rest = [count for name in small for count in units[name]]
    return {**parts, REST: rest} if rest or not parts else parts


def _told(part: list[_Count], k: int) -> tuple[int, int | None]:
    n_invited = sum(c.n_invited for c in part)
    return _band(sum(c.n_sealed for c in part), k, len(part), n_invited)


def _most(row: _Row, k: int) -> int:
    """Return the most answers that a row's band allows."""
    if row.low == 0:
        return min(k - 1, row.n_invited)
    return row.n_invited if row.high is None else min(row.high, row.n_invited)


def _band(n: int, k: int, n_scopes: int, n_invited: int) -> tuple[int, int | None]:
    """Return the band in which a count is told; (0, None) below the minimum.

    No band begins below the minimum or holds a single count, which it would tell; nor
    does one begin with everybody who was asked: it would tell that all answered.
    """
    if n < k:
        return 0, None
    if n_scopes >= STEPS_OF_FIVE_FROM[0] and n_invited >= STEPS_OF_FIVE_FROM[1]:
        if n_invited % 5 == 0 and n >= n_invited - 5:
            return n_invited - 5, n_invited
        return n // 5 * 5, n // 5 * 5 + 4
    highs = [high for _, high in COUNT_BANDS if high and k < high < n_invited - 1]
    starts = [k, *(high + 1 for high in highs)]
    return next(
        (low, high)
        for low, high in zip(starts, [*highs, None], strict=True)
        if high is None or n <= high
    )
