"""Import -> launch -> code -> sealed answer -> close -> gated report -> release."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from reports.tree import Verdict
from survey.errors import CycleClosedError, NotFoundError
from survey.lifecycle import CycleState, Destruction
from survey.models.answer import SealedAnswer
from survey.models.cycle import Cycle, CycleLeader
from survey.models.invitation import Collected, InvitationSecret
from survey.models.report import ReportSnapshot
from survey.services import answers, reading, release
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle, answer_all

LOW = {"A1": 2, "A2": 2, "A3": 4, "G1": 3, "G2": 3}
HIGH = {"A1": 5, "A2": 5, "A3": 1, "G1": 3, "G2": 3}
CLOSED = NOON + 7 * DAY


def leader_id(shop: Workshop, name: str) -> int:
    with shop.sessions() as session:
        found = select(CycleLeader.person_id).where(CycleLeader.name == name)
        return session.scalars(found).one()


def rate_self(shop: Workshop, cycle_id: int, name: str, points: dict[str, int]) -> None:
    with shop.sessions.begin() as session:
        person = leader_id(shop, name)
        sheet = answers.own_sheet(session, cycle_id, person, now=NOON)
        answers.keep_rating(session, sheet, points, [], now=NOON)


def close_and_release(shop: Workshop, cycle_id: int) -> None:
    run_due(shop, now=CLOSED)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=CLOSED)
    run_due(shop, now=CLOSED)


def own_report(shop: Workshop, cycle_id: int, name: str):
    person = leader_id(shop, name)
    with shop.sessions() as session:
        return reading.own_report(session, cycle_id, person, now=CLOSED)


def test_a_leader_who_rates_higher_than_nine_others_reads_so(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9})
    assert answer_all(shop, cycle_id, LOW) == 9
    rate_self(shop, cycle_id, "Lan", HIGH)
    close_and_release(shop, cycle_id)
    report = own_report(shop, cycle_id, "Lan")
    asking = report.dimension("asking")
    assert asking.self_score == 5.0
    assert asking.views[0].mean.value == 2.0
    assert asking.gap.verdict is Verdict.CLEARLY_HIGHER
    assert report.has_figures


def test_below_the_minimum_a_report_holds_no_figure(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9})
    assert answer_all(shop, cycle_id, LOW, 4) == 4
    rate_self(shop, cycle_id, "Lan", HIGH)
    close_and_release(shop, cycle_id)
    report = own_report(shop, cycle_id, "Lan")
    assert not report.has_figures
    assert report.dimensions == ()
    assert {group.answered.kind for group in report.groups} == {"hidden"}


def test_nobody_reads_a_report_before_its_release(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9})
    answer_all(shop, cycle_id, LOW)
    run_due(shop, now=CLOSED)
    with pytest.raises(NotFoundError):
        own_report(shop, cycle_id, "Lan")


def test_a_leader_reads_no_other_leaders_report(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 6})
    answer_all(shop, cycle_id, LOW)
    close_and_release(shop, cycle_id)
    with shop.sessions() as session, pytest.raises(NotFoundError):
        reading.own_report(session, cycle_id, None, now=CLOSED)
    assert own_report(shop, cycle_id, "Minh").leader == "Minh"


def test_closing_erases_who_was_asked_and_release_destroys_the_answers(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, LOW)
    run_due(shop, now=CLOSED)
    with shop.sessions() as session:
        assert session.scalars(select(Collected)).all() == []
        assert session.scalars(select(InvitationSecret)).all() == []
        assert len(session.scalars(select(SealedAnswer)).all()) == 6
    close_and_release(shop, cycle_id)
    with shop.sessions() as session:
        assert session.scalars(select(SealedAnswer)).all() == []
        assert session.get(Cycle, cycle_id).destruction == Destruction.DONE
    assert list(Path(shop.vault.folder).glob("**/*.pem")) == []


def test_computing_the_reports_again_gives_the_same_reports(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6, "Minh": 8})
    answer_all(shop, cycle_id, LOW)
    run_due(shop, now=CLOSED)
    first = snapshots(shop)
    from survey.services import closing  # noqa: PLC0415

    with shop.sessions.begin() as session:
        closing.build_reports(session, shop.vault, cycle_id, now=CLOSED)
    assert snapshots(shop) == first
    assert len(first) == 3


def snapshots(shop: Workshop) -> dict[object, object]:
    with shop.sessions() as session:
        found = session.scalars(select(ReportSnapshot)).all()
        return {(s.kind, s.leader_id): s.content for s in found}


def test_past_its_release_deadline_a_cycle_is_abandoned_and_nothing_is_kept(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, LOW)
    run_due(shop, now=CLOSED)
    late = CLOSED + 30 * DAY
    with shop.sessions.begin() as session, pytest.raises(Exception, match="abandoned"):
        release.release_cycle(session, shop.vault, cycle_id, now=late)
    run_due(shop, now=late)
    with shop.sessions() as session:
        assert session.get(Cycle, cycle_id).state == CycleState.ABANDONED
        assert session.scalars(select(SealedAnswer)).all() == []
        assert session.scalars(select(ReportSnapshot)).all() == []
    assert list(Path(shop.vault.folder).glob("**/*.pem")) == []


def test_after_the_closing_date_nothing_is_taken_even_before_any_job_ran(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    person = leader_id(shop, "Lan")
    with shop.sessions() as session:
        sheet = answers.own_sheet(session, cycle_id, person, now=NOON)
    with shop.sessions() as session, pytest.raises(CycleClosedError):
        answers.keep_rating(session, sheet, LOW, [], now=CLOSED)
