"""Who would be asked besides the team, and what HR must decide about that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey.errors import N_
from survey.forecast_rules import Point, PointKind
from survey.intake import instruments_of
from survey.models.cycle import Cycle
from survey.models.nomination import Nomination
from survey.models.people import Person
from survey.raters import Raters

Asked = Mapping[int, Mapping[RaterGroup, Sequence[Person]]]
"""Who is asked about each leader, by the leader's person and by rater group."""


def asked_about(
    cycle: Cycle, raters: Mapping[int, Raters], merged: frozenset[int]
) -> Asked:
    """Return who is asked; about leaders whose teams are merged, teams alone."""
    return {
        leader_id: {RaterGroup.TEAM: own.team}
        if leader_id in merged
        else own.groups(cycle.k)
        for leader_id, own in raters.items()
    }


def anonymous(asked: Asked) -> list[Person]:
    """Return who is asked anonymously, once for each leader they rate."""
    return [
        person
        for groups in asked.values()
        for group, people in groups.items()
        if group.is_anonymous
        for person in people
    ]


def rater_points(
    session: Session, cycle: Cycle, raters: Mapping[int, Raters], asked: Asked
) -> Iterable[Point]:
    """Yield what peers, managers and deeper teams ask of HR."""
    if cycle.asks_peers:
        yield from _unasked_points(cycle, RaterGroup.PEERS)
        yield from _waiting_points(session, cycle)
        yield from _few_points(cycle, raters, asked)
    if cycle.manager_is_named:
        yield from _unasked_points(cycle, RaterGroup.MANAGER)
        n = sum(RaterGroup.MANAGER in groups for groups in asked.values())
        yield Point(
            PointKind.READ,
            N_(
                "%(n)s of %(all)s leaders are rated by their own manager too, under "
                "the manager's name."
            ),
            {"n": n, "all": len(asked)},
        )


def _unasked_points(cycle: Cycle, group: RaterGroup) -> Iterable[Point]:
    if all(group not in i.asked_groups for i in instruments_of(cycle)):
        yield Point(PointKind.DECIDE, _NOBODY_ASKED[group], {})


_NOBODY_ASKED = {
    RaterGroup.PEERS: N_(
        "No questionnaire of this cycle asks peers: choose another one, or ask no "
        "peers."
    ),
    RaterGroup.MANAGER: N_(
        "No questionnaire of this cycle asks a leader's own manager: choose another "
        "one, or do not ask them."
    ),
}


def _waiting_points(session: Session, cycle: Cycle) -> Iterable[Point]:
    waiting = select(func.count()).where(
        Nomination.cycle_id == cycle.id, Nomination.is_approved.is_(False)
    )
    if n := session.scalar(waiting):
        yield Point(
            PointKind.DECIDE,
            N_(
                "%(n)s names of peers wait for the leader's manager or HR: agree to "
                "them or take them off."
            ),
            {"n": n},
        )


def _few_points(
    cycle: Cycle, raters: Mapping[int, Raters], asked: Asked
) -> Iterable[Point]:
    names = {leader.person_id: leader.name for leader in cycle.leaders}
    few = [
        f"{names[leader_id]} ({len(raters[leader_id].peers)})"
        for leader_id, groups in asked.items()
        if RaterGroup.PEERS not in groups
    ]
    if few:
        yield Point(
            PointKind.WARNING,
            N_(
                "No peers are asked about %(names)s: fewer than %(k)s are agreed to, "
                "or the team is shown together with others."
            ),
            {"names": ", ".join(few), "k": cycle.k},
        )
