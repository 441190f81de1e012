"""Give an answer key anew, when one person asks and another one agrees.

Nothing here reads whether the key was collected before: it makes no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, delete, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import (
    AlreadyAskedError,
    NotFoundError,
    RequestGoneError,
    SamePersonError,
    WrongStateError,
)
from survey.intake import hold_open
from survey.lifecycle import issue_is_open
from survey.models.account import Account
from survey.models.base import insert_once
from survey.models.cycle import Cycle, CycleLeader, RosterMember, Scope
from survey.models.invitation import (
    Collected,
    Invitation,
    InvitationKind,
    ReissueRequest,
)
from survey.models.people import Person
from survey.transitions import get_cycle


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What whoever decides must know; ``is_own``: the same person asked."""

    id: UUID
    cycle: str
    leader: str
    rater: str
    asked_by: str
    is_own: bool


def may_be_asked(session: Session, cycle_id: int, *, now: datetime) -> bool:
    """Whether people get keys now, so that one can be given anew."""
    return _gives_keys(get_cycle(session, cycle_id), now)


def require_keys(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Refuse where nobody gets a key; raises ``WrongStateError``."""
    cycle = get_cycle(session, cycle_id)
    if not _gives_keys(cycle, now):
        raise WrongStateError(state=cycle.state_at(now).value)


def _gives_keys(cycle: Cycle, now: datetime) -> bool:
    return issue_is_open(cycle.state_at(now), cycle.activates_at, now=now)


def leaders(session: Session, cycle_id: int) -> Mapping[int, str]:
    """Return who is rated in a cycle, by name."""
    found = session.execute(
        select(CycleLeader.id, CycleLeader.name)
        .where(CycleLeader.cycle_id == cycle_id)
        .order_by(CycleLeader.name, CycleLeader.id)
    )
    return dict(found.all())


def raters(session: Session, cycle_id: int, leader_id: int) -> Mapping[int, str]:
    """Return who rates a leader by a link of their own: invitations with names."""
    if leader_id not in leaders(session, cycle_id):
        return {}  # also what is no number of ours at all
    found = session.execute(
        _rights(cycle_id, leader_id)
        .with_only_columns(Invitation.id, RosterMember.name)
        .order_by(RosterMember.name, Invitation.id)
    )
    return dict(found.all())


def _rights(cycle_id: int, leader_id: int) -> Select[Scope]:
    """Select the scopes of a leader with each personal invitation to them."""
    return (
        select(Scope)
        .join(Collected, Collected.scope_id == Scope.id)
        .join(Invitation, Invitation.id == Collected.invitation_id)
        .join(RosterMember, _is_holder())
        .where(
            Scope.cycle_id == cycle_id,
            Scope.leader_id == leader_id,
            Invitation.kind == InvitationKind.PERSONAL,
        )
    )


def _is_holder() -> ColumnElement[bool]:
    """Join an invitation to a scope with the name that its roster has."""
    return and_(
        RosterMember.scope_id == Scope.id,
        RosterMember.person_id == Invitation.person_id,
    )


def ask(
    session: Session,
    cycle_id: int,
    leader_id: int,
    invitation_id: int,
    *,
    now: datetime,
    account_id: int,
) -> None:
    """Ask for one person's key for one leader; nothing changes until another agrees.

    Raises
    ------
    WrongStateError
        If nobody gets a key now.
    NotFoundError
        If this invitation is not one of a person to rate this leader.
    AlreadyAskedError
        If the same request waits.
    """
    hold_open(session, cycle_id)
    require_keys(session, cycle_id, now=now)
    rights = _rights(cycle_id, leader_id).where(Invitation.id == invitation_id)
    scope = session.scalar(rights)
    if scope is None:
        raise NotFoundError
    if not insert_once(
        session,
        ReissueRequest,
        id=uuid4(),
        invitation_id=invitation_id,
        scope_id=scope.id,
        asked_by_id=account_id,
    ):
        raise AlreadyAskedError
    _note(session, "reissue_asked", scope, now=now, account_id=account_id)


def _note(
    session: Session, act: str, scope: Scope, *, now: datetime, account_id: int
) -> None:
    """Write down who acted and about which leader; never for whom."""
    record(
        session,
        act,
        now=now,
        account_id=account_id,
        cycle_id=scope.cycle_id,
        leader_id=scope.leader_id,
    )


def open_requests(
    session: Session, account_id: int, *, now: datetime
) -> list[OpenRequest]:
    """Return what waits for a decision, as one account may see it."""
    found = session.execute(
        select(ReissueRequest, Scope, RosterMember.name, Account.name)
        .join(Scope, Scope.id == ReissueRequest.scope_id)
        .join(Invitation, Invitation.id == ReissueRequest.invitation_id)
        .join(RosterMember, _is_holder())
        .join(Account, Account.id == ReissueRequest.asked_by_id)
        .order_by(Scope.cycle_id, Scope.leader_id, RosterMember.name)
    )
    return [
        OpenRequest(
            id=asked.id,
            cycle=scope.cycle.name,
            leader=scope.leader.name,
            rater=rater,
            asked_by=asked_by,
            is_own=_is_one_person(session, asked.asked_by_id, account_id),
        )
        for asked, scope, rater, asked_by in found
        if _gives_keys(scope.cycle, now)
    ]


def grant(
    session: Session, request_id: UUID, *, now: datetime, account_id: int
) -> None:
    """Let the person collect one more key by the link they have; count it.

    Raises
    ------
    SamePersonError
        If the account that asked is this one, or is known to be the same person's.
    RequestGoneError
        If the request was decided before; of two who agree at once, one reads this.
    """
    asked = _take(session, request_id, now)
    if _is_one_person(session, asked.asked_by_id, account_id):
        raise SamePersonError
    session.execute(
        update(Collected)
        .where(
            Collected.invitation_id == asked.invitation_id,
            Collected.scope_id == asked.scope_id,
        )
        .values(is_collected=False, blinded_hash=None)
    )
    scope = session.get_one(Scope, asked.scope_id)
    scope.n_reissued = Scope.n_reissued + 1
    _note(session, "reissue_granted", scope, now=now, account_id=account_id)


def decline(
    session: Session, request_id: UUID, *, now: datetime, account_id: int
) -> None:
    """Refuse a request, or take one's own back.

    Raises
    ------
    RequestGoneError
        If it was decided before.
    """
    asked = _take(session, request_id, now)
    scope = session.get_one(Scope, asked.scope_id)
    _note(session, "reissue_declined", scope, now=now, account_id=account_id)


def _take(session: Session, request_id: UUID, now: datetime) -> ReissueRequest:
    """Erase a request and return what it said; of two at once, one gets it."""
    asked = session.get(ReissueRequest, request_id)
    if asked is None:
        raise RequestGoneError
    session.expunge(asked)
    cycle_id = session.get_one(Scope, asked.scope_id).cycle_id
    hold_open(session, cycle_id)
    require_keys(session, cycle_id, now=now)
    mine = delete(ReissueRequest).where(ReissueRequest.id == request_id)
    if session.scalar(mine.returning(ReissueRequest.id)) is None:
        raise RequestGoneError
    return asked


def _is_one_person(session: Session, one: int, other: int) -> bool:
    """Whether two accounts are one person's, as far as the data can tell."""
    mine, theirs = (_addresses(session, account) for account in (one, other))
    return one == other or not mine.isdisjoint(theirs)


def _addresses(session: Session, account_id: int) -> set[str]:
    """Return the addresses of an account and of the person it belongs to.

    No two accounts have one ``person_id``, but one may hold an old address.
    """
    account = session.get_one(Account, account_id)
    person = account.person_id and session.get(Person, account.person_id)
    known = account.email, person.email if person else None
    return {address.strip().casefold() for address in known if address}
