"""Launch a cycle: look first, then freeze everything and make the keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.audit import record
from survey.credentials.fingerprint import roster_hash
from survey.errors import LaunchRefusedError
from survey.forecast import dry_run, merges_of
from survey.forecast_points import small_teams
from survey.forecast_rules import PointKind
from survey.intake import directory_of
from survey.jobs import enqueue
from survey.lifecycle import CycleState
from survey.mail_queue import ask_to_remind, queue_heads
from survey.merges import Merge
from survey.models.account import (
    Account,
    AccountRole,
)
from survey.models.cycle import (
    Cycle,
    CycleLeader,
    RosterMember,
    Scope,
)
from survey.models.invitation import Collected, Invitation, InvitationKind
from survey.models.job import JobKind
from survey.models.nomination import Nomination
from survey.models.people import Channel, Person
from survey.promise import promise_hash
from survey.raters import Raters, raters_of, teams_of
from survey.roles import Role
from survey.transitions import get_cycle, move, require
from survey.vault.keys import make_box_key, make_sign_key_file
from survey.vault.pepper import Vault


def leave_out_small_teams(session: Session, cycle_id: int, *, now: datetime) -> int:
    """Take leaders who cannot reach k out of a draft; return how many.

    Those whose teams HR agreed to show together stay.
    """
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    teams = teams_of(session, cycle)
    small = small_teams(cycle, teams, merges_of(session, cycle, teams).agreed)
    for leader in small:
        cycle.leaders.remove(leader)
    session.flush()
    return len(small)


def keep_small_teams(session: Session, cycle_id: int, *, now: datetime) -> None:
    """Keep leaders who cannot reach k: their raters are told, nothing will be shown."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    cycle.decisions = {**cycle.decisions, "small_teams": "keep"}


def show_small_teams_together(
    session: Session, cycle_id: int, *, now: datetime
) -> None:
    """Agree to the merges that the dry run proposes now; the launch fixes them."""
    cycle = get_cycle(session, cycle_id)
    require(cycle, CycleState.DRAFT, now=now)
    merges = merges_of(session, cycle, teams_of(session, cycle))
    together = [list(merge) for merge in merges.agreed + merges.open]
    cycle.decisions = {**cycle.decisions, "together": together}


def launch_cycle(
    session: Session, cycle_id: int, *, now: datetime, account_id: int | None = None
) -> None:
    """Freeze settings, people and promise, and ask for the keys.

    Raises
    ------
    LaunchRefusedError
        If the dry run has a point left to decide.
    """
    cycle = get_cycle(session, cycle_id)
    look = dry_run(session, cycle_id, now=now)
    if not look.may_launch:
        red = [p.text % p.fields for p in look.points if p.kind is PointKind.DECIDE]
        raise LaunchRefusedError(points=" ".join(red))
    move(session, cycle, CycleState.LAUNCHING, now=now, account_id=account_id)
    cycle.launched_at, cycle.launched_by_id = now, account_id
    cycle.reminders = [at.isoformat() for at in cycle.reminds_at if at > now]
    facts = look.promise
    cycle.promise, cycle.promise_hash = facts.to_json(), promise_hash(facts)
    _freeze_people(session, cycle, look.merges.agreed)
    _give_accounts(session, cycle)
    enqueue(session, JobKind.MAKE_KEYS, cycle.id, due_at=now)


def _freeze_people(session: Session, cycle: Cycle, merges: Sequence[Merge]) -> None:
    """Write down who rates whom, and give everybody the right to answer."""
    invitations: dict[int, Invitation] = {}
    raters = raters_of(session, cycle)
    for leader in cycle.leaders:
        person = session.get_one(Person, leader.person_id)
        leader.name, leader.unit = person.name, person.unit.name if person.unit else ""
        asked = _add_scopes(cycle, leader, raters, merges)
        session.flush()
        for scope, people in asked:
            _ask(session, cycle, scope, people, invitations)
    session.execute(delete(Nomination).where(Nomination.cycle_id == cycle.id))
    session.flush()


def _add_scopes(
    cycle: Cycle,
    leader: CycleLeader,
    raters: Mapping[int, Raters],
    merges: Sequence[Merge],
) -> list[tuple[Scope, Sequence[Person]]]:
    """Return the scopes of a leader, each with whom it asks.

    A merge has nothing but teams: its answers are about several leaders, so there is no
    self rating, peer or manager beside it.
    """
    merge = next((m for m in merges if leader.person_id in m), None)
    own = raters[leader.person_id]
    if merge is not None:
        others = [
            p for one in merge if one != leader.person_id for p in raters[one].team
        ]
        team = _scope(leader, RaterGroup.TEAM, own.team, others)
        team.merge = merges.index(merge)
        return [(team, own.team)]
    leader.scopes.append(Scope(cycle_id=cycle.id, group=RaterGroup.SELF, n_invited=1))
    return [
        (_scope(leader, group, people), people)
        for group, people in own.groups(cycle.k).items()
    ]


def _scope(
    leader: CycleLeader,
    group: RaterGroup,
    people: Sequence[Person],
    others: Sequence[Person] = (),
) -> Scope:
    scope = Scope(
        cycle_id=leader.cycle_id,
        group=group,
        n_invited=len(people),
        roster_hash=roster_hash((p.number for p in people), (p.number for p in others)),
    )
    leader.scopes.append(scope)
    return scope


def _ask(
    session: Session,
    cycle: Cycle,
    scope: Scope,
    people: Sequence[Person],
    invitations: dict[int, Invitation],
) -> None:
    """Put people on the roster of a scope; who answers under a name needs no code."""
    for person in people:
        session.add(
            RosterMember(
                scope_id=scope.id,
                person_id=person.id,
                name=person.name,
                channel=person.channel,
            )
        )
        if RaterGroup(scope.group).is_anonymous:
            invitation = _invite(session, cycle, person, invitations)
            invitation.collected.append(Collected(scope_id=scope.id))


def _invite(
    session: Session,
    cycle: Cycle,
    person: Person,
    invitations: dict[int, Invitation],
) -> Invitation:
    """Return a person's one invitation, or a slip that belongs to nobody."""
    if person.channel == Channel.SLIP:
        slip = Invitation(cycle_id=cycle.id, kind=InvitationKind.SLIP)
        session.add(slip)
        return slip
    if person.id not in invitations:
        invitations[person.id] = Invitation(
            cycle_id=cycle.id,
            kind=InvitationKind.PERSONAL,
            person_id=person.id,
            language=person.language,
        )
        session.add(invitations[person.id])
    return invitations[person.id]


def _give_accounts(session: Session, cycle: Cycle) -> None:
    """Give an account to leaders, and to managers who rate them under their name.

    It has no password yet; the mail about the ratings holds a link to set one.
    """
    managers = session.scalars(
        select(RosterMember.person_id)
        .join(Scope, Scope.id == RosterMember.scope_id)
        .where(Scope.cycle_id == cycle.id, Scope.group == RaterGroup.MANAGER)
    )
    for person_id in {leader.person_id for leader in cycle.leaders} | set(managers):
        _give_account(session, session.get_one(Person, person_id))
    session.flush()


def _give_account(session: Session, person: Person) -> None:
    if person.email is None:
        return
    account = session.scalar(
        select(Account).where(Account.person_id == person.id)
    ) or session.scalar(
        select(Account).where(
            Account.email == person.email, Account.person_id.is_(None)
        )
    )
    if account is None:
        account = Account(
            email=person.email, name=person.name, language=person.language
        )
        session.add(account)
    account.person_id = account.person_id or person.id
    if Role.LEADER not in {r.role for r in account.roles}:
        account.roles.append(AccountRole(role=Role.LEADER))


SCOPES_AT_ONCE = 50
"""Keys of so many scopes are made in one transaction: some seconds of work."""


def make_keys(session: Session, vault: Vault, cycle_id: int, *, now: datetime) -> bool:
    """Make the keys of some scopes; after the last ones fix the fingerprint.

    Can be interrupted and repeated: keys that are there are kept.

    Returns
    -------
    bool
        True if nothing is left to make.
    """
    cycle = get_cycle(session, cycle_id)
    if cycle.state != CycleState.LAUNCHING:
        return True
    without = [s for s in _anonymous_scopes(session, cycle_id) if s.sign_key is None]
    for scope in without[:SCOPES_AT_ONCE]:
        scope.box_key = make_box_key(vault.folder, cycle_id, scope.id)
        scope.sign_key = make_sign_key_file(vault.folder, cycle_id, scope.id)
    session.flush()
    if len(without) > SCOPES_AT_ONCE:
        return False
    _commit_to_keys(session, cycle, now)
    return True


def _anonymous_scopes(session: Session, cycle_id: int) -> list[Scope]:
    scopes = session.scalars(select(Scope).where(Scope.cycle_id == cycle_id))
    return [scope for scope in scopes if RaterGroup(scope.group).is_anonymous]


def _commit_to_keys(session: Session, cycle: Cycle, now: datetime) -> None:
    """Fix the fingerprint over every key and roster: from here on none may change."""
    cycle.fingerprint = directory_of(session, cycle.id).fingerprint
    move(session, cycle, CycleState.LAUNCHED, now=now)
    queue_heads(session, cycle.id, CycleState.LAUNCHED, now=now)
    record(
        session,
        "keys_made",
        now=now,
        cycle_id=cycle.id,
        fingerprint=cycle.fingerprint,
        promise=cycle.promise_hash,
    )
    if cycle.activates_at:
        enqueue(session, JobKind.ACTIVATE_CYCLE, cycle.id, due_at=cycle.activates_at)
    enqueue(session, JobKind.OPEN_CYCLE, cycle.id, due_at=cycle.opens_at)
    ask_to_remind(session, cycle)
    enqueue(session, JobKind.CLOSE_CYCLE, cycle.id, due_at=cycle.closes_at)
    enqueue(session, JobKind.ABANDON_CYCLE, cycle.id, due_at=cycle.release_by)
