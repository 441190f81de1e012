"""Two teams too small to be shown alone become one result that both leaders read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from reports.tree import CountBand, LeaderReport
from survey.errors import NotFoundError
from survey.models.cycle import CycleLeader, Scope
from survey.models.report import ReportSnapshot
from survey.promise import Together
from survey.services import reading, release
from survey.services.answers import own_sheet
from survey.services.confidential import PlainAnswer, keep_confidential_answer
from survey.services.visiting import open_visit
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, answer_all, codes_of, status_of

CLOSED = NOON + 7 * DAY
LOW = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
SIZES = {"Lan": 6, "Minh": 4, "An": 3}


@pytest.fixture
def cycle_id(open_cycle: MakeCycle) -> int:
    return open_cycle(sizes=SIZES, merge_small=True)


def person_of(shop: Workshop, leader: str) -> int:
    with shop.sessions() as session:
        found = select(CycleLeader.person_id).where(CycleLeader.name == leader)
        return session.scalars(found).one()


def answer(shop: Workshop, cycle_id: int, **n: int) -> None:
    """Let so many of these leaders' people answer."""
    for code in codes_of(shop, cycle_id):
        with shop.sessions.begin() as session:
            (sheet,) = open_visit(session, shop.vault, code, now=NOON).sheets
            n[sheet.leader] = n.get(sheet.leader, 0) - 1
            if n[sheet.leader] >= 0:
                keep_confidential_answer(
                    session,
                    shop.vault,
                    code,
                    sheet.scope_id,
                    PlainAnswer(LOW),
                    now=NOON,
                )


def released(shop: Workshop, cycle_id: int, leader: str) -> LeaderReport:
    run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    person = person_of(shop, leader)
    with shop.sessions() as session:
        return reading.own_report(session, cycle_id, person, now=CLOSED)


def test_both_leaders_read_one_report_about_both(shop: Workshop, cycle_id: int) -> None:
    answer_all(shop, cycle_id, LOW)
    report = released(shop, cycle_id, "An")
    assert report.together == ("An", "Minh")
    assert report.leader == "An, Minh"
    assert report.groups[0].invited == 7
    assert report.groups[0].answered == CountBand(5, 7)
    assert report.dimension("asking").views[0].mean.value == 2.0
    assert {d.self_score for d in report.dimensions} == {None}
    with shop.sessions() as session:
        kept = session.scalars(select(ReportSnapshot.content)).all()
        assert len(kept) == 4
        assert len([c for c in kept if c.get("together") == ["An", "Minh"]]) == 2


def test_a_team_that_is_shown_alone_is_not_touched(
    shop: Workshop, cycle_id: int
) -> None:
    answer_all(shop, cycle_id, LOW)
    report = released(shop, cycle_id, "Lan")
    assert (report.leader, report.together, report.groups[0].invited) == ("Lan", (), 6)


def test_below_k_together_nothing_is_shown_and_no_box_is_opened(
    shop: Workshop, cycle_id: int
) -> None:
    answer(shop, cycle_id, Minh=3, An=1)
    assert not released(shop, cycle_id, "Minh").has_figures
    with shop.sessions() as session:
        small = select(Scope.n_sealed, Scope.n_confidential).where(Scope.merge == 0)
        assert sorted(session.execute(small)) == [(1, 0), (3, 0)]


def test_raters_are_told_with_whom_they_are_shown(
    shop: Workshop, cycle_id: int
) -> None:
    *_, code = codes_of(shop, cycle_id)
    with shop.sessions() as session:
        (sheet,) = open_visit(session, shop.vault, code, now=NOON).sheets
    others = {"An": "Minh", "Minh": "An"}
    assert sheet.together == Together((others[sheet.leader],), 7)


def test_nobody_rates_themselves_for_a_common_report(
    shop: Workshop, cycle_id: int
) -> None:
    person = person_of(shop, "An")
    with shop.sessions() as session:
        with pytest.raises(NotFoundError):
            own_sheet(session, cycle_id, person, now=NOON)
        (seen,) = reading.own_cycles(session, person, now=NOON)
        assert not seen.asks_self
    letters = list(shop.mailer._folder.glob("self*.eml"))
    assert len(letters) == 1  # Lan's


def test_progress_counts_merged_leaders_together(shop: Workshop, cycle_id: int) -> None:
    answer(shop, cycle_id, Lan=5, Minh=2, An=3)
    run_due(shop, now=NOON + DAY)
    seen = status_of(shop, cycle_id, NOON + DAY)
    assert (seen.n_leaders, seen.n_reach_k) == (3, 3)
