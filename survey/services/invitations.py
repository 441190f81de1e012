"""Secrets of invitations: made when a mail or slip is made, kept only as an HMAC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.audit import record
from survey.intake import replace_code
from survey.lifecycle import CycleState
from survey.models.cycle import Scope
from survey.models.invitation import Collected, Invitation, InvitationKind
from survey.tokens import printed_code
from survey.transitions import get_cycle, require
from survey.vault.pepper import Vault


@dataclass(frozen=True, slots=True)
class Slip:
    """One printed code for whoever draws it from the leader's box."""

    leader: str
    group: RaterGroup
    code: str


def count_slips(session: Session, cycle_id: int) -> int:
    """Return how many slips a cycle has; fixed at its launch."""
    mine = select(func.count()).where(
        Invitation.cycle_id == cycle_id, Invitation.kind == InvitationKind.SLIP
    )
    return session.scalar(mine) or 0


def print_slips(
    session: Session,
    vault: Vault,
    cycle_id: int,
    *,
    now: datetime,
    account_id: int | None = None,
) -> list[Slip]:
    """Give every slip a new code, in random order; codes printed before are void."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.LAUNCHED, CycleState.OPEN, now=now)
    found = session.execute(
        select(Invitation.id, Scope)
        .join(Collected, Collected.invitation_id == Invitation.id)
        .join(Scope, Scope.id == Collected.scope_id)
        .where(Invitation.cycle_id == cycle_id, Invitation.kind == InvitationKind.SLIP)
    ).all()
    slips = []
    for invitation_id, scope in found:
        code = replace_code(session, vault.pepper, invitation_id, kind="slip")
        slips.append(
            Slip(scope.leader.name, RaterGroup(scope.group), printed_code(code))
        )
    SystemRandom().shuffle(slips)
    slips.sort(key=lambda slip: slip.leader)
    record(
        session,
        "slips_printed",
        now=now,
        account_id=account_id,
        cycle_id=cycle_id,
        count=len(slips),
    )
    return slips
