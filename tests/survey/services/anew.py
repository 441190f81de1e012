"""People who ask for keys to be given anew, and people who agree."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.models.invitation import ReissueRequest
from survey.roles import Role
from survey.services import reissuing
from survey.services.accounts import create_account
from survey.worker import Workshop
from tests.conftest import NOON


def account(shop: Workshop, email: str, role: Role) -> int:
    with shop.sessions.begin() as session:
        return create_account(session, email, email, frozenset({role}), now=NOON).id


def place_of(shop: Workshop, at: int) -> tuple[int, int, int]:
    """Return cycle, leader and invitation of somebody, as a form names them."""
    with shop.sessions() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        leader_id = session.scalars(select(CycleLeader.id)).one()
        return (
            cycle_id,
            leader_id,
            [*reissuing.raters(session, cycle_id, leader_id)][at],
        )


def ask(shop: Workshop, by: int, *, at: int = 0, now: datetime = NOON) -> None:
    place = place_of(shop, at)
    with shop.sessions.begin() as session:
        reissuing.ask(session, *place, now=now, account_id=by)


def waiting(shop: Workshop) -> list[UUID]:
    with shop.sessions() as session:
        return list(session.scalars(select(ReissueRequest.id)))


def grant(shop: Workshop, by: int, *, now: datetime = NOON) -> None:
    (request_id,) = waiting(shop)
    with shop.sessions.begin() as session:
        reissuing.grant(session, request_id, now=now, account_id=by)


def decline(shop: Workshop, by: int) -> None:
    (request_id,) = waiting(shop)
    with shop.sessions.begin() as session:
        reissuing.decline(session, request_id, now=NOON, account_id=by)


def n_reissued(shop: Workshop) -> int:
    with shop.sessions() as session:
        return session.scalar(select(func.sum(Scope.n_reissued))) or 0


def acts(shop: Workshop, *names: str) -> list[AuditEvent]:
    with shop.sessions() as session:
        found = select(AuditEvent).where(AuditEvent.act.in_(names))
        return list(session.scalars(found.order_by(AuditEvent.id)))
