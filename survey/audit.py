"""Append to the log of administrative acts; each row's hash covers the one before."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.models.audit import AuditEvent

_LOCK = 0x48414E53
"""Holds up a second writer on PostgreSQL; SQLite has one writer at a time anyway."""


def record(
    session: Session,
    act: str,
    *,
    now: datetime,
    account_id: int | None = None,
    cycle_id: int | None = None,
    **details: str | int,
) -> None:
    """Write down one act, after every act that was written before it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = session.scalar(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1))
    event = AuditEvent(
        id=last.id + 1 if last else 1,
        at=now,
        account_id=account_id,
        cycle_id=cycle_id,
        act=act,
        details=details,
    )
    event.hash = link(last.hash if last else "", event)
    session.add(event)
    session.flush()


def link(previous: str, event: AuditEvent) -> str:
    """Return the hash of ``event`` chained to ``previous``."""
    body = [
        event.id,
        event.at.isoformat(),
        event.account_id,
        event.cycle_id,
        event.act,
        event.details,
    ]
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return sha256(f"{previous}\n{text}".encode()).hexdigest()


class Chain(NamedTuple):
    """What looking through the whole log found; ``broken_at``: the first wrong row."""

    n_events: int
    head: str
    broken_at: int | None
    found: int | None
    """The row that has the check code which was looked for."""


def check(session: Session, wanted: str = "") -> Chain:
    """Recompute every hash; a row changed, removed or slipped in breaks the chain.

    ``wanted``: a check code that somebody kept. If it is in the chain, everything up to
    that row is as it was then; a log rewritten from the start would not have it.
    """
    head, n, found = "", 0, None
    events = select(AuditEvent).order_by(AuditEvent.id)
    with session.scalars(events.execution_options(yield_per=1000)) as rows:
        for event in rows:
            if event.id != n + 1 or event.hash != link(head, event):
                return Chain(n, head, n + 1, found)
            n, head = n + 1, event.hash
            if head == wanted:
                found = n
    return Chain(n, head, None, found)
