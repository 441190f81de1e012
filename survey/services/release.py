"""Publish once, keep what was promised, then destroy; or only destroy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, NotReadyError, StepRefusedError
from survey.jobs import ask_again, enqueue
from survey.keeping import keep_rows, keeps_rows
from survey.lifecycle import LONGEST_HOLD, CycleState, Destruction
from survey.mail_queue import queue_heads
from survey.models.answer import IdentifiedRating, SealedAnswer
from survey.models.cycle import Cycle, Scope
from survey.models.invitation import (
    Collected,
    Invitation,
    InvitationSecret,
    ReissueRequest,
)
from survey.models.job import JobKind
from survey.models.report import ReportSnapshot
from survey.promise import PromiseFacts
from survey.recurrence import Recurrence, next_draft_at
from survey.transitions import get_cycle, move, require
from survey.vault.keys import destroy_keys
from survey.vault.pepper import Vault

SCRUBBED = (
    "sealed_answer",
    "identified_rating",
    "collected",
    "reissue_request",
    "invitation_secret",
    "report_snapshot",
    "kept_row",
    "mail",
    "job",
)
"""Tables whose files are rewritten when a cycle's answers are destroyed."""


TOO_EARLY = N_(
    "The form was closed early, and raters were promised that no report appears before "
    "%(promised_on)s. Release on that day or later."
)


def release_cycle(
    session: Session,
    vault: Vault,
    cycle_id: int,
    *,
    now: datetime,
    account_id: int | None = None,
) -> None:
    """Publish every report at once and delete the answers they were made of.

    Where the promise says so, their ratings are kept by the same transaction. Without
    the keys nothing can be kept, and the reports appear all the same.

    Raises
    ------
    NotReadyError
        If the reports are not computed yet.
    StepRefusedError
        If the day has not come before which raters were promised that nobody reads.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.CLOSED, now=now)
    promised = PromiseFacts.from_json(cycle.promise).closes_on
    if cycle.day_of(now) < promised:
        raise StepRefusedError(TOO_EARLY, promised_on=promised.isoformat())
    mine = ReportSnapshot.cycle_id == cycle_id
    if session.scalar(select(ReportSnapshot.id).where(mine).limit(1)) is None:
        raise NotReadyError
    move(session, cycle, CycleState.RELEASED, now=now, account_id=account_id)
    queue_heads(session, cycle.id, CycleState.RELEASED, now=now)
    cycle.released_at = now
    for leader in cycle.leaders:
        if leader.hold_until:
            leader.hold_until = min(leader.hold_until, now + LONGEST_HOLD)
    session.execute(update(ReportSnapshot).where(mine).values(is_published=True))
    if keeps_rows(cycle):
        record(session, keep_rows(session, vault, cycle), now=now, cycle_id=cycle_id)
    if recurrence := Recurrence(cycle.recurrence):
        due = next_draft_at(cycle.opens_at, recurrence, now=now)
        enqueue(session, JobKind.MAKE_NEXT_DRAFT, cycle_id, due_at=due)
    _delete_answers(session, cycle, now=now)


def abandon_cycle(
    session: Session, cycle_id: int, *, now: datetime, account_id: int | None = None
) -> None:
    """Destroy everything without publishing: by HR, or when the deadline has passed."""
    cycle = get_cycle(session, cycle_id)
    move(session, cycle, CycleState.ABANDONED, now=now, account_id=account_id)
    session.execute(delete(ReportSnapshot).where(ReportSnapshot.cycle_id == cycle_id))
    _delete_answers(session, cycle, now=now)


def abandon_if_due(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Abandon a cycle whose release deadline has passed; a job asks for it.

    Also one that was never closed, because no worker ran or closing failed.
    """
    cycle = get_cycle(session, cycle_id)
    is_due = cycle.state_at(now) is CycleState.ABANDONED
    if is_due and cycle.state != CycleState.ABANDONED:
        abandon_cycle(session, cycle_id, now=now)


def _delete_answers(session: Session, cycle: Cycle, *, now: datetime) -> None:
    """Delete answers, flags, requests and secrets; ask for what remains."""
    scopes = select(Scope.id).where(Scope.cycle_id == cycle.id)
    for table in (SealedAnswer, IdentifiedRating, Collected, ReissueRequest):
        session.execute(delete(table).where(table.scope_id.in_(scopes)))
    mine = select(Invitation.id).where(Invitation.cycle_id == cycle.id)
    session.execute(
        delete(InvitationSecret).where(InvitationSecret.invitation_id.in_(mine))
    )
    cycle.destruction = Destruction.PENDING
    ask_again(session, JobKind.DESTROY, cycle.id, due_at=now)
    enqueue(session, JobKind.PURGE_CYCLE, cycle.id, due_at=cycle.purge_at)


def destroy(session: Session, vault: Vault, cycle_id: int) -> bool:
    """Delete the keys of a cycle whose answers are gone; False if nothing is to do."""
    cycle = get_cycle(session, cycle_id)
    if cycle.destruction != Destruction.PENDING:
        return False
    destroy_keys(vault.folder, cycle_id)
    return True


def mark_destroyed(
    session: Session, cycle_id: int, *, now: datetime, left: str
) -> None:
    """Write down that keys and ciphertexts are gone, and what is left in files."""
    cycle = get_cycle(session, cycle_id)
    cycle.destruction = Destruction.DONE
    record(session, "destroyed", now=now, cycle_id=cycle_id, left=left)
