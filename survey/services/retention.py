"""Purge a cycle at its fixed date: rosters and invitations go, reports stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.lifecycle import CycleState
from survey.models.cycle import ProgressBand, RosterMember, Scope
from survey.models.invitation import Invitation
from survey.models.mail import Mail
from survey.transitions import get_cycle, move


def purge_cycle(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Erase who was asked; repeating it changes nothing."""
    cycle = get_cycle(session, cycle_id)
    if cycle.state not in {CycleState.RELEASED, CycleState.ABANDONED}:
        return
    if now < cycle.purge_at:
        return
    move(session, cycle, CycleState.PURGED, now=now)
    scopes = select(Scope.id).where(Scope.cycle_id == cycle_id)
    session.execute(delete(RosterMember).where(RosterMember.scope_id.in_(scopes)))
    for table in (Invitation, Mail, ProgressBand):
        session.execute(delete(table).where(table.cycle_id == cycle_id))
