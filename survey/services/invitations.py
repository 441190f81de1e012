"""Slips: codes for people without e-mail, kept only as an HMAC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from random import SystemRandom
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
    """Give every slip a new code, in random order; codes printed before are void.

    Used or not: a print that left used ones out would tell how many people answered.
    """
    cycle = _printable(session, cycle_id, now)
    members = _members_without_mail(session, cycle_id)
    _add_spares(session, cycle, members, spare_percent)
    n_void = _n_codes(session, cycle_id)
    stacks = _stacks(session, vault, cycle_id)
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


def _add_spares(
    session: Session, cycle: Cycle, members: dict[UUID, int], percent: int
) -> None:
    """Make the spares that are missing; made once, a spare stays.

    Using an invitation counts them against the members, so that spares replace lost
    slips and raise nothing.
    """
    for scope_id, n_members in members.items():
        wanted = n_members + ceil(n_members * percent / 100)
        have = len(_slips_of(session, scope_id))
        for _ in range(wanted - have):
            spare = Invitation(cycle_id=cycle.id, kind=InvitationKind.SLIP)
            spare.collected.append(Collected(scope_id=scope_id))
            session.add(spare)
    session.flush()


def _slips_of(session: Session, scope_id: UUID) -> list[int]:
    slips = (
        select(Invitation.id)
        .join(Collected, Collected.invitation_id == Invitation.id)
        .where(Collected.scope_id == scope_id, Invitation.kind == InvitationKind.SLIP)
    )
    return list(session.scalars(slips))


def _n_codes(session: Session, cycle_id: int) -> int:
    """Return how many codes the new ones replace, used and unused alike."""
    codes = (
        select(func.count())
        .select_from(InvitationSecret)
        .join(Invitation, Invitation.id == InvitationSecret.invitation_id)
        .where(Invitation.cycle_id == cycle_id, Invitation.kind == InvitationKind.SLIP)
    )
    return session.scalar(codes) or 0


def _stacks(session: Session, vault: Vault, cycle_id: int) -> list[Stack]:
    """Return the slips of all scopes by their leaders' names."""
    scopes = session.scalars(
        select(Scope)
        .join(CycleLeader)
        .where(Scope.cycle_id == cycle_id)
        .order_by(CycleLeader.name, Scope.group, Scope.leader_id)
    ).all()
    stacks = (
        Stack(
            scope.leader.name,
            RaterGroup(scope.group),
            _new_codes(session, vault, _slips_of(session, scope.id)),
        )
        for scope in scopes
    )
    return [stack for stack in stacks if stack.codes]


def _new_codes(session: Session, vault: Vault, slips: Iterable[int]) -> tuple[str, ...]:
    """Return a new code for each slip, in an order that tells nothing."""
    codes = [replace_code(session, vault.pepper, one, kind="slip") for one in slips]
    SystemRandom().shuffle(codes)
    return tuple(codes)
