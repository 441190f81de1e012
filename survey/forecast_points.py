"""What HR must decide, be warned of or read before a launch, one point each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.checks import launch_problems
from questionnaires.model import Form, Instrument
from survey.errors import N_
from survey.intake import instruments_of
from survey.lifecycle import Retention, may_keep_rows
from survey.merges import SPARE_ANSWERS, Merge
from survey.models.cycle import Cycle, CycleLeader
from survey.models.people import Channel, Person
from survey.sizes import BUCKET, COMMENT_BYTES


class PointKind(StrEnum):
    """What a line of the dry run asks of HR."""

    DECIDE = "decide"
    WARNING = "warning"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the dry run: an English text for translation, and its fields."""

    kind: PointKind
    text: str
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class Merges:
    """Small teams to be shown as one: what HR agreed to, and what is to be decided."""

    agreed: tuple[Merge, ...]
    open: tuple[Merge, ...]

    def of(self, person_id: int) -> Merge:
        """Return the agreed merge of this leader's team; empty if it has none."""
        return next((merge for merge in self.agreed if person_id in merge), ())


def points_of(
    session: Session,
    cycle: Cycle,
    teams: dict[int, list[Person]],
    merges: Merges,
    now: datetime,
) -> Iterable[Point]:
    """Yield every point of a dry run, in the order in which HR reads them."""
    yield from _questionnaire_points(cycle)
    yield from _date_points(cycle, now)
    yield from _merge_points(cycle, teams, merges)
    yield from _team_points(cycle, teams, merges)
    yield from _people_points(session, cycle, teams)
    yield from _retention_points(cycle, teams)
    if cycle.k < 5:  # noqa: PLR2004  # the sentence P5 speaks of five
        yield Point(
            PointKind.WARNING,
            N_(
                "k is %(k)s: the promise will say that with fewer than five answers a "
                "colleague may guess."
            ),
            {"k": cycle.k},
        )


def _questionnaire_points(cycle: Cycle) -> Iterable[Point]:
    instruments = instruments_of(cycle)
    if not instruments:
        yield Point(PointKind.DECIDE, N_("No questionnaire is chosen."), {})
    for problem in launch_problems(instruments, languages=cycle.languages):
        yield Point(
            PointKind.DECIDE,
            N_("Questionnaire: %(where)s: %(message)s"),
            {"where": problem.where, "message": problem.message},
        )
    size = longest_answer(instruments, Form(cycle.form))
    if size > BUCKET:
        yield Point(
            PointKind.DECIDE,
            N_(
                "The longest possible answer has %(size)s bytes, %(bucket)s fit: use "
                "the short form or fewer of %(codes)s."
            ),
            {
                "size": size,
                "bucket": BUCKET,
                "codes": ", ".join(i.code for i in instruments),
            },
        )


def longest_answer(instruments: tuple[Instrument, ...], form: Form) -> int:
    """Bytes of the longest answer these instruments allow, before padding."""
    codes = [
        item.code
        for instrument in instruments
        for dimension in instrument.dimensions
        for item in dimension.asked(form)
    ]
    questions = [q.code for instrument in instruments for q in instrument.questions]
    ratings = sum(len(code.encode()) + 7 for code in codes)
    comments = sum(len(q.encode()) + COMMENT_BYTES + 60 for q in questions)
    return ratings + comments + 80


def _date_points(cycle: Cycle, now: datetime) -> Iterable[Point]:
    if cycle.closes_at <= now:
        yield Point(
            PointKind.DECIDE,
            N_("The closing date %(date)s is past: choose a later one."),
            {"date": cycle.day_of(cycle.closes_at).isoformat()},
        )


def _merge_points(
    cycle: Cycle, teams: dict[int, list[Person]], merges: Merges
) -> Iterable[Point]:
    for merge in merges.open:
        yield Point(
            PointKind.DECIDE,
            N_(
                "%(names)s: each of these teams has fewer than %(k)s people. Show them "
                "together as one result of %(n)s people, leave them out, or keep them "
                "apart."
            ),
            {
                "names": ", ".join(
                    f"{leader.name} ({len(teams[leader.person_id])})"
                    for leader in cycle.leaders
                    if leader.person_id in merge
                ),
                "k": cycle.k,
                "n": sum(len(teams[person_id]) for person_id in merge),
            },
        )


def small_teams(
    cycle: Cycle, teams: dict[int, list[Person]], merges: Iterable[Merge]
) -> list[CycleLeader]:
    """Return the leaders who cannot reach k, not even by one of these merges."""
    merged = {person_id for merge in merges for person_id in merge}
    return [
        leader
        for leader in cycle.leaders
        if len(teams[leader.person_id]) < cycle.k and leader.person_id not in merged
    ]


def _team_points(
    cycle: Cycle, teams: dict[int, list[Person]], merges: Merges
) -> Iterable[Point]:
    if not cycle.leaders:
        yield Point(PointKind.DECIDE, N_("No leader is chosen."), {})
    small = small_teams(cycle, teams, merges.agreed + merges.open)
    if small and cycle.decisions.get("small_teams") != "keep":
        yield Point(
            PointKind.DECIDE,
            N_(
                "%(count)s leaders have fewer than %(k)s people to rate them and "
                "cannot get a report: %(names)s. Leave them out or keep them."
            ),
            {
                "count": len(small),
                "k": cycle.k,
                "names": ", ".join(leader.name for leader in small),
            },
        )
    for leader in cycle.leaders:
        people = merges.of(leader.person_id) or (leader.person_id,)
        n = sum(len(teams[person_id]) for person_id in people)
        if cycle.k <= n < cycle.k + SPARE_ANSWERS:
            yield Point(
                PointKind.WARNING,
                N_(
                    "%(name)s has only %(n)s people to rate them: one or two silent "
                    "ones and nothing can be shown."
                ),
                {"name": leader.name, "n": n},
            )


def _people_points(
    session: Session, cycle: Cycle, teams: dict[int, list[Person]]
) -> Iterable[Point]:
    lost = [
        person.name
        for team in teams.values()
        for person in team
        if person.channel == Channel.EMAIL and not person.reachable_at
    ]
    if lost:
        yield Point(
            PointKind.DECIDE,
            N_(
                "%(count)s people have neither an e-mail address nor the channel "
                "“slip”: %(names)s."
            ),
            {"count": len(lost), "names": ", ".join(lost[:10])},
        )
    ids = [leader.person_id for leader in cycle.leaders]
    for person in session.scalars(select(Person).where(Person.id.in_(ids))):
        if not person.email:
            yield Point(
                PointKind.WARNING,
                N_(
                    "%(name)s has no e-mail address, hence no account: no self rating "
                    "and no way to read the report."
                ),
                {"name": person.name},
            )


def _retention_points(cycle: Cycle, teams: dict[int, list[Person]]) -> Iterable[Point]:
    """Count only teams that can reach k: nothing is kept of the others."""
    if cycle.retention != Retention.ROWS:
        return
    large = [team for team in teams.values() if len(team) >= cycle.k]
    people = {person.id for team in large for person in team}
    if not may_keep_rows(len(large), len(people)):
        yield Point(
            PointKind.DECIDE,
            N_(
                "Ratings can be kept for research only from 8 teams with %(k)s or more "
                "people and 50 people in them on; here are %(teams)s such teams with "
                "%(people)s people. Keep only the reports."
            ),
            {"teams": len(large), "people": len(people), "k": cycle.k},
        )
        return
    yield Point(
        PointKind.WARNING,
        N_(
            "Ratings are kept for research until %(purge_on)s, without names, "
            "comments, leaders, groups or times, in random order; the promise says so. "
            "Whoever has them and all reports can work out which leader they are about."
        ),
        {"purge_on": cycle.day_of(cycle.purge_at).isoformat()},
    )
