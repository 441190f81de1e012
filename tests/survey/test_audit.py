from __future__ import annotations

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from survey import audit
from survey.models.audit import AuditEvent
from tests.conftest import NOON


def three_acts(session: Session) -> None:
    for act in ("draft_made", "launching", "launched"):
        audit.record(session, act, now=NOON)


def test_the_chain_holds_as_written(session: Session) -> None:
    three_acts(session)
    assert audit.is_unbroken(session)


def test_a_changed_act_breaks_the_chain(session: Session) -> None:
    three_acts(session)
    session.execute(update(AuditEvent).where(AuditEvent.id == 2).values(act="nothing"))
    session.expire_all()
    assert not audit.is_unbroken(session)


def test_a_removed_act_breaks_the_chain(session: Session) -> None:
    three_acts(session)
    session.execute(delete(AuditEvent).where(AuditEvent.id == 2))
    session.expire_all()
    assert not audit.is_unbroken(session)
