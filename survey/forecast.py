"""What a launch would do, and what HR must decide before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Form, RaterGroup, minutes
from survey.forecast_mails import PlannedMail, planned_mails
from survey.forecast_points import Merges, points_of
from survey.forecast_raters import Asked, anonymous, asked_about, rater_points
from survey.forecast_rules import Point, PointKind
from survey.intake import instruments_of
from survey.merges import SPARE_ANSWERS, propose_merges
from survey.models.cycle import Cycle, CycleLeader
from survey.models.people import Channel, Person
from survey.promise import BROWSER, PromiseFacts, Together
from survey.raters import raters_of
from survey.transitions import get_cycle


@dataclass(frozen=True, slots=True)
class LeaderForecast:
    """How many people a leader's report can rest on.

    ``together``: the teams with which the leader's is shown, if HR agreed to that.
    """

    name: str
    unit: str
    n_invited: int
    n_peers: int
    can_reach_k: bool
    together: Together | None = None

    @property
    def n_together(self) -> int:
        """How many people the result rests on, those of merged teams included."""
        return self.together.n_invited if self.together else self.n_invited


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen if the cycle were launched now.

    ``n_likely``: leaders who get a report even if one or two people stay silent.
    """

    leaders: tuple[LeaderForecast, ...]
    points: tuple[Point, ...]
    n_people: int
    n_mails: int
    n_slips: int
    n_likely: int
    minutes: int
    mails: tuple[PlannedMail, ...]
    promise: PromiseFacts
    merges: Merges

    @property
    def to_confirm(self) -> tuple[Point, ...]:
        """Return what HR confirms in words, one by one."""
        return tuple(p for p in self.points if p.kind is PointKind.CONFIRM)

    @property
    def may_launch(self) -> bool:
        """Whether nothing is left to decide."""
        return not any(point.kind is PointKind.DECIDE for point in self.points)


def dry_run(session: Session, cycle_id: int, *, now: datetime) -> DryRun:
    """Say what a launch would do. Reads only."""
    cycle = get_cycle(session, cycle_id)
    raters = raters_of(session, cycle)
    teams = {leader_id: own.team for leader_id, own in raters.items()}
    merges = merges_of(session, cycle, teams)
    merged = frozenset(one for merge in merges.agreed for one in merge)
    asked = asked_about(cycle, raters, merged)
    everybody = anonymous(asked)
    people = {person.id: person for person in everybody}
    slips = [p for p in people.values() if p.channel == Channel.SLIP]
    leaders = tuple(_forecast(cycle, ld, asked, merges) for ld in cycle.leaders)
    return DryRun(
        leaders=leaders,
        points=(
            *points_of(session, cycle, teams, merges, everybody, now),
            *rater_points(session, cycle, raters, asked),
        ),
        n_people=len(people),
        n_mails=len(people) - len(slips),
        n_slips=len(slips),
        n_likely=sum(ld.n_together >= cycle.k + SPARE_ANSWERS for ld in leaders),
        minutes=minutes(instruments_of(cycle), Form(cycle.form)),
        mails=planned_mails(session, cycle, asked, merged),
        promise=_promise_of(cycle, now, asked, merges_teams=bool(merges.agreed)),
        merges=merges,
    )


def merges_of(
    session: Session, cycle: Cycle, teams: Mapping[int, list[Person]]
) -> Merges:
    """Return which small teams of a draft can be shown as one.

    What HR agreed to counts while the reporting lines still say the same. Two levels
    deep none can: teams have people in common then, and k counts people.
    """
    if cycle.team_depth > 1:
        return Merges((), ())
    lines = session.execute(select(Person.id, Person.manager_id))
    managers = {row.id: row.manager_id for row in lines}
    by_name = sorted(cycle.leaders, key=lambda leader: (leader.unit, leader.name))
    sizes = {ld.person_id: len(teams[ld.person_id]) for ld in by_name}
    proposed = propose_merges(sizes, managers, cycle.k)
    agreed = cycle.decisions.get("together")
    if agreed is None and cycle.decisions.get("small_teams") == "keep":
        return Merges((), ())
    if agreed == [list(merge) for merge in proposed]:
        return Merges(proposed, ())
    return Merges((), proposed)


def _forecast(
    cycle: Cycle,
    leader: CycleLeader,
    asked: Asked,
    merges: Merges,
) -> LeaderForecast:
    groups = asked[leader.person_id]
    n = len(groups[RaterGroup.TEAM])
    n_peers = len(groups.get(RaterGroup.PEERS, ()))
    merge = merges.of(leader.person_id)
    together = Together(
        tuple(
            ld.name for ld in cycle.leaders if ld.person_id in merge and ld != leader
        ),
        sum(len(asked[person_id][RaterGroup.TEAM]) for person_id in merge),
    )
    return LeaderForecast(
        leader.name,
        leader.unit,
        n,
        n_peers,
        can_reach_k=n >= cycle.k or bool(merge),
        together=together if merge else None,
    )


def _promise_of(
    cycle: Cycle, now: datetime, asked: Asked, *, merges_teams: bool
) -> PromiseFacts:
    """Return the facts from which the promise's sentences are made."""
    day = cycle.day_of
    instruments = instruments_of(cycle)
    groups = {group for each in asked.values() for group in each}
    return PromiseFacts(
        mode=cycle.mode,
        path=BROWSER,
        k=cycle.k,
        retention=cycle.retention,
        open_questions=any(i.questions for i in instruments),
        opens_on=day(cycle.opens_at),
        closes_on=day(cycle.closes_at),
        release_by=day(cycle.release_by),
        launched_on=day(now),
        purge_on=day(cycle.purge_at),
        readers=tuple(cycle.readers),
        representative=cycle.representative,
        merges_teams=merges_teams,
        larger_sets=("all",) if RaterGroup.PEERS in groups else (),
        manager_named=RaterGroup.MANAGER in groups,
    )
