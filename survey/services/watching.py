"""What HR sees of its cycles: a list, and each one in bands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.model import Form, RaterGroup
from survey.lifecycle import CycleState, Destruction, Mode, Retention
from survey.mail_queue import MAY_HAVE_BEEN_SENT, REMIND
from survey.models.account import Account
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, CycleLeader, ProgressBand, Scope
from survey.models.kept import KeptRow
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.models.report import ReportSnapshot
from survey.promise import PromiseFacts
from survey.transitions import get_cycle


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """How many were asked and answered; ``low`` 0 without ``high``: below the minimum.

    ``is_rest``: of the units that are too small for rows of their own.
    """

    name: str
    n_invited: int
    low: int
    high: int | None
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class CycleSummary:
    """One cycle in a list."""

    id: int
    name: str
    state: CycleState
    opens_at: datetime
    closes_at: datetime
    release_by: datetime
    time_zone: str
    n_leaders: int


@dataclass(frozen=True, slots=True)
class LogLine:
    """One administrative act on a cycle, perhaps about one leader.

    ``by`` is empty if the clock did it; ``reason`` if none had to be given.
    """

    at: datetime
    act: str
    by: str
    leader: str
    reason: str


class KeysMade(NamedTuple):
    """How far making keys is, in scopes."""

    made: int
    of: int


@dataclass(frozen=True, slots=True)
class CycleStatus:
    """What HR sees of a cycle; never an answer, never a person."""

    id: int
    name: str
    state: CycleState
    form: Form
    k: int
    opens_at: datetime
    closes_at: datetime
    release_by: datetime
    purge_at: datetime
    time_zone: str
    languages: tuple[str, ...]
    instruments: tuple[str, ...]
    representative: str
    contact: str
    server_path_allowed: bool
    asks_peers: bool
    fingerprint: str
    promise_hash: str
    n_leaders: int
    has_activation_day: bool
    activates_at: datetime | None
    talk_by: date | None
    talk_partner: str
    readers: tuple[str, ...]
    recurrence: str
    reminders: tuple[datetime, ...]
    progress: tuple[ProgressRow, ...]
    refreshed_at: datetime | None
    n_reach_k: int
    reports_ready: bool
    keys_made: KeysMade
    keys_lost: bool
    destruction: Destruction
    retention: Retention
    has_rows: bool
    promised_on: date | None
    holds: tuple[str, ...]
    sent_twice: tuple[str, ...]
    log: tuple[LogLine, ...]


def list_cycles(session: Session, *, now: datetime) -> list[CycleSummary]:
    """Return all cycles, the newest first; a deleted draft is gone."""
    found = session.execute(
        select(Cycle, func.count(CycleLeader.id))
        .outerjoin(CycleLeader, CycleLeader.cycle_id == Cycle.id)
        .where((Cycle.state != CycleState.ABANDONED) | Cycle.launched_at.is_not(None))
        .group_by(Cycle.id)
        .order_by(Cycle.opens_at.desc(), Cycle.id.desc())
    )
    return [
        CycleSummary(
            id=cycle.id,
            name=cycle.name,
            state=cycle.state_at(now),
            opens_at=cycle.opens_at,
            closes_at=cycle.closes_at,
            release_by=cycle.release_by,
            time_zone=cycle.time_zone,
            n_leaders=n,
        )
        for cycle, n in found
    ]


def status(session: Session, cycle_id: int, *, now: datetime) -> CycleStatus:
    """Return what HR may see of a cycle, as of the last refresh."""
    cycle = get_cycle(session, cycle_id)
    bands = session.scalars(
        select(ProgressBand)
        .where(ProgressBand.cycle_id == cycle_id)
        .order_by(ProgressBand.position)
    ).all()
    return CycleStatus(
        id=cycle.id,
        name=cycle.name,
        state=cycle.state_at(now),
        form=Form(cycle.form),
        k=cycle.k,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        release_by=cycle.release_by,
        purge_at=cycle.purge_at,
        time_zone=cycle.time_zone,
        languages=tuple(cycle.languages),
        instruments=tuple(f"{i.code} {i.version}" for i in cycle.instruments),
        representative=cycle.representative,
        contact=cycle.contact,
        server_path_allowed=cycle.server_path_allowed,
        asks_peers=cycle.asks_peers,
        fingerprint=cycle.fingerprint,
        promise_hash=cycle.promise_hash,
        n_leaders=len(cycle.leaders),
        has_activation_day=cycle.mode == Mode.ACTIVATION_DAY,
        activates_at=cycle.activates_at,
        talk_by=cycle.talk_by,
        talk_partner=cycle.talk_partner,
        readers=tuple(cycle.readers),
        recurrence=cycle.recurrence,
        reminders=tuple(cycle.reminds_at),
        progress=tuple(
            ProgressRow(
                band.name, band.n_invited, band.low, band.high, band.kind == "rest"
            )
            for band in bands
            if band.kind != "leaders"
        ),
        refreshed_at=bands[0].refreshed_at if bands else None,
        n_reach_k=sum(band.low for band in bands if band.kind == "leaders"),
        reports_ready=_has_any(session, ReportSnapshot, cycle_id),
        keys_made=_keys_made(session, cycle_id),
        keys_lost=cycle.keys_lost,
        destruction=Destruction(cycle.destruction),
        retention=Retention(cycle.retention),
        has_rows=_has_any(session, KeptRow, cycle_id),
        promised_on=_promised_on(cycle),
        holds=_held(session, cycle_id, now),
        sent_twice=_sent_twice(session, cycle_id),
        log=_log(session, cycle_id),
    )


def _promised_on(cycle: Cycle) -> date | None:
    """Return the day before which raters were promised that no report appears."""
    kept = cycle.promise
    return PromiseFacts.from_json(kept).closes_on if kept else None


def _keys_made(session: Session, cycle_id: int) -> KeysMade:
    """Count the anonymous scopes, and those whose keys are made."""
    anonymous = [group for group in RaterGroup if group.is_anonymous]
    mine = Scope.cycle_id == cycle_id, Scope.group.in_(anonymous)
    made, of = session.execute(
        select(func.count(Scope.sign_key), func.count()).where(*mine)
    ).one()
    return KeysMade(made, of)


def _has_any(
    session: Session, table: type[ReportSnapshot | KeptRow], cycle_id: int
) -> bool:
    mine = select(table.id).where(table.cycle_id == cycle_id)
    return session.scalar(mine.limit(1)) is not None


def _held(session: Session, cycle_id: int, now: datetime) -> tuple[str, ...]:
    """Return the leaders who read later than the others, by name."""
    mine = CycleLeader.cycle_id == cycle_id, CycleLeader.hold_until > now
    names = select(CycleLeader.name).where(*mine).order_by(CycleLeader.name)
    return tuple(session.scalars(names))


def _sent_twice(session: Session, cycle_id: int) -> tuple[str, ...]:
    """Name whose letter may have come twice; never whom a reminder went to."""
    names = (
        select(Person.name)
        .join(Mail, Mail.person_id == Person.id)
        .where(
            Mail.cycle_id == cycle_id,
            Mail.last_error == MAY_HAVE_BEEN_SENT,
            Mail.state != MailState.SENDING,
            Mail.kind.not_like(f"{REMIND}%"),
        )
    )
    return tuple(session.scalars(names.order_by(Person.name)))


def _log(session: Session, cycle_id: int) -> tuple[LogLine, ...]:
    """Return the acts on a cycle; they hold no name, which stands where it can go."""
    mine = CycleLeader.cycle_id == cycle_id
    leaders = session.execute(select(CycleLeader.id, CycleLeader.name).where(mine))
    names = {str(leader_id): name for leader_id, name in leaders}
    found = session.execute(
        select(AuditEvent, Account.name)
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .where(AuditEvent.cycle_id == cycle_id)
        .order_by(AuditEvent.id)
    )
    return tuple(
        LogLine(
            event.at,
            event.act,
            name or "",
            names.get(str(event.details.get("leader_id")), ""),
            str(event.details.get("reason", "")),
        )
        for event, name in found
    )
