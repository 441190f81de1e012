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
    assert audit.check(session).broken_at is None


def test_a_changed_act_breaks_the_chain(session: Session) -> None:
    three_acts(session)
    session.execute(update(AuditEvent).where(AuditEvent.id == 2).values(act="nothing"))
    session.expire_all()
    assert audit.check(session).broken_at == 2


def test_a_removed_act_breaks_the_chain(session: Session) -> None:
    three_acts(session)
    session.execute(delete(AuditEvent).where(AuditEvent.id == 2))
    session.expire_all()
    assert audit.check(session).broken_at == 2


def test_a_check_code_that_somebody_kept_is_found_again(session: Session) -> None:
    three_acts(session)
    kept = audit.check(session).head
    audit.record(session, "closed", now=NOON)
    chain = audit.check(session, kept)
    assert (chain.found, chain.n_events) == (3, 4)


def test_a_log_rewritten_from_the_start_holds_but_lacks_the_code_kept(
    session: Session,
) -> None:
    three_acts(session)
    kept = audit.check(session).head
    session.execute(delete(AuditEvent))
    session.expire_all()
    for act in ("draft_made", "launching", "abandoned"):
        audit.record(session, act, now=NOON)
    chain = audit.check(session, kept)
    assert (chain.broken_at, chain.found) == (None, None)
