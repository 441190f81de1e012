"""Make drafts of cycles, change and delete them; open what is launched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import NoOrganisationError
from survey.lifecycle import CycleState, Retention
from survey.models.cycle import Cycle
from survey.models.nomination import Nomination
from survey.models.people import Organisation
from survey.plans import CyclePlan, check, leaders, plan_of, write
from survey.transitions import get_cycle, move, require


@dataclass(frozen=True, slots=True)
class LeaderChoice:
    """A leader who can be chosen for a cycle."""

    person_id: int
    name: str
    number: str


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit with its leaders; ``name`` is empty for those who belong to none."""

    name: str
    leaders: tuple[LeaderChoice, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What HR chooses from, and what the draft says, if there is one already."""

    time_zone: str
    contact: str
    representative: str
    units: tuple[UnitChoice, ...]
    draft: CyclePlan | None


def choices(session: Session, cycle_id: int | None = None, *, now: datetime) -> Choices:
    """Return what the editor of a new or an earlier draft shows.

    Raises
    ------
    NoOrganisationError
        If there is no organisation yet.
    WrongStateError
        If it is no draft any more.
    """
    organisation = session.scalar(select(Organisation))
    if organisation is None:
        raise NoOrganisationError
    return Choices(
        organisation.time_zone,
        organisation.contact,
        organisation.representative,
        _units(session),
        draft_plan(session, cycle_id, now=now) if cycle_id else None,
    )


def _units(session: Session) -> tuple[UnitChoice, ...]:
    """Return the leaders unit by unit; those who belong to none come last."""
    by_unit: dict[str, list[LeaderChoice]] = {}
    for person in leaders(session):
        unit = person.unit.name if person.unit else ""
        one = LeaderChoice(person.id, person.name, person.number)
        by_unit.setdefault(unit, []).append(one)
    names = sorted(by_unit, key=lambda name: (not name, name))
    return tuple(UnitChoice(name, tuple(by_unit[name])) for name in names)


def create_cycle(
    session: Session, plan: CyclePlan, *, now: datetime, account_id: int | None = None
) -> Cycle:
    """Make a draft. Nothing is promised and nobody is asked before its launch.

    Raises
    ------
    SettingsError
        If dates or threshold contradict the rules.
    """
    check(plan, now=now)
    cycle = Cycle()
    write(session, cycle, plan)
    session.add(cycle)
    session.flush()
    record(session, "draft_made", now=now, account_id=account_id, cycle_id=cycle.id)
    return cycle


def change_draft(
    session: Session,
    cycle_id: int,
    plan: CyclePlan,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Let a draft say something else; after the launch nothing can be changed.

    Raises
    ------
    WrongStateError
        If it is no draft any more.
    SettingsError
        If dates or threshold contradict the rules.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    check(plan, now=now)
    write(session, cycle, plan)
    session.flush()
    record(session, "draft_changed", now=now, account_id=account_id, cycle_id=cycle_id)


def require_draft(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Refuse unless the cycle is a draft; raises ``WrongStateError``."""
    require(get_cycle(session, cycle_id), CycleState.DRAFT, now=now)


def draft_plan(session: Session, cycle_id: int, *, now: datetime) -> CyclePlan:
    """Return what a draft says, for who wants to change it."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    return plan_of(cycle)


def delete_draft(
    session: Session, cycle_id: int, *, now: datetime, account_id: int | None = None
) -> str:
    """Delete a draft and return its name: nothing was promised and nobody was asked.

    Its row stays, empty and unseen, because the log names it.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    move(session, cycle, CycleState.ABANDONED, now=now, account_id=account_id)
    cycle.leaders, cycle.instruments, cycle.decisions = [], [], {}
    session.execute(delete(Nomination).where(Nomination.cycle_id == cycle_id))
    cycle.copied_from_id = None
    return cycle.name


def keep_only_reports(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Let a draft keep no single ratings after all."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    cycle.retention = Retention.AGGREGATES


def open_cycle(session: Session, cycle_id: int, *, now: datetime) -> bool:
    """Open the form when its date has come; False if nothing was to do."""
    cycle = get_cycle(session, cycle_id)
    if cycle.state != CycleState.LAUNCHED or now < cycle.opens_at:
        return False
    move(session, cycle, CycleState.OPEN, now=now)
    return True
