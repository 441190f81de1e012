"""What HR must decide, be warned of or read before a launch, one point each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.checks import launch_problems
from questionnaires.model import Form, Instrument, minutes
from reports.disclosure import MANY_ITEMS, WORDS_FROM
from survey.errors import N_
from survey.forecast_rules import Point, PointKind, date_points, rule_points
from survey.intake import instruments_of
from survey.lifecycle import Retention, may_keep_rows
from survey.merges import SPARE_ANSWERS, Merge
from survey.models.cycle import Cycle, CycleLeader
from survey.models.people import Channel, Person
from survey.plans import leaders
from survey.sizes import BUCKET, COMMENT_BYTES

MOST_LEADERS, MOST_MINUTES = 5, 20
"""Whoever is asked more in one cycle answers badly, or not at all."""
NAMED = 10
"""So many names stand in a point; the table below it has all."""


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
    everybody: Sequence[Person],
    now: datetime,
) -> Iterable[Point]:
    """Yield every point of a dry run, in the order in which HR reads them.

    ``everybody``: who is asked anonymously, once for each leader they rate.
    """
    yield from _questionnaire_points(cycle)
    yield from date_points(cycle, now)
    yield from _merge_points(cycle, teams, merges)
    yield from _team_points(cycle, teams, merges)
    yield from _leader_points(session, cycle)
    yield from _people_points(session, cycle, everybody)
    yield from _retention_points(cycle, teams)
    yield from _load_points(cycle, everybody)
    yield from _wording_points(session, cycle)
    yield from rule_points(cycle, n_slips=len(_slips(everybody)))


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
    yield from _scarce_points(cycle, _sizes(cycle, teams, merges))


def _sizes(
    cycle: Cycle, teams: dict[int, list[Person]], merges: Merges
) -> dict[str, int]:
    """Return on how many people each leader's result can rest."""
    return {
        leader.name: sum(
            len(teams[person_id])
            for person_id in merges.of(leader.person_id) or (leader.person_id,)
        )
        for leader in cycle.leaders
    }


def _scarce_points(cycle: Cycle, sizes: dict[str, int]) -> Iterable[Point]:
    """Warn of results that one silent person hides, whole or in part."""
    scarce = {name: n for name, n in sizes.items() if 0 <= n - cycle.k < SPARE_ANSWERS}
    if scarce:
        yield Point(
            PointKind.WARNING,
            N_(
                "Few people to rate them, so that one or two silent ones hide "
                "everything: %(names)s."
            ),
            {"names": _listed(scarce)},
        )
    no_items = {name: n for name, n in sizes.items() if cycle.k <= n < WORDS_FROM}
    if (short := _short_dimensions(cycle)) and no_items:
        yield Point(
            PointKind.WARNING,
            N_(
                "No single statements of %(dimensions)s for %(names)s: a dimension "
                "that asks fewer than %(many)s shows them from %(from_n)s answers "
                "on."
            ),
            {
                "dimensions": ", ".join(short),
                "names": _listed(no_items),
                "many": MANY_ITEMS,
                "from_n": WORDS_FROM,
            },
        )


def _short_dimensions(cycle: Cycle) -> list[str]:
    return [
        dimension.code
        for instrument in instruments_of(cycle)
        for dimension in instrument.dimensions
        if len(dimension.asked(Form(cycle.form))) < MANY_ITEMS
    ]


def _listed(sizes: Mapping[str, int]) -> str:
    """Return the first names with their numbers, and that there are more."""
    return _few([f"{name} ({n})" for name, n in sizes.items()])


def _few(names: Sequence[str]) -> str:
    more = [f"+{len(names) - NAMED}"] if len(names) > NAMED else []
    return ", ".join([*names[:NAMED], *more])


def _leader_points(session: Session, cycle: Cycle) -> Iterable[Point]:
    """Tell of leaders who left since the draft was made, and of those not in it."""
    today = {person.id: person.name for person in leaders(session)}
    chosen = {leader.person_id: leader.name for leader in cycle.leaders}
    people = select(Person.id).where(Person.id.in_(chosen), Person.is_active.is_(False))
    if gone := [chosen[person_id] for person_id in session.scalars(people)]:
        yield Point(
            PointKind.DECIDE,
            N_(
                "These leaders left: %(names)s. Change the draft and save it: they "
                "are taken out."
            ),
            {"names": _few(gone)},
        )
    if absent := [name for person, name in today.items() if person not in chosen]:
        yield Point(
            PointKind.READ,
            N_("Not rated in this cycle: %(names)s."),
            {"names": _few(absent)},
        )


def _slips(everybody: Sequence[Person]) -> set[int]:
    return {p.id for p in everybody if p.channel == Channel.SLIP}


def _load_points(cycle: Cycle, everybody: Sequence[Person]) -> Iterable[Point]:
    """Warn of people who are asked too much in one cycle."""
    asked = Counter(person.id for person in everybody)
    each = minutes(instruments_of(cycle), Form(cycle.form))
    many = [n for n in asked.values() if n > MOST_LEADERS or n * each > MOST_MINUTES]
    if many:
        yield Point(
            PointKind.WARNING,
            N_(
                "%(count)s people would rate more than %(most)s leaders or need more "
                "than %(minutes)s minutes, the busiest one %(longest)s. The short form "
                "asks less."
            ),
            {
                "count": len(many),
                "most": MOST_LEADERS,
                "minutes": MOST_MINUTES,
                "longest": max(many) * each,
            },
        )


def _wording_points(session: Session, cycle: Cycle) -> Iterable[Point]:
    """Tell which questionnaires changed since the cycle that this one copies."""
    earlier = session.get(Cycle, cycle.copied_from_id or 0)
    if earlier is None:
        return
    before = {kept.code: kept for kept in earlier.instruments}
    for kept in cycle.instruments:
        old = before.get(kept.code)
        if old is not None and old.sha256 != kept.sha256:
            yield Point(
                PointKind.READ,
                N_(
                    "The wording of %(code)s changed from version %(old)s to %(new)s: "
                    "its results cannot be compared with those of “%(cycle)s”."
                ),
                {
                    "code": kept.code,
                    "old": old.version,
                    "new": kept.version,
                    "cycle": earlier.name,
                },
            )


def _people_points(
    session: Session, cycle: Cycle, everybody: Sequence[Person]
) -> Iterable[Point]:
    lost = {
        person.id: person.name
        for person in everybody
        if person.channel == Channel.EMAIL and not person.reachable_at
    }
    if lost:
        yield Point(
            PointKind.DECIDE,
            N_(
                "%(count)s people have neither an e-mail address nor the channel "
                "“slip”: %(names)s."
            ),
            {"count": len(lost), "names": _few(list(lost.values()))},
        )
    ids = [leader.person_id for leader in cycle.leaders]
    people = select(Person.name).where(Person.id.in_(ids), Person.email.is_(None))
    if silent := session.scalars(people.order_by(Person.name)).all():
        yield Point(
            PointKind.WARNING,
            N_(
                "No e-mail address, hence no account, no self rating and no way to "
                "read the report: %(names)s."
            ),
            {"names": _few(silent)},
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
