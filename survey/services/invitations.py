"""Slips: codes for people without e-mail, kept only as an HMAC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import ceil
from random import SystemRandom
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from questionnaires.model import RaterGroup
from survey.audit import record
from survey.intake import replace_code
from survey.lifecycle import CycleState
from survey.models.cycle import Cycle, CycleLeader, RosterMember, Scope
from survey.models.invitation import (
    Collected,
    Invitation,
    InvitationKind,
    InvitationSecret,
)
from survey.models.people import Channel, Organisation
from survey.paper.notice import Notice
from survey.paper.slips import Stack
from survey.promise import PromiseFacts
from survey.transitions import get_cycle, require
from survey.vault.pepper import Vault


def count_slips(session: Session, cycle_id: int) -> int:
    """Return how many people of a cycle get a slip, once for each leader they rate."""
    return sum(_members_without_mail(session, cycle_id).values())


def notice(session: Session, cycle_id: int, *, now: datetime) -> Notice:
    """Return what slips and the poster say, as fixed by the launch."""
    cycle = _printable(session, cycle_id, now)
    return Notice(
        cycle=cycle.name,
        organisation=session.scalars(select(Organisation)).one().name,
        languages=tuple(cycle.languages),
        closes_at=cycle.closes_at,
        time_zone=cycle.time_zone,
        fingerprint=cycle.fingerprint,
        contact=cycle.contact,
        representative=cycle.representative,
        promise=PromiseFacts.from_json(cycle.promise),
    )


def print_slips(
    session: Session,
    vault: Vault,
    cycle_id: int,
    *,
    spare_percent: int = 0,
    now: datetime,
    account_id: int | None = None,
) -> list[Stack]:
    """Return slips with new codes, in random order; codes printed before are void.

    Each can be used, and there are as many as before, however many people answered.
    """
    cycle = _printable(session, cycle_id, now)
    members = _members_without_mail(session, cycle_id)
    n_void = _n_codes(session, cycle_id)
    stacks = _stacks(session, vault, cycle, members, spare_percent)
    n_slips = sum(len(stack.codes) for stack in stacks)
    record(
        session,
        "slips_printed",
        now=now,
        account_id=account_id,
        cycle_id=cycle_id,
        count=n_slips,
        spares=n_slips - sum(members.values()),
        void=n_void,
    )
    return stacks


def _printable(session: Session, cycle_id: int, now: datetime) -> Cycle:
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.LAUNCHED, CycleState.OPEN, now=now)
    return cycle


def _members_without_mail(session: Session, cycle_id: int) -> dict[UUID, int]:
    """Return how many members without e-mail each scope has; those with none lack."""
    counted = (
        select(RosterMember.scope_id, func.count().label("n"))
        .join(Scope, Scope.id == RosterMember.scope_id)
        .where(Scope.cycle_id == cycle_id, RosterMember.channel == Channel.SLIP)
        .group_by(RosterMember.scope_id)
    )
    return {row.scope_id: row.n for row in session.execute(counted)}


def _slips_of(session: Session, scope_id: UUID) -> list[Invitation]:
    slips = (
        select(Invitation)
        .join(Collected, Collected.invitation_id == Invitation.id)
        .where(Collected.scope_id == scope_id, Invitation.kind == InvitationKind.SLIP)
        .options(selectinload(Invitation.collected))
        .order_by(Invitation.id)
    )
    return list(session.scalars(slips))


def _renew(
    session: Session, cycle: Cycle, scope_id: UUID, n_members: int, percent: int
) -> list[Invitation]:
    """Return the slips to print for a scope: all unused, as many as were ever printed.

    Another number would tell how many were used. Those that were are void for good, and
    count against the members all the same: spares and new slips raise nothing.
    """
    slips = _slips_of(session, scope_id)
    mine = InvitationSecret.invitation_id.in_([slip.id for slip in slips])
    n_printed = len(
        session.scalars(
            delete(InvitationSecret).where(mine).returning(InvitationSecret.hmac)
        ).all()
    )
    n_slips = max(n_members + ceil(n_members * percent / 100), n_printed)
    unused = [slip for slip in slips if not slip.collected[0].is_collected]
    fresh = []
    for _ in range(n_slips - len(unused)):
        slip = Invitation(cycle_id=cycle.id, kind=InvitationKind.SLIP)
        slip.collected.append(Collected(scope_id=scope_id))
        fresh.append(slip)
    session.add_all(fresh)
    session.flush()
    return unused + fresh


def _n_codes(session: Session, cycle_id: int) -> int:
    """Return how many codes the new ones replace, used and unused alike."""
    codes = (
        select(func.count())
        .select_from(InvitationSecret)
        .join(Invitation, Invitation.id == InvitationSecret.invitation_id)
        .where(Invitation.cycle_id == cycle_id, Invitation.kind == InvitationKind.SLIP)
    )
    return session.scalar(codes) or 0


def _stacks(
    session: Session,
    vault: Vault,
    cycle: Cycle,
    members: Mapping[UUID, int],
    percent: int,
) -> list[Stack]:
    """Return the slips of all scopes by their leaders' names."""
    scopes = session.scalars(
        select(Scope)
        .join(CycleLeader)
        .where(Scope.id.in_(members))
        .order_by(CycleLeader.name, Scope.group, Scope.leader_id)
    ).all()
    return [
        Stack(
            scope.leader.name,
            RaterGroup(scope.group),
            _new_codes(
                session,
                vault,
                _renew(session, cycle, scope.id, members[scope.id], percent),
            ),
        )
        for scope in scopes
    ]


def _new_codes(
    session: Session, vault: Vault, slips: Iterable[Invitation]
) -> tuple[str, ...]:
    """Return a new code for each slip, in an order that tells nothing."""
    codes = [replace_code(session, vault.pepper, one.id, kind="slip") for one in slips]
    SystemRandom().shuffle(codes)
    return tuple(codes)
