from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey import forecast, worker
from survey.credentials.fingerprint import Directory, directory_line, roster_hash
from survey.errors import LaunchRefusedError, WrongStateError
from survey.forecast_points import PointKind
from survey.lifecycle import CycleState
from survey.models.account import Account
from survey.models.cycle import (
    Cycle,
    CycleLeader,
    RosterMember,
    Scope,
)
from survey.models.invitation import Collected, Invitation
from survey.models.job import Job, JobKind
from survey.models.people import Channel, Person
from survey.promise import PromiseFacts, Together, promise_hash
from survey.roles import Role
from survey.services import cycles, launching, watching
from survey.services.accounts import create_account
from survey.services.organisation import set_up_organisation
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, add_team, pulse_plan, set_up

EARLY = NOON - DAY


def draft(session: Session, sizes: dict[str, int], **plan: object) -> Cycle:
    set_up(session)
    for name, size in sizes.items():
        add_team(session, name, size)
    return cycles.create_cycle(session, pulse_plan(**plan), now=EARLY)


def look(session: Session, cycle: Cycle, now: datetime = EARLY):
    return forecast.dry_run(session, cycle.id, now=now)


def told(run, kind: PointKind) -> str:
    return " | ".join(p.text % p.fields for p in run.points if p.kind is kind)


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


def test_a_merge_is_fixed_by_the_launch(session: Session) -> None:
    cycle = draft(session, {"Lan": 9, "Minh": 4, "An": 3})
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    groups = {
        leader.name: {scope.group: scope.merge for scope in leader.scopes}
        for leader in cycle.leaders
    }
    assert groups == {
        "Lan": {"self": None, "team": None},
        "Minh": {"team": 0},
        "An": {"team": 0},
    }
    assert PromiseFacts.from_json(cycle.promise).merges_teams


def test_the_check_code_covers_with_whom_a_team_is_shown(session: Session) -> None:
    cycle = draft(session, {"Minh": 4, "An": 3})
    launching.show_small_teams_together(session, cycle.id, now=EARLY)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    minh, an = ([f"{name}-{n}" for n in range(size)] for name, size in SMALL)
    kept = {scope.leader.name: scope.roster_hash for scope in session.scalars(SCOPES)}
    assert kept == {"Minh": roster_hash(minh, an), "An": roster_hash(an, minh)}
    assert kept["Minh"] != roster_hash(minh)


SMALL = (("Minh", 4), ("An", 3))
SCOPES = select(Scope).where(Scope.group == RaterGroup.TEAM)


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


def test_launching_twice_is_refused(session: Session) -> None:
    cycle = draft(session, {"Lan": 9})
    launching.launch_cycle(session, cycle.id, now=EARLY)
    with pytest.raises(WrongStateError, match="launching"):
        launching.launch_cycle(session, cycle.id, now=EARLY)
    assert len(session.scalars(select(Invitation)).all()) == 9


@pytest.mark.parametrize(
    "step",
    [
        launching.keep_small_teams,
        launching.leave_out_small_teams,
        launching.show_small_teams_together,
    ],
)
def test_after_launch_no_team_can_be_left_out_or_kept(
    session: Session, step: object
) -> None:
    cycle = draft(session, {"Lan": 9})
    launching.launch_cycle(session, cycle.id, now=EARLY)
    with pytest.raises(WrongStateError):
        step(session, cycle.id, now=EARLY)


def test_launch_freezes_names_teams_dates_contact_and_promise(
    session: Session,
) -> None:
    cycle = draft(session, {"Lan": 9})
    lan = session.scalars(select(Person).where(Person.number == "Lan")).one()
    lan.name = "Lan Trần"  # corrected after the draft was made
    launching.launch_cycle(session, cycle.id, now=EARLY)
    session.flush()
    session.expire_all()
    frozen = (cycle.promise, cycle.promise_hash, cycle.contact, cycle.time_zone)
    rosters = roster(session)
    set_up_organisation(session, "Other", time_zone="UTC", contact="Nobody")
    lan.name = "Changed"
    for person in session.scalars(select(Person).where(Person.manager_id == lan.id)):
        person.manager_id, person.name = None, "Renamed"
    session.flush()
    session.expire_all()
    assert frozen == (
        cycle.promise,
        cycle.promise_hash,
        cycle.contact,
        cycle.time_zone,
    )
    assert roster(session) == rosters
    assert [leader.name for leader in cycle.leaders] == ["Lan Trần"]


def roster(session: Session) -> set[tuple[str, str]]:
    found = session.execute(select(RosterMember.name, RosterMember.channel))
    return {(name, channel) for name, channel in found}


def test_the_promise_is_hashed_as_it_is_kept(session: Session) -> None:
    cycle = draft(session, {"Lan": 9})
    launching.launch_cycle(session, cycle.id, now=EARLY)
    facts = PromiseFacts.from_json(cycle.promise)
    assert promise_hash(facts) == cycle.promise_hash
    assert (facts.k, facts.launched_on, facts.path) == (5, EARLY.date(), "browser")


def test_every_member_may_answer_each_of_their_scopes_once(session: Session) -> None:
    cycle = draft(session, {"Lan": 6, "Minh": 6})
    launching.launch_cycle(session, cycle.id, now=EARLY)
    rights = session.scalars(select(Collected)).all()
    assert len({(c.invitation_id, c.scope_id) for c in rights}) == 12
    assert not any(c.is_collected for c in rights)


def test_a_leader_who_has_an_account_keeps_it(session: Session) -> None:
    made = create_account(
        session, "LAN@example.org", "L", frozenset({Role.HR}), now=EARLY
    )
    cycle = draft(session, {"Lan": 9})
    launching.launch_cycle(session, cycle.id, now=EARLY)
    account = session.scalars(select(Account)).one()
    assert account.id == made.id
    assert {r.role for r in account.roles} == {Role.HR, Role.LEADER}
    lan = session.scalars(select(Person).where(Person.number == "Lan")).one()
    assert account.person_id == lan.id


def test_launching_asks_the_database_no_more_for_more_leaders(
    session: Session,
) -> None:
    cycle = draft(session, {f"L{n}": 5 for n in range(12)})
    session.flush()
    asked = []

    def note(*args: object) -> None:
        if "FROM person" in str(args[2]) and "manager_id IN" in str(args[2]):
            asked.append(args[2])

    event.listen(session.connection(), "before_cursor_execute", note)
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert len(asked) == 2  # the look before, and the freezing


def launched(shop: Workshop) -> int:
    with shop.sessions.begin() as session:
        cycle = draft(session, {"Lan": 6, "Minh": 6})
        launching.launch_cycle(session, cycle.id, now=EARLY)
        return cycle.id


def keys_in(shop: Workshop) -> dict[str, bytes]:
    files = Path(shop.vault.folder).glob("cycle-*/*.pem")
    return {file.name: file.read_bytes() for file in files}


def test_keys_are_made_for_anonymous_groups_only_and_fix_the_fingerprint(
    shop: Workshop,
) -> None:
    cycle_id = launched(shop)
    worker.run_due(shop, now=EARLY)
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, cycle_id)
        scopes = session.scalars(select(Scope)).all()
        lines = [
            directory_line(s.id.hex, s.sign_key, s.box_key, s.roster_hash)
            for s in scopes
            if s.box_key
        ]
    assert cycle.state == CycleState.LAUNCHED
    assert len(lines) == 2
    assert cycle.fingerprint == Directory.of(cycle_id, lines).fingerprint
    made = {
        f"{s.id}{end}" for s in scopes if s.box_key for end in (".pem", ".sign.pem")
    }
    assert set(keys_in(shop)) == made


def test_making_keys_goes_on_where_a_crash_stopped_it(shop: Workshop) -> None:
    cycle_id = launched(shop)
    with pytest.raises(KeyboardInterrupt), shop.sessions.begin() as session:
        launching.make_keys(session, shop.vault, cycle_id, now=EARLY)
        raise KeyboardInterrupt
    first = keys_in(shop)
    assert len(first) == 4
    worker.run_due(shop, now=EARLY)
    with shop.sessions.begin() as session:
        launching.make_keys(session, shop.vault, cycle_id, now=EARLY)
        assert session.get_one(Cycle, cycle_id).state == CycleState.LAUNCHED
    assert keys_in(shop) == first


def test_keys_are_made_some_at_a_time_and_progress_shows(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launching, "SCOPES_AT_ONCE", 1)
    cycle_id = launched(shop)
    seen = []
    while worker.run_one(shop, now=EARLY):
        with shop.sessions() as session:
            seen.append(watching.status(session, cycle_id, now=EARLY).keys_made)
    assert seen[:2] == [(1, 2), (2, 2)]
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).state == CycleState.LAUNCHED


def test_a_cycle_abandoned_while_launching_gets_no_keys(shop: Workshop) -> None:
    cycle_id = launched(shop)
    with shop.sessions.begin() as session:
        session.get_one(Cycle, cycle_id).state = CycleState.ABANDONED
        launching.make_keys(session, shop.vault, cycle_id, now=EARLY)
    assert keys_in(shop) == {}


def test_the_clock_is_asked_to_open_remind_close_and_abandon(shop: Workshop) -> None:
    cycle_id = launched(shop)
    worker.run_due(shop, now=EARLY)
    with shop.sessions() as session:
        due = {
            j.kind: j.due_at
            for j in session.scalars(select(Job).where(Job.state == "waiting"))
        }
        cycle = session.get_one(Cycle, cycle_id)
    assert due == {
        JobKind.OPEN_CYCLE: cycle.opens_at,
        JobKind.REMIND: cycle.reminds_at[-1],
        JobKind.CLOSE_CYCLE: cycle.closes_at,
        JobKind.ABANDON_CYCLE: cycle.release_by,
    }


def test_the_fingerprint_changes_with_any_key_or_roster() -> None:
    lines = [
        directory_line(scope, b"", key, roster_hash(numbers))
        for scope, key, numbers in (("a", b"1", "12"), ("b", b"2", "34"))
    ]
    others = [
        directory_line("b", b"", b"3", roster_hash("34")),
        directory_line("b", b"", b"2", roster_hash("35")),
        directory_line("c", b"", b"2", roster_hash("34")),
        directory_line("b", b"9", b"2", roster_hash("34")),
    ]
    found = {Directory.of(n, lines).fingerprint for n in (1, 2)}
    found |= {Directory.of(1, [lines[0], o]).fingerprint for o in others}
    assert len(found) == 6
    assert Directory.of(1, reversed(lines)) == Directory.of(1, lines)
    assert roster_hash(["1", "23"]) != roster_hash(["12", "3"])
    assert roster_hash(["2", "1"]) == roster_hash(["1", "2"])


def test_a_leader_taken_out_of_the_organisation_after_launch_stays_in_the_cycle(
    shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    with shop.sessions.begin() as session:
        for person in session.scalars(select(Person)):
            person.is_active = False
    with shop.sessions() as session:
        mine = select(CycleLeader.name).where(CycleLeader.cycle_id == cycle_id)
        assert session.scalars(mine).all() == ["Lan"]
        assert len(roster(session)) == 6


def test_a_draft_whose_people_left_is_launched_without_them(session: Session) -> None:
    cycle = draft(session, {"Lan": 7})
    session.execute(delete(Person).where(Person.number == "Lan-0"))
    session.expire_all()
    launching.launch_cycle(session, cycle.id, now=EARLY)
    assert len(roster(session)) == 6
