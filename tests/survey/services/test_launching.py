from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from questionnaires.model import RaterGroup
from survey import worker
from survey.credentials.fingerprint import Directory, directory_line, roster_hash
from survey.errors import WrongStateError
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
from survey.models.people import Person
from survey.promise import PromiseFacts, promise_hash
from survey.roles import Role
from survey.services import launching, watching
from survey.services.accounts import create_account
from survey.services.organisation import set_up_organisation
from survey.worker import Workshop
from tests.conftest import MakeCycle
from tests.survey.services.drafting import EARLY, draft


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
