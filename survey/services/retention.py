"""Purge a cycle at its fixed date: rosters and kept rows go, reports stay."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from survey.audit import record
from survey.keeping import keeps_rows
from survey.lifecycle import CycleState
from survey.models.cycle import ProgressBand, RosterMember, Scope
from survey.models.invitation import Invitation
from survey.models.kept import KeptRow
from survey.models.mail import Mail
from survey.transitions import get_cycle, move

SCRUBBED = ("kept_row",)
"""Tables whose files are rewritten when kept rows go."""


def purge_cycle(session: Session, cycle_id: int, *, now: datetime) -> bool:
    """Erase who was asked and what was kept; repeating it changes nothing.

    Returns
    -------
    bool
        Whether rows went, so that what they left in files must go too.
    """
    cycle = get_cycle(session, cycle_id)
    had_rows = keeps_rows(cycle) and cycle.released_at is not None
    if cycle.state == CycleState.PURGED:
        return had_rows
    if cycle.state not in {CycleState.RELEASED, CycleState.ABANDONED}:
        return False
    if now < cycle.purge_at:
        return False
    move(session, cycle, CycleState.PURGED, now=now)
    scopes = select(Scope.id).where(Scope.cycle_id == cycle_id)
    session.execute(delete(RosterMember).where(RosterMember.scope_id.in_(scopes)))
    for table in (Invitation, Mail, ProgressBand, KeptRow):
        session.execute(delete(table).where(table.cycle_id == cycle_id))
    return had_rows


def mark_purged(session: Session, cycle_id: int, *, now: datetime, left: str) -> None:
    """Write down that the kept rows are gone, and what is left in files."""
    record(session, "rows_destroyed", now=now, cycle_id=cycle_id, left=left)
