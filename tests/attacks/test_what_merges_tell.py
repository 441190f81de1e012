"""Organisations whose small teams are merged: units over units, many silent.

The whole way with real parts, from the dry run's proposal to the snapshots: what is
printed stands on sets of people that are alike or have nobody in common, and the
attacker of `tests.attacks.oracle` pins nobody of a merged set.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pytest
from pydantic import TypeAdapter
from sqlalchemy import select

from reports.analysis import Analysis
from reports.organisation_tree import OrganisationReport
from reports.tree import LeaderReport
from survey.models.cycle import CycleLeader
from survey.models.people import Person
from survey.models.report import ReportSnapshot
from survey.services import cycles, launching
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.services.visiting import open_visit
from survey.worker import Workshop, run_due
from tests.attacks.attack import Output, known_of, not_tolerated
from tests.conftest import DAY, NOON, add_team, codes_of, pulse_plan, set_up

pytestmark = pytest.mark.long

K = 5
CLOSED = NOON + 7 * DAY
ITEMS = {"asking": ("A1", "A2", "A3"), "going": ("G1", "G2")}
REVERSE = {"A3"}
Given = dict[str, list[dict[str, int]]]
"""By the leader's name, what each of their people answered."""


def organisation(shop: Workshop, rng: np.random.Generator) -> None:
    """Open a cycle over a random tree of small and large teams."""
    with shop.sessions.begin() as session:
        set_up(session)
        above: list[int] = []
        for n in range(9):
            leader = add_team(session, f"L{n}", int(rng.integers(1, 7))).leader_id
            if above:
                boss = int(rng.choice(above))
                session.get_one(Person, leader).manager_id = boss
            above.append(leader)
        cycle_id = cycles.create_cycle(session, pulse_plan(), now=NOON - DAY).id
        launching.show_small_teams_together(session, cycle_id, now=NOON - DAY)
        launching.keep_small_teams(session, cycle_id, now=NOON - DAY)
        launching.launch_cycle(session, cycle_id, now=NOON - DAY)
    run_due(shop, now=NOON - DAY)
    run_due(shop, now=NOON)


def answers(shop: Workshop, rng: np.random.Generator) -> Given:
    """Let three of four answer, most of them near one end of the scale."""
    given: Given = defaultdict(list)
    for code in codes_of(shop, 0):
        if rng.random() < 0.25:
            continue
        with shop.sessions.begin() as session:
            visit = open_visit(session, shop.vault, code, now=NOON)
            for sheet in visit.sheets:
                points = {
                    item: int(rng.choice([1, 4, 5, 5, 5]))
                    for items in ITEMS.values()
                    for item in items
                }
                keep_confidential_answer(
                    session,
                    shop.vault,
                    code,
                    sheet.scope_id,
                    PlainAnswer(points),
                    now=NOON,
                )
                given[sheet.leader].append(points)
    return given


@dataclass(frozen=True)
class Closed:
    """A closed cycle: what its snapshots print, and what was answered."""

    output: Output
    given: Given

    def about(self, leader: str) -> tuple[str, ...]:
        """Return the leaders whose people stand behind a leader's report."""
        return self.output.analysis.leaders[leader].together or (leader,)

    def points(self, leader: str, code: str) -> np.ndarray:
        """Return what these people answered to one dimension, (n_raters, n_items)."""
        rows = [row for one in self.about(leader) for row in self.given.get(one, ())]
        return np.array([[row[item] for item in ITEMS[code]] for row in rows])


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture(params=[0, 2, 3, 4, 5])
def closed(shop: Workshop, request: pytest.FixtureRequest) -> Closed:
    rng = np.random.default_rng(request.param)
    organisation(shop, rng)
    given = answers(shop, rng)
    run_due(shop, now=CLOSED)
    with shop.sessions() as session:
        kept = session.execute(
            select(CycleLeader.name, ReportSnapshot.content).outerjoin_from(
                ReportSnapshot, CycleLeader, ReportSnapshot.leader_id == CycleLeader.id
            )
        ).all()
    leaders = {name: LEADER.validate_python(report) for name, report in kept if name}
    (whole,) = (report for name, report in kept if name is None)
    return Closed(Output(Analysis(leaders, WHOLE.validate_python(whole))), given)


LEADER, WHOLE = TypeAdapter(LeaderReport), TypeAdapter(OrganisationReport)


def test_merged_sets_are_alike_or_have_nobody_in_common(closed: Closed) -> None:
    leaders = closed.output.analysis.leaders
    assert any(report.together for report in leaders.values())
    for one, other in itertools.combinations(leaders, 2):
        mine, theirs = set(closed.about(one)), set(closed.about(other))
        assert mine == theirs or not mine & theirs


def test_a_set_is_shown_if_and_only_if_k_people_answered(closed: Closed) -> None:
    shown = {}
    for leader, report in closed.output.analysis.leaders.items():
        n = sum(len(closed.given.get(one, ())) for one in closed.about(leader))
        shown[leader] = report.has_figures
        assert report.has_figures == (n >= K)
    assert set(shown.values()) == {True, False}


def test_the_attacker_pins_nobody_of_a_merged_set(closed: Closed) -> None:
    merged = [
        (leader, code)
        for leader, code in closed.output.shown()
        if closed.output.analysis.leaders[leader].together
    ]
    assert merged
    for leader, code in merged:
        points = {"team": closed.points(leader, code)}
        known = known_of(points, [item in REVERSE for item in ITEMS[code]])
        assert not not_tolerated(closed.output.told(leader, code), known, points)
