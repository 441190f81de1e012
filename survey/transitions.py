"""Changes of a cycle's state: one table, one way to change it, always written down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import NotFoundError, WrongStateError
from survey.lifecycle import TRANSITIONS, CycleState
from survey.models.cycle import Cycle


def get_cycle(session: Session, cycle_id: int) -> Cycle:
    """Return the cycle; raises ``NotFoundError`` if there is none."""
    cycle = session.get(Cycle, cycle_id)
    if cycle is None:
        raise NotFoundError
    return cycle


def require(cycle: Cycle, *states: CycleState, now: datetime) -> None:
    """Refuse unless the cycle stands in one of ``states`` at ``now``."""
    state = cycle.state_at(now)
    if state not in states:
        raise WrongStateError(state=state.value)


def move(
    session: Session,
    cycle: Cycle,
    to: CycleState,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Change the state; of two who try at once, one is refused.

    Raises
    ------
    WrongStateError
        If ``to`` may not follow the stored state.
    """
    before = CycleState(cycle.state)
    if to not in TRANSITIONS[before]:
        raise WrongStateError(state=before.value)
    mine = update(Cycle).where(Cycle.id == cycle.id, Cycle.state == before)
    if session.scalar(mine.values(state=to).returning(Cycle.id)) is None:
        raise WrongStateError(state=before.value)
    session.refresh(cycle)
    record(session, to.value, now=now, account_id=account_id, cycle_id=cycle.id)
