from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from questionnaires.catalogue import Catalogue
from survey import jobs, plans
from survey.errors import NotFoundError, SettingsError
from survey.fixed_hours import next_fixed_hour
from survey.lifecycle import CycleState, Mode
from survey.models.cycle import Cycle, ProgressBand, Scope
from survey.models.job import Job, JobKind
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.services import cycles, progress, tasks, watching
from survey.worker import Workshop, run_due
from tests.conftest import (
    DAY,
    NOON,
    MakeCycle,
    add_team,
    answer_all,
    pulse_plan,
    set_up,
    status_of,
)

POINTS = {"A1": 4, "A2": 4, "A3": 2, "G1": 3, "G2": 3}
HOUR = DAY / 24


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "  "}, "Give the cycle a name"),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"contact": "x" * 201}, "at most 200 characters"),
        ({"texts": ()}, "at least one questionnaire"),
        ({"texts": pulse_plan().texts * 2}, "each questionnaire once"),
        ({"k": 2}, "from 3 to 12"),
        ({"k": 13}, "from 3 to 12"),
        ({"closes_at": NOON}, "close after it opens"),
        ({"opens_at": NOON - 9 * DAY, "closes_at": NOON - DAY}, "closing date is past"),
        ({"release_by": NOON + 7 * DAY}, "deadline must lie after"),
    ],
)
def test_settings_that_cannot_hold_are_refused_in_words(
    session: Session, changes: dict[str, object], problem: str
) -> None:
    set_up(session)
    with pytest.raises(SettingsError, match=problem):
        cycles.create_cycle(session, pulse_plan(**changes), now=NOON)
    assert session.scalars(select(Cycle)).all() == []


@pytest.mark.parametrize("k", [3, 12])
def test_the_ends_of_the_range_of_k_are_taken(session: Session, k: int) -> None:
    set_up(session)
    assert cycles.create_cycle(session, pulse_plan(k=k), now=NOON).k == k


def test_without_an_organisation_no_cycle_is_made(session: Session) -> None:
    with pytest.raises(SettingsError, match="First name the organisation"):
        cycles.create_cycle(session, pulse_plan(), now=NOON)


def test_a_draft_holds_every_leader_who_has_somebody_or_those_chosen(
    session: Session,
) -> None:
    set_up(session)
    lan, minh = add_team(session, "Lan", 5), add_team(session, "Minh", 1)
    idle = add_team(session, "Idle", 1)
    session.get_one(Person, idle.member_ids[0]).is_active = False
    every = cycles.create_cycle(session, pulse_plan(), now=NOON)
    assert [leader.name for leader in every.leaders] == ["Lan", "Minh"]
    one = cycles.create_cycle(
        session, pulse_plan(leader_ids=(minh.leader_id,)), now=NOON
    )
    assert [leader.person_id for leader in one.leaders] == [minh.leader_id]
    assert lan.leader_id != minh.leader_id


def test_deadlines_follow_from_the_closing_date(session: Session) -> None:
    set_up(session)
    late = datetime(2026, 12, 1, 18, tzinfo=UTC)  # already 2 December in Hanoi
    made = cycles.create_cycle(session, pulse_plan(closes_at=late), now=NOON)
    assert made.release_by == late + 30 * DAY
    assert made.purge_at == late + 430 * DAY
    assert made.talk_by.isoformat() == "2026-12-23"


def test_an_unknown_questionnaire_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="no questionnaire “nothing”"):
        plans.text_from(Catalogue(), "nothing")


@pytest.mark.parametrize(
    ("n", "k", "band"),
    [
        (0, 5, (0, None)),
        (4, 5, (0, None)),
        (5, 5, (5, 7)),
        (7, 5, (5, 7)),
        (8, 5, (8, 11)),
        (12, 5, (12, None)),
        (900, 5, (12, None)),
        (3, 3, (3, 4)),
        (5, 3, (5, 7)),
        (4, 4, (4, 7)),
        (6, 6, (6, 7)),
        (7, 7, (7, 11)),
        (11, 11, (11, None)),
        (11, 12, (0, None)),
        (12, 12, (12, None)),
    ],
)
def test_counts_are_told_in_bands(n: int, k: int, band: tuple[int, int | None]) -> None:
    assert progress._band(n, k, n_scopes=1, n_invited=900) == band


@pytest.mark.parametrize("k", range(3, 13))
def test_no_band_holds_a_single_count_and_every_count_has_one(k: int) -> None:
    told = {n: progress._band(n, k, n_scopes=1, n_invited=40) for n in range(60)}
    for band in set(told.values()):
        inside = [n for n in told if told[n] == band]
        assert len(inside) > 1
        assert inside == list(range(inside[0], inside[-1] + 1))
    assert all(told[n] == (0, None) for n in range(k))
    assert all(told[n][0] >= k for n in range(k, 60))


@pytest.mark.parametrize(
    ("n_scopes", "n_invited", "band"),
    [(8, 50, (20, 24)), (7, 50, (12, None)), (8, 49, (12, None))],
)
def test_steps_of_five_only_over_many_groups_and_people(
    n_scopes: int, n_invited: int, band: tuple[int, int | None]
) -> None:
    assert progress._band(23, 5, n_scopes, n_invited) == band


def test_between_two_refreshes_nothing_that_hr_sees_changes(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9})
    before = status_of(shop, cycle_id)
    answer_all(shop, cycle_id, POINTS, 3)
    run_due(shop, now=NOON)
    answer_all(shop, cycle_id, POINTS)
    assert status_of(shop, cycle_id) == before
    assert before.progress == (watching.ProgressRow("", 9, 0, None),)
    six = datetime(2026, 11, 24, 23, tzinfo=UTC)
    run_due(shop, now=six - HOUR / 60)
    assert status_of(shop, cycle_id) == before
    run_due(shop, now=six)
    after = status_of(shop, cycle_id)
    assert after.progress == (watching.ProgressRow("", 9, 8, None),)
    assert (after.n_reach_k, after.refreshed_at) == (1, six)


def test_a_refresh_done_twice_asks_for_the_next_hour_once(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9})
    for _ in range(2):
        with shop.sessions.begin() as session:
            progress.refresh_progress(session, cycle_id, now=NOON)
    with shop.sessions() as session:
        waiting = select(Job).where(Job.kind == JobKind.REFRESH_PROGRESS)
        assert len(session.scalars(waiting).all()) == 1
        assert len(session.scalars(select(ProgressBand)).all()) == 2


def test_after_closing_no_further_refresh_is_asked_for(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9})
    run_due(shop, now=NOON + 8 * DAY)
    with shop.sessions.begin() as session:
        assert jobs.claim(session, now=NOON + 20 * DAY) is None
    assert status_of(shop, cycle_id, NOON + 8 * DAY).state is CycleState.CLOSED


@pytest.mark.parametrize(
    ("local", "following"),
    [
        ("2026-11-24T05:59", "2026-11-24T06:00"),
        ("2026-11-24T06:00", "2026-11-24T18:00"),
        ("2026-11-24T17:59", "2026-11-24T18:00"),
        ("2026-11-24T18:00", "2026-11-25T06:00"),
        ("2026-12-31T23:59", "2027-01-01T06:00"),
        ("2027-03-28T01:30", "2027-03-28T06:00"),
    ],
)
@pytest.mark.parametrize("name", ["Asia/Ho_Chi_Minh", "Europe/Berlin", "UTC"])
def test_counts_are_refreshed_at_six_and_eighteen_local_time(
    local: str, following: str, name: str
) -> None:
    zone = ZoneInfo(name)
    now = datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)
    expected = datetime.fromisoformat(following).replace(tzinfo=zone)
    assert next_fixed_hour(now, name) == expected


def test_progress_counts_anonymous_groups_only(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 5, "Minh": 4})
    seen = status_of(shop, cycle_id)
    assert seen.progress[0].n_invited == 9
    assert seen.n_leaders == 2
    with shop.sessions() as session:
        assert len(session.scalars(select(Scope)).all()) == 4


def test_the_newest_cycle_stands_first_and_states_follow_the_clock(
    session: Session,
) -> None:
    set_up(session)
    add_team(session, "Lan", 5)
    for name, days in (("old", 0), ("new", 5)):
        plan = replace(pulse_plan(), name=name, opens_at=NOON + days * DAY)
        cycles.create_cycle(session, plan, now=NOON)
    found = watching.list_cycles(session, now=NOON)
    assert [(c.name, c.n_leaders) for c in found] == [("new", 1), ("old", 1)]
    session.execute(update(Cycle).values(state=CycleState.OPEN))
    late = watching.list_cycles(session, now=NOON + 8 * DAY)
    assert {c.state for c in late} == {CycleState.CLOSED}


def test_a_cycle_nobody_knows_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        watching.status(session, 4711, now=NOON)


def test_hr_sees_what_failed_but_no_name_of_a_person(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 3})
    with shop.sessions.begin() as session:
        session.execute(
            update(Mail).values(state=MailState.FAILED, last_error="lan@example.org")
        )
        session.execute(
            update(Job)
            .where(Job.kind == JobKind.CLOSE_CYCLE)
            .values(state="failed", last_error="the disk is full")
        )
    seen = status_of(shop, cycle_id)
    assert "lan@" not in repr(seen)
    with shop.sessions() as session:
        found = tasks.waiting(session, now=NOON)
    assert [(task.kind, task.fields) for task in found] == [
        (tasks.TaskKind.WORK_FAILED, {}),
        (tasks.TaskKind.MAILS_FAILED, {"count": 4}),
    ]


def test_the_status_of_a_cycle_names_no_rater(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(shop, cycle_id, POINTS)
    run_due(shop, now=NOON + 8 * DAY)
    assert "Member" not in repr(status_of(shop, cycle_id, NOON + 8 * DAY))


def test_the_activation_day_lies_before_the_form_opens(session: Session) -> None:
    set_up(session)
    with pytest.raises(SettingsError, match="activation day"):
        cycles.create_cycle(session, pulse_plan(activates_at=NOON), now=NOON - DAY)
    made = cycles.create_cycle(
        session, pulse_plan(activates_at=NOON - DAY), now=NOON - DAY
    )
    assert made.mode == Mode.ACTIVATION_DAY
