"""What the representative sees of cycles: check codes and promises, never an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import NotFoundError
from survey.lifecycle import CycleState, Destruction
from survey.models.cycle import Cycle
from survey.promise import PromiseFacts, promise_hash
from survey.transitions import get_cycle


@dataclass(frozen=True, slots=True)
class Overseen:
    """One launched cycle. ``promise_is_whole``: its text still has the hash it had."""

    id: int
    name: str
    state: CycleState
    destruction: Destruction
    closes_at: datetime
    release_by: datetime
    time_zone: str
    n_days_left: int
    fingerprint: str
    promise: PromiseFacts
    promise_hash: str
    promise_is_whole: bool


def list_launched(session: Session, *, now: datetime) -> list[Overseen]:
    """Return every cycle whose rules are fixed, the newest first."""
    cycles = session.scalars(
        select(Cycle)
        .where(Cycle.promise_hash != "")
        .order_by(Cycle.opens_at.desc(), Cycle.id.desc())
    )
    return [_overseen(cycle, now) for cycle in cycles]


def oversee(session: Session, cycle_id: int, *, now: datetime) -> Overseen:
    """Return one cycle; raises ``NotFoundError`` for a draft."""
    cycle = get_cycle(session, cycle_id)
    if not cycle.promise_hash:
        raise NotFoundError
    return _overseen(cycle, now)


def _overseen(cycle: Cycle, now: datetime) -> Overseen:
    facts = PromiseFacts.from_json(cycle.promise)
    return Overseen(
        id=cycle.id,
        name=cycle.name,
        state=cycle.state_at(now),
        destruction=Destruction(cycle.destruction),
        closes_at=cycle.closes_at,
        release_by=cycle.release_by,
        time_zone=cycle.time_zone,
        n_days_left=max((cycle.release_by - now).days, 0),
        fingerprint=cycle.fingerprint,
        promise=facts,
        promise_hash=cycle.promise_hash,
        promise_is_whole=promise_hash(facts) == cycle.promise_hash,
    )
