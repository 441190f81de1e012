"""Who rates whom: as the reporting lines say, and as people named it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.errors import N_
from survey.intake import instruments_of
from survey.models.cycle import Cycle
from survey.models.nomination import Nomination
from survey.models.people import Person

MOST_PEERS = 12
"""More colleagues of one leader add little, and wear people out."""


@dataclass(frozen=True, slots=True)
class Raters:
    """The people who can rate one leader.

    ``peers`` are approved; of fewer than k nobody is asked, for nothing could be shown.
    """

    team: list[Person]
    peers: Sequence[Person] = ()
    manager: Person | None = None

    def groups(self, k: int) -> dict[RaterGroup, Sequence[Person]]:
        """Return who is asked, by rater group; the leader is asked besides."""
        asked: dict[RaterGroup, Sequence[Person]] = {RaterGroup.TEAM: self.team}
        if len(self.peers) >= k:
            asked[RaterGroup.PEERS] = self.peers
        if self.manager is not None:
            asked[RaterGroup.MANAGER] = (self.manager,)
        return asked


def raters_of(session: Session, cycle: Cycle) -> dict[int, Raters]:
    """Return who can rate each leader of a cycle now, by the leader's person."""
    teams = teams_of(session, cycle)
    asked = {group for i in instruments_of(cycle) for group in i.asked_groups}
    asks_peers = cycle.asks_peers and RaterGroup.PEERS in asked
    asks_manager = cycle.manager_is_named and RaterGroup.MANAGER in asked
    peers = _peers_of(session, cycle) if asks_peers else {}
    managers = _managers_of(session, cycle) if asks_manager else {}
    raters = {}
    for leader_id, team in teams.items():
        manager = managers.get(leader_id)
        others = {leader_id, *(p.id for p in team), manager.id if manager else 0}
        raters[leader_id] = Raters(
            team,
            [peer for peer in peers.get(leader_id, ()) if peer.id not in others],
            manager,
        )
    return raters


def teams_of(session: Session, cycle: Cycle) -> dict[int, list[Person]]:
    """Active reports of every leader of the cycle, by the leader's person.

    Direct ones, or those of the level below too where the cycle asks two levels.
    """
    ids = [leader.person_id for leader in cycle.leaders]
    direct = _reports(session, ids)
    teams = {leader_id: list(direct.get(leader_id, ())) for leader_id in ids}
    if cycle.team_depth == 1:
        return teams
    below = _reports(session, {p.id for team in teams.values() for p in team})
    for team in teams.values():
        team += [report for person in list(team) for report in below.get(person.id, ())]
        team.sort(key=lambda person: (person.name, person.id))
    return teams


def _reports(session: Session, ids: Collection[int]) -> Mapping[int, list[Person]]:
    """Return the active direct reports of these people, by name."""
    found: dict[int, list[Person]] = defaultdict(list)
    reports = select(Person).where(Person.manager_id.in_(ids), Person.is_active)
    for person in session.scalars(reports.order_by(Person.name, Person.id)):
        found[person.manager_id or 0].append(person)
    return found


def _peers_of(session: Session, cycle: Cycle) -> Mapping[int, list[Person]]:
    found: dict[int, list[Person]] = defaultdict(list)
    peers = session.execute(
        select(Nomination.leader_id, Person)
        .join(Person, Person.id == Nomination.person_id)
        .where(
            Nomination.cycle_id == cycle.id,
            Nomination.is_approved,
            Person.is_active,
        )
        .order_by(Person.name, Person.id)
    )
    for leader_id, person in peers:
        found[leader_id].append(person)
    return found


def _managers_of(session: Session, cycle: Cycle) -> Mapping[int, Person]:
    """Return the managers who can sign in to rate, by the leader's person."""
    ids = [leader.person_id for leader in cycle.leaders]
    leaders = session.scalars(select(Person).where(Person.id.in_(ids)))
    return {
        leader.id: leader.manager
        for leader in leaders
        if leader.manager and leader.manager.is_active and leader.manager.email
    }


def why_no_peer(
    leader: Person, person: Person | None, raters: Raters, n_named: int
) -> str:
    """Say why somebody cannot be named as a peer; empty if they can.

    ``n_named``: how many are named for the leader already.
    """
    if person is None or not person.is_active:
        return N_("There is no such person any more: search again.")
    if person.id == leader.id:
        return N_("Leaders rate themselves anyway: choose somebody else.")
    if person.id == leader.manager_id:
        return N_("A manager is no peer: choose somebody else.")
    if person.id in {member.id for member in raters.team}:
        return N_("This person is asked as a member of the team already.")
    if n_named >= MOST_PEERS:
        return N_("Twelve people are named, more are not asked: take one off first.")
    return ""
