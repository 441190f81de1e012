"""Copy a cycle as a new draft: because HR asks, or because it comes again."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from questionnaires.catalogue import Catalogue
from survey.audit import record
from survey.jobs import enqueue
from survey.lifecycle import CycleState
from survey.mail_queue import NEXT_DRAFT
from survey.models.account import Account, AccountRole
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle
from survey.models.job import JobKind
from survey.models.mail import Mail
from survey.plans import LONGEST, CyclePlan, CycleText, leaders, plan_of, write
from survey.recurrence import Recurrence, later, weeks_ahead
from survey.roles import Role
from survey.transitions import get_cycle

_MONTH = re.compile(r" \(\d{4}-\d{2}\)$")


def copy_cycle(
    session: Session,
    catalogue: Catalogue,
    cycle_id: int,
    *,
    now: datetime,
    account_id: int | None = None,
) -> Cycle:
    """Make a draft like another cycle, with its dates moved on.

    Questionnaires come in their newest version, leaders who lead nobody any more are
    left out; if that is all of them, every leader of today is taken.
    """
    copied = _copy(session, catalogue, get_cycle(session, cycle_id), now=now)
    record(session, "draft_made", now=now, account_id=account_id, cycle_id=copied.id)
    return copied


def make_next_draft(
    session: Session, catalogue: Catalogue, cycle_id: int, *, now: datetime
) -> Cycle | None:
    """Make the next draft of a repeated cycle once, and tell HR by mail.

    None if there is a copy of it already: HR was faster, or a worker died late.
    """
    cycle = get_cycle(session, cycle_id)
    copies = select(Cycle.id).where(Cycle.copied_from_id == cycle_id)
    if not cycle.recurrence or session.scalar(copies.limit(1)) is not None:
        return None
    copied = _copy(session, catalogue, cycle, now=now)
    record(session, "next_draft_made", now=now, cycle_id=copied.id)
    _tell_hr(session, copied, now=now)
    return copied


def _copy(
    session: Session, catalogue: Catalogue, cycle: Cycle, *, now: datetime
) -> Cycle:
    weeks = weeks_ahead(cycle.opens_at, Recurrence(cycle.recurrence), now=now)
    plan = moved(plan_of(cycle), weeks, cycle.time_zone)
    today = {person.id for person in leaders(session)}
    plan = replace(
        plan,
        name=_name_of(plan.name, plan.opens_at, cycle),
        texts=tuple(newest(catalogue, kept) for kept in plan.texts),
        leader_ids=tuple(one for one in plan.leader_ids if one in today),
    )
    copied = Cycle(copied_from_id=cycle.id)
    write(session, copied, plan)
    session.add(copied)
    session.flush()
    return copied


def moved(plan: CyclePlan, weeks: int, time_zone: str) -> CyclePlan:
    """Return a plan whose every date lies so many weeks later."""

    def move(at: datetime) -> datetime:
        return later(at, weeks, time_zone)

    return replace(
        plan,
        opens_at=move(plan.opens_at),
        closes_at=move(plan.closes_at),
        release_by=plan.release_by and move(plan.release_by),
        talk_by=plan.talk_by and plan.talk_by + timedelta(weeks=weeks),
        activates_at=plan.activates_at and move(plan.activates_at),
        reminders=plan.reminders and tuple(move(at) for at in plan.reminders),
    )


def _name_of(name: str, opens_at: datetime, cycle: Cycle) -> str:
    """Return the name with the month in which the copy opens."""
    month = f" ({cycle.day_of(opens_at):%Y-%m})"
    return _MONTH.sub("", name)[: LONGEST - len(month)] + month


def newest(catalogue: Catalogue, kept: CycleText) -> CycleText:
    """Return the newest version that may be asked; without one, the text as it was."""
    ready = [i for i in catalogue.instruments() if i.code == kept.code and i.is_ready]
    if not ready:
        return kept
    version = ready[-1].version
    return CycleText(kept.code, version, catalogue.text_of(kept.code, version))


def _tell_hr(session: Session, cycle: Cycle, *, now: datetime) -> None:
    """Ask for one mail to every HR account; draft and mails come together or not."""
    hr = select(AccountRole.account_id).where(AccountRole.role == Role.HR)
    told = select(Account.id).where(Account.id.in_(hr), Account.is_active)
    for account_id in session.scalars(told.order_by(Account.id)).all():
        mail = Mail(cycle_id=cycle.id, account_id=account_id, kind=NEXT_DRAFT)
        session.add(mail)
        session.flush()
        enqueue(session, JobKind.SEND_MAIL, mail.id, due_at=now)


@dataclass(frozen=True, slots=True)
class NextDraft:
    """A draft that was made by itself, and the cycle that comes again in it."""

    cycle_id: int
    follows: str


def next_drafts(session: Session) -> tuple[NextDraft, ...]:
    """Return the drafts that were made by themselves and wait for HR."""
    source = aliased(Cycle)
    found = session.execute(
        select(Cycle.id, source.name)
        .join(source, source.id == Cycle.copied_from_id)
        .join(AuditEvent, AuditEvent.cycle_id == Cycle.id)
        .where(Cycle.state == CycleState.DRAFT, AuditEvent.act == "next_draft_made")
        .order_by(Cycle.opens_at)
    )
    return tuple(NextDraft(cycle_id, name) for cycle_id, name in found)
