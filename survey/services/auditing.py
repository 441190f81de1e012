"""Read the log of administrative acts, page by page, and check its chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from survey.audit import Chain, check
from survey.models.account import Account
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One act; ``by`` is empty if the clock or a command did it."""

    number: int
    at: datetime
    act: str
    by: str
    cycle: str
    details: tuple[tuple[str, Any], ...]
    check_code: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, the newest first, and the cycles to choose from."""

    entries: tuple[LogEntry, ...]
    n_entries: int
    page: int
    n_pages: int
    cycles: tuple[tuple[int, str], ...]


def log_page(session: Session, *, cycle_id: int | None, page: int) -> LogPage:
    """Return a page of the log, of one cycle or of everything; pages count from 1."""
    mine = AuditEvent.cycle_id == cycle_id if cycle_id else true()
    n = session.scalar(select(func.count()).select_from(AuditEvent).where(mine)) or 0
    n_pages = max(1, -(-n // A_PAGE))
    page = min(max(page, 1), n_pages)
    names = select(Cycle.id, Cycle.name).order_by(Cycle.id.desc())
    return LogPage(
        entries=_entries(session, mine, page),
        n_entries=n,
        page=page,
        n_pages=n_pages,
        cycles=tuple((number, name) for number, name in session.execute(names)),
    )


def check_log(session: Session, wanted: str = "") -> Chain:
    """Look through the whole chain, and for a check code that somebody kept."""
    return check(session, "".join(wanted.split()).lower())


def _entries(
    session: Session, mine: ColumnElement[bool], page: int
) -> tuple[LogEntry, ...]:
    found = session.execute(
        select(AuditEvent, Account.name, Cycle.name)
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .outerjoin(Cycle, Cycle.id == AuditEvent.cycle_id)
        .where(mine)
        .order_by(AuditEvent.id.desc())
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    return tuple(
        LogEntry(
            number=event.id,
            at=event.at,
            act=event.act,
            by=by or "",
            cycle=cycle or "",
            details=tuple(sorted(event.details.items())),
            check_code=event.hash,
        )
        for event, by, cycle in found
    )
