"""Who may read which report: its leader, and readers named in the promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from reports.tree import LeaderReport
from survey.errors import NotFoundError
from survey.lifecycle import CycleState
from survey.models.answer import IdentifiedRating
from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.models.report import ReportSnapshot

_LEADER_REPORT = TypeAdapter(LeaderReport)


@dataclass(frozen=True, slots=True)
class SharedReports:
    """A released cycle and the leaders whose reports may be read by others too."""

    cycle: str
    leaders: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class OwnCycle:
    """A cycle in which somebody is rated, as they see it."""

    id: int
    name: str
    state: CycleState
    opens_at: datetime
    closes_at: datetime
    time_zone: str
    talk_partner: str
    asks_self: bool
    has_rated_self: bool
    has_report: bool


def own_cycles(
    session: Session, person_id: int | None, *, now: datetime
) -> list[OwnCycle]:
    """Return the launched cycles in which this person is rated, newest first."""
    found = session.execute(
        select(Cycle, Scope.id, IdentifiedRating.scope_id, ReportSnapshot.id)
        .join(CycleLeader, CycleLeader.cycle_id == Cycle.id)
        .outerjoin(
            Scope,
            (Scope.leader_id == CycleLeader.id) & (Scope.group == RaterGroup.SELF),
        )
        .outerjoin(IdentifiedRating, IdentifiedRating.scope_id == Scope.id)
        .outerjoin(
            ReportSnapshot,
            (ReportSnapshot.leader_id == CycleLeader.id)
            & ReportSnapshot.is_published
            & _may_open(now),
        )
        .where(CycleLeader.person_id == person_id, Cycle.state != CycleState.DRAFT)
        .order_by(Cycle.opens_at.desc())
    )
    return [
        OwnCycle(
            id=cycle.id,
            name=cycle.name,
            state=cycle.state_at(now),
            opens_at=cycle.opens_at,
            closes_at=cycle.closes_at,
            time_zone=cycle.time_zone,
            talk_partner=cycle.talk_partner,
            asks_self=own is not None,
            has_rated_self=rating is not None,
            has_report=report is not None,
        )
        for cycle, own, rating, report in found
    ]


def _may_open(now: datetime) -> ColumnElement[bool]:
    """Whether no hold delays a leader any more."""
    return CycleLeader.hold_until.is_(None) | (CycleLeader.hold_until <= now)


def own_report(
    session: Session, cycle_id: int, person_id: int | None, *, now: datetime
) -> LeaderReport:
    """Return the released report about this person.

    Raises
    ------
    NotFoundError
        If there is none, it is not released, or it is about somebody else.
    """
    snapshot = session.scalar(
        select(ReportSnapshot)
        .join(CycleLeader, CycleLeader.id == ReportSnapshot.leader_id)
        .where(
            ReportSnapshot.cycle_id == cycle_id,
            ReportSnapshot.is_published,
            CycleLeader.person_id == person_id,
            _may_open(now),
        )
    )
    if snapshot is None or person_id is None:
        raise NotFoundError
    return _LEADER_REPORT.validate_python(snapshot.content)


def shared_reports(
    session: Session, cycle_id: int, named: frozenset[str], *, now: datetime
) -> SharedReports:
    """Return whose reports somebody may read whom the promise named so at launch.

    Raises
    ------
    NotFoundError
        If the cycle is not released, or its promise named nobody of ``named``.
    """
    cycle = _shared_cycle(session, cycle_id, named)
    found = session.execute(
        select(CycleLeader.id, CycleLeader.name)
        .join(ReportSnapshot, ReportSnapshot.leader_id == CycleLeader.id)
        .where(CycleLeader.cycle_id == cycle_id, ReportSnapshot.is_published)
        .where(_may_open(now))
        .order_by(CycleLeader.name, CycleLeader.id)
    )
    return SharedReports(cycle.name, tuple((row.id, row.name) for row in found))


def shared_report(
    session: Session,
    cycle_id: int,
    leader_id: int,
    named: frozenset[str],
    *,
    now: datetime,
) -> LeaderReport:
    """Return a leader's released report for a reader whom the promise named.

    Raises
    ------
    NotFoundError
        If there is none, or it is not for this reader.
    """
    _shared_cycle(session, cycle_id, named)
    snapshot = session.scalar(
        select(ReportSnapshot)
        .join(CycleLeader, CycleLeader.id == ReportSnapshot.leader_id)
        .where(CycleLeader.cycle_id == cycle_id, CycleLeader.id == leader_id)
        .where(ReportSnapshot.is_published, _may_open(now))
    )
    if snapshot is None:
        raise NotFoundError
    return _LEADER_REPORT.validate_python(snapshot.content)


def _shared_cycle(session: Session, cycle_id: int, named: frozenset[str]) -> Cycle:
    """Return the cycle if the promise kept at its launch names such a reader."""
    cycle = session.get(Cycle, cycle_id)
    if cycle is None or named.isdisjoint(cycle.promise.get("readers", [])):
        raise NotFoundError
    return cycle
