from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import LaunchRefusedError
from survey.forecast_points import PointKind
from survey.lifecycle import CycleState
from survey.models.account import Account
from survey.models.cycle import (
    RosterMember,
)
from survey.models.people import Channel, Person
from survey.promise import Together
from survey.services import cycles, launching
from tests.conftest import DAY, NOON, add_team, pulse_plan, set_up
from tests.survey.services.drafting import EARLY, draft, look, told


def test_a_dry_run_counts_people_mails_and_slips_and_changes_nothing(
    session: Session,
) -> None:
    set_up(session)
    add_team(session, "Lan", 9)
    add_team(session, "Minh", 7, channel=Channel.SLIP)
    cycle = cycles.create_cycle(session, pulse_plan(), now=EARLY)
    run = look(session, cycle)
    assert (run.n_people, run.n_mails, run.n_slips) == (16, 9, 7)
    assert run.may_launch
    assert not session.dirty
    assert cycle.state == CycleState.DRAFT


def test_small_teams_must_be_decided_about_by_name(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4})
    run = look(session, cycle)
    assert "1 leaders have fewer than 5 people" in told(run, PointKind.DECIDE)
    assert "Minh" in told(run, PointKind.DECIDE)
    assert [f.can_reach_k for f in run.leaders] == [True, False]
    with pytest.raises(LaunchRefusedError, match="Minh"):
        launching.launch_cycle(session, cycle.id, now=EARLY)


def test_small_teams_may_be_left_out(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4})
    assert launching.leave_out_small_teams(session, cycle.id, now=EARLY) == 1
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert [leader.name for leader in cycle.leaders] == ["Lan"]
    assert len(session.scalars(select(RosterMember)).all()) == 9


def test_small_teams_may_be_kept(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4})
    launching.keep_small_teams(session, cycle.id, now=EARLY)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert len(session.scalars(select(RosterMember)).all()) == 13


def test_small_teams_can_be_shown_together_once_hr_agrees(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4, "An": 3})
    before = look(session, cycle)
    red = told(before, PointKind.DECIDE)
    assert "An (3), Minh (4): each of these teams has fewer than 5 people" in red
    assert "as one result of 7 people" in red
    assert not before.may_launch
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    after = look(session, cycle)
    assert after.may_launch
    together = {ld.name: ld.together for ld in after.leaders}
    assert together == {
        "Lan": None,
        "Minh": Together(("An",), 7),
        "An": Together(("Minh",), 7),
    }


def test_a_merge_is_decided_about_again_when_people_move(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4, "An": 3})
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    add_team(session, "Binh", 0)
    one = session.scalars(select(Person).where(Person.number == "An-0")).one()
    one.manager_id = next(ld.person_id for ld in cycle.leaders if ld.name == "Minh")
    session.flush()
    assert look(session, cycle).may_launch is False
    assert "An" in told(look(session, cycle), PointKind.DECIDE)


def test_what_no_merge_can_show_is_still_to_be_decided(session: Session) -> None:
    set_up(session)
    above = add_team(session, "Lan", 9).leader_id
    for name, size, boss in (("Minh", 4, above), ("An", 3, above), ("Chi", 2, None)):
        leader = add_team(session, name, size).leader_id
        session.get_one(Person, leader).manager_id = boss
    cycle = cycles.create_cycle(session, pulse_plan(), now=EARLY)
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    red = told(look(session, cycle), PointKind.DECIDE)
    assert "cannot get a report: Chi." in red
    assert launching.leave_out_small_teams(session, cycle.id, now=EARLY) == 1
    assert look(session, cycle).may_launch
    assert sorted(ld.name for ld in cycle.leaders) == ["An", "Lan", "Minh"]


def test_small_teams_may_be_kept_apart(session: Session) -> None:
    cycle = draft(session, {"Minh": 4, "An": 3})
    launching.keep_small_teams(session, cycle.id, now=EARLY)
    assert look(session, cycle).may_launch
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert {s.merge for ld in cycle.leaders for s in ld.scopes} == {None}


@pytest.mark.parametrize(("sizes", "is_warned"), [((3, 3), True), ((4, 3), False)])
def test_merges_that_hardly_reach_the_minimum_are_warned_of(
    session: Session, sizes: tuple[int, int], is_warned: bool
) -> None:
    cycle = draft(session, dict(zip(("Minh", "An"), sizes, strict=True)))
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    warned = "An has only 6 people" in told(look(session, cycle), PointKind.WARNING)
    assert warned == is_warned


def test_leaving_everybody_out_leaves_nothing_to_launch(session: Session) -> None:
    cycle = draft(session, {"Minh": 4})
    launching.leave_out_small_teams(session, cycle.id, now=EARLY)
    assert "No leader is chosen" in told(look(session, cycle), PointKind.DECIDE)


@pytest.mark.parametrize(("n", "is_warned"), [(4, False), (5, True), (6, True), (7, 0)])
def test_teams_that_hardly_reach_the_minimum_are_warned_of(
    session: Session, n: int, is_warned: bool
) -> None:
    cycle = draft(session, {"Lan": n})
    says = f"Lan has only {n} people" in told(look(session, cycle), PointKind.WARNING)
    assert says == bool(is_warned)


def test_a_person_nobody_can_reach_must_be_decided_about(session: Session) -> None:
    cycle = draft(session, {"Lan": 9})
    person = session.scalars(select(Person).where(Person.number == "Lan-3")).one()
    person.email = None
    assert "Member 3 of Lan" in told(look(session, cycle), PointKind.DECIDE)
    person.channel = Channel.SLIP
    assert look(session, cycle).may_launch


def test_a_leader_without_an_address_is_warned_of_and_gets_no_account(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9})
    lan = session.scalars(select(Person).where(Person.number == "Lan")).one()
    lan.email = None
    run = look(session, cycle)
    assert "Lan has no e-mail address" in told(run, PointKind.WARNING)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert session.scalars(select(Account)).all() == []


def test_a_closing_date_that_passed_meanwhile_is_told_as_the_local_day(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9}, closes_at=datetime(2026, 12, 1, 18, tzinfo=UTC))
    run = look(session, cycle, NOON + 30 * DAY)
    assert "2026-12-02 is past" in told(run, PointKind.DECIDE)


def test_a_low_minimum_is_warned_of(session: Session) -> None:
    cycle = draft(session, {"Lan": 9}, k=3)
    assert "k is 3" in told(look(session, cycle), PointKind.WARNING)


def test_a_questionnaire_that_is_no_longer_there_cannot_be_launched(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9})
    cycle.instruments.clear()
    session.flush()
    assert "No questionnaire is chosen" in told(look(session, cycle), PointKind.DECIDE)


def test_an_answer_that_cannot_fit_is_refused_naming_the_questionnaires(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = draft(session, {"Lan": 9})
    monkeypatch.setattr("survey.forecast_points.BUCKET", 60)
    assert "fewer of pulse" in told(look(session, cycle), PointKind.DECIDE)
