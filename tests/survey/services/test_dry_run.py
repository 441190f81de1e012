from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import ResponseScale
from survey.errors import LaunchRefusedError
from survey.forecast_points import _load_points
from survey.forecast_rules import PointKind
from survey.intake import instruments_of
from survey.lifecycle import CycleState, Retention
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
    warned = "one or two silent ones hide everything: An (6), Minh (6)." in told(
        look(session, cycle), PointKind.WARNING
    )
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
    says = f"one or two silent ones hide everything: Lan ({n})." in told(
        look(session, cycle), PointKind.WARNING
    )
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
    assert "No e-mail address, hence no account" in told(run, PointKind.WARNING)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert session.scalars(select(Account)).all() == []


def test_a_closing_date_that_passed_meanwhile_is_told_as_the_local_day(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9}, closes_at=datetime(2026, 12, 1, 18, tzinfo=UTC))
    run = look(session, cycle, NOON + 30 * DAY)
    assert "2026-12-02 is past" in told(run, PointKind.DECIDE)


def test_a_low_minimum_is_confirmed_in_words(session: Session) -> None:
    cycle = draft(session, {"Lan": 9}, k=3)
    assert "k is 3" in told(look(session, cycle), PointKind.CONFIRM)


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


def test_the_usual_cycle_asks_hr_to_confirm_what_the_promise_says(
    session: Session,
) -> None:
    codes = {p.code for p in look(session, draft(session, {"Lan": 9})).to_confirm}
    assert codes == {"server_path"}


def test_every_choice_that_weakens_or_burdens_is_confirmed_in_words(
    session: Session,
) -> None:
    set_up(session)
    add_team(session, "Lan", 9, channel=Channel.SLIP)
    plan = pulse_plan(k=4, retention=Retention.ROWS, activates_at=NOON - DAY / 2)
    cycle = cycles.create_cycle(session, plan, now=EARLY)
    run = look(session, cycle)
    assert [p.code for p in run.to_confirm] == [
        "k",
        "rows",
        "server_path",
        "activation_day",
        "slips",
    ]
    cycle.server_path_allowed, cycle.k = False, 5
    left = {p.code for p in look(session, cycle).to_confirm}
    assert left == {"rows", "activation_day", "slips"}


@pytest.mark.parametrize(("k", "is_advised"), [(6, True), (7, False)])
def test_a_scale_of_seven_points_is_better_with_seven_answers(
    session: Session, k: int, is_advised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle = draft(session, {"Lan": 9}, k=k)
    scale = ResponseScale("seven", 1, 7, {}, {})
    long = tuple(replace(i, response_scale=scale) for i in instruments_of(cycle))
    monkeypatch.setattr("survey.forecast_rules.instruments_of", lambda _: long)
    said = told(look(session, cycle), PointKind.WARNING)
    assert ("k = 7 is advised" in said) == is_advised


@pytest.mark.parametrize(("n", "is_warned"), [(7, True), (8, False)])
def test_teams_whose_single_statements_stay_hidden_are_named(
    session: Session, n: int, is_warned: bool
) -> None:
    said = told(look(session, draft(session, {"Lan": n})), PointKind.WARNING)
    assert (f"for Lan ({n}): a dimension that asks fewer than 5" in said) == is_warned


@pytest.mark.parametrize(("minutes", "is_warned"), [(20, False), (21, True)])
def test_whoever_is_asked_for_too_long_is_warned_of(
    session: Session, monkeypatch: pytest.MonkeyPatch, minutes: int, is_warned: bool
) -> None:
    monkeypatch.setattr("survey.forecast_points.minutes", lambda *_: minutes)
    said = told(look(session, draft(session, {"Lan": 9})), PointKind.WARNING)
    assert ("9 people would rate more than 5 leaders" in said) == is_warned


def test_whoever_rates_more_than_five_leaders_is_warned_of(session: Session) -> None:
    cycle = draft(session, {"Lan": 9})
    busy = session.scalars(select(Person).where(Person.number == "Lan-3")).one()
    for n, is_warned in ((5, False), (6, True)):
        said = [p.text % p.fields for p in _load_points(cycle, [busy] * n)]
        assert bool(said) == is_warned
        assert all("The short form asks less." in text for text in said)


@pytest.mark.parametrize(
    ("name", "day", "said"),
    [
        ("opens_at", 5, "Opening falls on a weekend: 2026-12-05."),
        ("closes_at", 19, "Closing falls on a weekend: 2026-12-19."),
        ("release_by", 27, "The release deadline falls on a weekend: 2026-12-27."),
    ],
)
def test_days_on_which_nobody_is_there_are_warned_of(
    session: Session, name: str, day: int, said: str
) -> None:
    days = {"opens_at": 7, "closes_at": 18, "release_by": 28}
    at = {key: datetime(2026, 12, n, 3, tzinfo=UTC) for key, n in days.items()}
    calm = draft(session, {"Lan": 9}, **at)
    assert "weekend" not in told(look(session, calm), PointKind.WARNING)
    weekend = at | {name: datetime(2026, 12, day, 3, tzinfo=UTC)}
    cycle = cycles.create_cycle(session, pulse_plan(**weekend), now=EARLY)
    assert said in told(look(session, cycle), PointKind.WARNING)


def test_a_weekend_is_one_where_the_organisation_is(session: Session) -> None:
    friday_evening = datetime(2026, 12, 18, 17, 30, tzinfo=UTC)  # Saturday in Hanoi
    cycle = draft(session, {"Lan": 9}, closes_at=friday_evening)
    said = told(look(session, cycle), PointKind.WARNING)
    assert "Closing falls on a weekend: 2026-12-19." in said


def test_an_activation_day_needs_time_before_the_opening(session: Session) -> None:
    cycle = draft(session, {"Lan": 9}, activates_at=NOON - DAY / 2)
    assert look(session, cycle).may_launch
    late = look(session, cycle, NOON)
    assert "no time left to fetch answer keys" in told(late, PointKind.DECIDE)


def test_dates_that_are_past_are_told(session: Session) -> None:
    cycle = draft(session, {"Lan": 9}, reminders=(NOON + DAY, NOON + 3 * DAY))
    said = told(look(session, cycle, NOON + 2 * DAY), PointKind.WARNING)
    assert "the form opens as soon as it is launched" in said
    assert "dropped at the launch: 1." in said


@pytest.mark.parametrize("name", ["representative", "contact"])
def test_a_promise_names_a_representative_and_a_contact(
    session: Session, name: str
) -> None:
    cycle = draft(session, {"Lan": 9})
    setattr(cycle, name, "")
    assert "change the draft and name both" in told(
        look(session, cycle), PointKind.DECIDE
    )


def test_leaders_who_are_not_in_the_cycle_are_named(session: Session) -> None:
    cycle = draft(session, {"Lan": 9})
    add_team(session, "Minh", 6)
    said = told(look(session, cycle), PointKind.READ)
    assert said == "Not rated in this cycle: Minh."


def test_mails_are_told_with_their_kinds_numbers_and_dates(session: Session) -> None:
    set_up(session)
    add_team(session, "Lan", 9)
    minh, an = add_team(session, "Minh", 3), add_team(session, "An", 3)
    session.get_one(Person, minh.member_ids[0]).wants_reminders = False
    plan = pulse_plan(activates_at=NOON - DAY / 2, reminders=(NOON + 2 * DAY,))
    cycle = cycles.create_cycle(session, plan, now=EARLY)
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    told_of = look(session, cycle).mails
    assert [(m.kind, m.at, m.n) for m in told_of] == [
        ("activation", NOON - DAY / 2, 15),
        ("invitation", NOON, 15),
        ("self_rating", NOON, 1),
        ("remind", NOON + 2 * DAY, 14),
        ("report_ready", cycle.release_by, 3),
    ]
    assert [m.kind for m in told_of if m.is_at_most] == ["remind"]
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert an.leader_id in {ld.person_id for ld in cycle.leaders}


def test_reports_are_likely_where_one_or_two_may_stay_silent(session: Session) -> None:
    cycle = draft(session, {"Lan": 7, "Minh": 6, "An": 3})
    run = look(session, cycle)
    assert run.n_likely == 1
    assert sum(leader.can_reach_k for leader in run.leaders) == 2
