"""Keep answers: sealed ones of nobody, and ratings that are given under a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Form, Instrument, RaterGroup
from survey.credentials.blind_rsa import verify
from survey.credentials.envelope import open_envelope
from survey.errors import (
    AnswerRefusedError,
    CycleClosedError,
    ForgedCredentialError,
    NotFoundError,
    NotOpenYetError,
)
from survey.intake import hold_open, instruments_of, misfit
from survey.lifecycle import CycleState
from survey.models.answer import IdentifiedRating, SealedAnswer
from survey.models.base import insert_once
from survey.models.cycle import Cycle, CycleLeader, RosterMember, Scope
from survey.promise import PromiseFacts


@dataclass(frozen=True, slots=True)
class NamedSheet:
    """What somebody rates under their name, with what was given before.

    Leaders rate themselves; a manager rates the leaders who report to them.
    """

    scope_id: UUID
    person_id: int
    cycle_id: int
    cycle: str
    leader: str
    group: RaterGroup
    closes_at: datetime
    time_zone: str
    instruments: tuple[Instrument, ...]
    form: Form
    promise: PromiseFacts
    points: dict[str, int]
    cannot_say: tuple[str, ...]


def own_sheet(
    session: Session, cycle_id: int, person_id: int | None, *, now: datetime
) -> NamedSheet:
    """Return a leader's own sheet while the form is open.

    Raises
    ------
    NotFoundError
        If this person is not rated in the cycle.
    """
    return _sheet(session, _own_scope(session, cycle_id, person_id), person_id, now)


def managers_sheet(
    session: Session,
    cycle_id: int,
    leader_id: int,
    person_id: int | None,
    *,
    now: datetime,
) -> NamedSheet:
    """Return the sheet on which a manager rates a leader, while the form is open.

    Raises
    ------
    NotFoundError
        If this person was not asked as the leader's manager.
    """
    scope = _managed_scope(session, cycle_id, leader_id, person_id)
    return _sheet(session, scope, person_id, now)


@dataclass(frozen=True, slots=True)
class ManagedLeader:
    """A leader whom somebody rates as their manager."""

    cycle_id: int
    leader_id: int
    cycle: str
    leader: str
    closes_at: datetime
    time_zone: str
    has_rated: bool


def managed(
    session: Session, person_id: int | None, *, now: datetime
) -> list[ManagedLeader]:
    """Return the leaders whom this person is asked about as their manager now."""
    found = session.execute(
        select(Scope, IdentifiedRating.person_id)
        .join(RosterMember, RosterMember.scope_id == Scope.id)
        .join(Cycle, Cycle.id == Scope.cycle_id)
        .outerjoin(IdentifiedRating, IdentifiedRating.scope_id == Scope.id)
        .where(
            Scope.group == RaterGroup.MANAGER,
            RosterMember.person_id == person_id,
            Cycle.state.in_([CycleState.LAUNCHED, CycleState.OPEN]),
        )
        .order_by(Cycle.closes_at, Scope.leader_id)
    )
    return [
        ManagedLeader(
            cycle_id=scope.cycle_id,
            leader_id=scope.leader_id,
            cycle=scope.cycle.name,
            leader=scope.leader.name,
            closes_at=scope.cycle.closes_at,
            time_zone=scope.cycle.time_zone,
            has_rated=rated_by is not None,
        )
        for scope, rated_by in found
        if scope.cycle.state_at(now) is CycleState.OPEN
    ]


def _sheet(
    session: Session, scope: Scope, person_id: int | None, now: datetime
) -> NamedSheet:
    cycle = _open_cycle(scope, now)
    given = session.get(IdentifiedRating, (scope.id, person_id))
    return NamedSheet(
        scope_id=scope.id,
        person_id=person_id or 0,
        cycle_id=cycle.id,
        cycle=cycle.name,
        leader=scope.leader.name,
        group=RaterGroup(scope.group),
        closes_at=cycle.closes_at,
        time_zone=cycle.time_zone,
        instruments=instruments_of(cycle),
        form=Form(cycle.form),
        promise=PromiseFacts.from_json(cycle.promise),
        points=dict(given.points) if given else {},
        cannot_say=tuple(given.cannot_say) if given else (),
    )


def keep_rating(
    session: Session,
    sheet: NamedSheet,
    points: dict[str, int],
    cannot_say: list[str],
    *,
    now: datetime,
) -> None:
    """Keep what somebody rated under their name; it may be changed until closing.

    Raises
    ------
    AnswerRefusedError
        If it holds something the questionnaires do not ask.
    """
    scope = session.get_one(Scope, sheet.scope_id)
    _open_cycle(scope, now)
    if found := misfit(scope, points, cannot_say):
        raise AnswerRefusedError(found=found)
    session.scalar(select(Scope.id).where(Scope.id == scope.id).with_for_update())
    session.merge(
        IdentifiedRating(
            scope_id=scope.id,
            person_id=sheet.person_id,
            points=points,
            cannot_say=cannot_say,
        )
    )
    session.flush()


def _own_scope(session: Session, cycle_id: int, person_id: int | None) -> Scope:
    scope = session.scalar(
        select(Scope)
        .join(CycleLeader, CycleLeader.id == Scope.leader_id)
        .where(
            Scope.cycle_id == cycle_id,
            Scope.group == RaterGroup.SELF,
            CycleLeader.person_id == person_id,
        )
    )
    if scope is None:
        raise NotFoundError
    return scope


def _managed_scope(
    session: Session, cycle_id: int, leader_id: int, person_id: int | None
) -> Scope:
    scope = session.scalar(
        select(Scope)
        .join(RosterMember, RosterMember.scope_id == Scope.id)
        .where(
            Scope.cycle_id == cycle_id,
            Scope.leader_id == leader_id,
            Scope.group == RaterGroup.MANAGER,
            RosterMember.person_id == person_id,
        )
    )
    if scope is None:
        raise NotFoundError
    return scope


def _open_cycle(scope: Scope, now: datetime) -> Cycle:
    state = scope.cycle.state_at(now)
    if state in {CycleState.LAUNCHING, CycleState.LAUNCHED}:
        opens_on = scope.cycle.day_of(scope.cycle.opens_at)
        raise NotOpenYetError(opens_on=opens_on.isoformat())
    if state is not CycleState.OPEN:
        raise CycleClosedError
    return scope.cycle


def keep_sealed_answer(session: Session, body: bytes, *, now: datetime) -> None:
    """Keep an answer that its sender's browser sealed; the first one stands.

    Nothing here knows who sent it: the credential says "somebody of this scope". The
    same message again changes nothing.

    Raises
    ------
    MalformedCredentialError, ForgedCredentialError
        If it carries no credential of the scope.
    CycleClosedError, NotOpenYetError
        If the form is not open.
    """
    envelope = open_envelope(body)
    scope = session.get(Scope, envelope.scope_id)
    if scope is None or scope.sign_key is None:
        raise ForgedCredentialError
    hold_open(session, scope.cycle_id)
    _open_cycle(scope, now)
    if not verify(scope.sign_key, envelope.prepared, envelope.signature):
        raise ForgedCredentialError
    insert_once(
        session,
        SealedAnswer,
        spent=envelope.spent,
        scope_id=scope.id,
        sealed=envelope.sealed,
    )
