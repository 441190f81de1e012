"""Keep answers: sealed ones of nobody, and ratings that leaders give themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

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
from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.promise import PromiseFacts


@dataclass(frozen=True, slots=True)
class OwnSheet:
    """What a leader rates about themselves, with what was given before."""

    cycle_id: int
    cycle: str
    leader: str
    closes_at: datetime
    time_zone: str
    instruments: tuple[Instrument, ...]
    form: Form
    promise: PromiseFacts
    points: dict[str, int]
    cannot_say: tuple[str, ...]


def own_sheet(
    session: Session, cycle_id: int, person_id: int | None, *, now: datetime
) -> OwnSheet:
    """Return a leader's own sheet while the form is open.

    Raises
    ------
    NotFoundError
        If this person is not rated in the cycle.
    """
    scope = _own_scope(session, cycle_id, person_id)
    cycle = _open_cycle(scope, now)
    given = session.get(IdentifiedRating, (scope.id, person_id))
    return OwnSheet(
        cycle_id=cycle.id,
        cycle=cycle.name,
        leader=scope.leader.name,
        closes_at=cycle.closes_at,
        time_zone=cycle.time_zone,
        instruments=instruments_of(cycle),
        form=Form(cycle.form),
        promise=PromiseFacts.from_json(cycle.promise),
        points=dict(given.points) if given else {},
        cannot_say=tuple(given.cannot_say) if given else (),
    )


def keep_own_rating(
    session: Session,
    cycle_id: int,
    person_id: int | None,
    points: dict[str, int],
    cannot_say: list[str],
    *,
    now: datetime,
) -> None:
    """Keep a leader's ratings of themselves; they may be changed until closing.

    Raises
    ------
    AnswerRefusedError
        If they hold something the questionnaires do not ask.
    """
    scope = _own_scope(session, cycle_id, person_id)
    cycle = _open_cycle(scope, now)
    if found := misfit(cycle, points, cannot_say):
        raise AnswerRefusedError(found=found)
    session.scalar(select(Scope.id).where(Scope.id == scope.id).with_for_update())
    session.merge(
        IdentifiedRating(
            scope_id=scope.id,
            person_id=person_id,
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
