"""Peers of a leader: named by the leader, agreed to by the manager or HR.

Only in a draft, which has promised nothing yet: the launch fixes who is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from survey.audit import record
from survey.errors import N_, NotFoundError, PeerRefusedError
from survey.lifecycle import CycleState
from survey.models.base import insert_once
from survey.models.cycle import Cycle, CycleLeader
from survey.models.nomination import Nomination
from survey.models.people import Person, Unit
from survey.raters import raters_of, why_no_peer
from survey.transitions import get_cycle, require

MOST_FOUND = 20
"""More people than this are not listed: a longer name finds fewer."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at a leader's peers or changes them."""

    person_id: int | None
    is_hr: bool
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody who is named, or could be."""

    person_id: int
    name: str
    unit: str
    is_approved: bool = False


@dataclass(frozen=True, slots=True)
class PeerList:
    """The peers of one leader in a draft, and what the viewer may do with them.

    ``may_approve``: as HR or the leader's manager; the leader alone may not.
    """

    cycle_id: int
    cycle: str
    leader_id: int
    leader: str
    k: int
    peers: tuple[Peer, ...]
    is_own: bool
    may_approve: bool

    @property
    def n_waiting(self) -> int:
        """How many wait for somebody to agree."""
        return sum(not peer.is_approved for peer in self.peers)


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """How many people can rate a leader of a draft, by group."""

    leader_id: int
    name: str
    unit: str
    n_team: int
    n_peers: int
    n_waiting: int
    manager: str


def rows(session: Session, cycle_id: int) -> list[LeaderRow]:
    """Return who can rate each leader of a cycle, for HR."""
    cycle = get_cycle(session, cycle_id)
    waiting = dict(
        session.execute(
            select(Nomination.leader_id, func.count())
            .where(Nomination.cycle_id == cycle_id, Nomination.is_approved.is_(False))
            .group_by(Nomination.leader_id)
        ).all()
    )
    raters = raters_of(session, cycle)
    return [
        LeaderRow(
            leader_id=leader.person_id,
            name=leader.name,
            unit=leader.unit,
            n_team=len(raters[leader.person_id].team),
            n_peers=len(raters[leader.person_id].peers),
            n_waiting=waiting.get(leader.person_id, 0),
            manager=_name(raters[leader.person_id].manager),
        )
        for leader in sorted(cycle.leaders, key=lambda leader: leader.name)
    ]


def _name(person: Person | None) -> str:
    return person.name if person else ""


def peer_list(
    session: Session, cycle_id: int, leader_id: int, viewer: Viewer, *, now: datetime
) -> PeerList:
    """Return the peers of a leader as the viewer sees them.

    Raises
    ------
    NotFoundError
        If the viewer is neither the leader, nor the leader's manager, nor HR.
    WrongStateError
        If the cycle is no draft any more.
    """
    cycle, leader = _draft(session, cycle_id, leader_id, viewer, now)
    named = session.execute(
        select(Person, Nomination.is_approved)
        .join(Nomination, Nomination.person_id == Person.id)
        .where(Nomination.cycle_id == cycle_id, Nomination.leader_id == leader_id)
        .order_by(Person.name, Person.id)
    )
    return PeerList(
        cycle_id=cycle_id,
        cycle=cycle.name,
        leader_id=leader_id,
        leader=leader.name,
        k=cycle.k,
        peers=tuple(_peer(person, is_approved) for person, is_approved in named),
        is_own=leader_id == viewer.person_id,
        may_approve=_may_approve(leader, viewer),
    )


def _peer(person: Person, is_approved: bool = False) -> Peer:
    unit = person.unit.name if person.unit else ""
    return Peer(person.id, person.name, unit, is_approved)


def _draft(
    session: Session, cycle_id: int, leader_id: int, viewer: Viewer, now: datetime
) -> tuple[Cycle, Person]:
    """Return draft and leader; refuses whom the list is none of their business."""
    cycle = get_cycle(session, cycle_id)
    leader = session.scalar(
        select(Person)
        .join(CycleLeader, CycleLeader.person_id == Person.id)
        .where(CycleLeader.cycle_id == cycle_id, Person.id == leader_id)
    )
    if leader is None or not cycle.asks_peers:
        raise NotFoundError
    if leader_id != viewer.person_id and not _may_approve(leader, viewer):
        raise NotFoundError
    require(cycle, CycleState.DRAFT, now=now)
    return cycle, leader


def _may_approve(leader: Person, viewer: Viewer) -> bool:
    """HR and the leader's manager may; nobody agrees to a list of their own."""
    if viewer.person_id == leader.id:
        return False
    is_manager = viewer.person_id is not None and viewer.person_id == leader.manager_id
    return viewer.is_hr or is_manager


def find_people(
    session: Session,
    cycle_id: int,
    leader_id: int,
    viewer: Viewer,
    typed: str,
    *,
    now: datetime,
) -> list[Peer]:
    """Return people whose name, number or unit holds what was typed."""
    cycle, _ = _draft(session, cycle_id, leader_id, viewer, now)
    named = select(Nomination.person_id).where(
        Nomination.cycle_id == cycle_id, Nomination.leader_id == leader_id
    )
    raters = raters_of(session, cycle)[leader_id]
    others = {leader_id, *(p.id for p in raters.team), *_manager_of(session, leader_id)}
    found = session.scalars(
        select(Person)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            Person.is_active,
            Person.id.not_in(others),
            Person.id.not_in(named),
            or_(
                Person.name.icontains(typed, autoescape=True),
                Person.number == typed,
                Unit.name.icontains(typed, autoescape=True),
            ),
        )
        .order_by(Person.name, Person.id)
        .limit(MOST_FOUND)
    )
    return [_peer(person) for person in found] if typed else []


def _manager_of(session: Session, leader_id: int) -> Sequence[int]:
    manager = select(Person.manager_id).where(Person.id == leader_id)
    return [found for found in session.scalars(manager) if found]


def name_peer(
    session: Session,
    cycle_id: int,
    leader_id: int,
    person_id: int,
    viewer: Viewer,
    *,
    now: datetime,
) -> None:
    """Name somebody; whoever may agree does so by naming.

    Raises
    ------
    PeerRefusedError
        If the person reports to the leader, manages them, left, or there are enough.
    """
    cycle, leader = _draft(session, cycle_id, leader_id, viewer, now)
    person = session.get(Person, person_id)
    raters = raters_of(session, cycle)[leader_id]
    n = session.scalar(
        select(func.count()).where(
            Nomination.cycle_id == cycle_id, Nomination.leader_id == leader_id
        )
    )
    if problem := why_no_peer(leader, person, raters, n or 0):
        raise PeerRefusedError(problem=problem)
    insert_once(
        session,
        Nomination,
        cycle_id=cycle_id,
        leader_id=leader_id,
        person_id=person_id,
        is_approved=_may_approve(leader, viewer),
    )


def strike_peer(
    session: Session,
    cycle_id: int,
    leader_id: int,
    person_id: int,
    viewer: Viewer,
    *,
    now: datetime,
) -> None:
    """Take somebody off the list; leaders only whom nobody has agreed to yet.

    Otherwise they could drop whose answers they fear.
    """
    _, leader = _draft(session, cycle_id, leader_id, viewer, now)
    struck = delete(Nomination).where(
        Nomination.cycle_id == cycle_id,
        Nomination.leader_id == leader_id,
        Nomination.person_id == person_id,
    )
    if not _may_approve(leader, viewer):
        struck = struck.where(Nomination.is_approved.is_(False))
    if session.scalar(struck.returning(Nomination.person_id)) is None:
        raise PeerRefusedError(
            problem=N_(
                "This name was taken off before, or it was agreed to: ask HR to take "
                "it off."
            )
        )


def approve_peers(
    session: Session, cycle_id: int, leader_id: int, viewer: Viewer, *, now: datetime
) -> None:
    """Agree to everybody who is named for a leader now."""
    _, leader = _draft(session, cycle_id, leader_id, viewer, now)
    if not _may_approve(leader, viewer):
        raise NotFoundError
    session.execute(
        update(Nomination)
        .where(Nomination.cycle_id == cycle_id, Nomination.leader_id == leader_id)
        .values(is_approved=True)
    )
    record(
        session,
        "peers_approved",
        now=now,
        account_id=viewer.account_id,
        cycle_id=cycle_id,
        leader=leader.name,
    )


def approve_all(
    session: Session, cycle_id: int, viewer: Viewer, *, now: datetime
) -> None:
    """Agree to every name of a draft, as HR; not to a list of one's own."""
    require(get_cycle(session, cycle_id), CycleState.DRAFT, now=now)
    for row in rows(session, cycle_id):
        if row.n_waiting and row.leader_id != viewer.person_id:
            approve_peers(session, cycle_id, row.leader_id, viewer, now=now)


@dataclass(frozen=True, slots=True)
class PeerTask:
    """A list that waits for this person: to be filled, or to be agreed to."""

    cycle_id: int
    cycle: str
    leader_id: int
    leader: str
    is_own: bool
    n_named: int
    n_waiting: int


def tasks(session: Session, person_id: int | None) -> list[PeerTask]:
    """Return the lists of peers of this person and of leaders who report to them."""
    waiting = func.count(Nomination.person_id).filter(Nomination.is_approved.is_(False))
    found = session.execute(
        select(Cycle, Person, func.count(Nomination.person_id), waiting)
        .join(CycleLeader, CycleLeader.cycle_id == Cycle.id)
        .join(Person, Person.id == CycleLeader.person_id)
        .outerjoin(
            Nomination,
            (Nomination.cycle_id == Cycle.id) & (Nomination.leader_id == Person.id),
        )
        .where(
            Cycle.state == CycleState.DRAFT,
            Cycle.asks_peers,
            or_(Person.id == person_id, Person.manager_id == person_id),
        )
        .group_by(Cycle.id, Person.id)
        .order_by(Cycle.opens_at, Cycle.id, Person.name)
    )
    return [
        PeerTask(
            cycle_id=cycle.id,
            cycle=cycle.name,
            leader_id=leader.id,
            leader=leader.name,
            is_own=leader.id == person_id,
            n_named=n_named,
            n_waiting=n_waiting,
        )
        for cycle, leader, n_named, n_waiting in found
        if leader.id == person_id or n_waiting
    ]
