"""Peers: named by the leader, agreed to by somebody else, fixed by the launch."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.errors import (
    LaunchRefusedError,
    NotFoundError,
    PeerRefusedError,
    WrongStateError,
)
from survey.models.audit import AuditEvent
from survey.models.cycle import RosterMember, Scope
from survey.models.mail import Mail
from survey.models.nomination import Nomination
from survey.models.people import Person
from survey.services import launching, mailing, nominating
from survey.services.nominating import Viewer
from tests.survey.services.rated_around import (
    EARLY,
    HR,
    Around,
    draft_around,
    name_peers,
)


@pytest.fixture
def around(session: Session) -> Around:
    return draft_around(session)


def listed(session: Session, around: Around, viewer: Viewer) -> nominating.PeerList:
    return nominating.peer_list(session, around.cycle_id, around.lan, viewer, now=EARLY)


def name(session: Session, around: Around, person: int, viewer: Viewer) -> None:
    nominating.name_peer(
        session, around.cycle_id, around.lan, person, viewer, now=EARLY
    )


def strike(session: Session, around: Around, person: int, viewer: Viewer) -> None:
    nominating.strike_peer(
        session, around.cycle_id, around.lan, person, viewer, now=EARLY
    )


def launch(session: Session, around: Around) -> dict[str, list[int]]:
    """Return who is asked, by group."""
    launching.keep_small_teams(session, around.cycle_id, now=EARLY)
    launching.launch_cycle(session, around.cycle_id, now=EARLY)
    asked = session.execute(
        select(Scope.group, RosterMember.person_id)
        .join(RosterMember, RosterMember.scope_id == Scope.id)
        .order_by(RosterMember.person_id)
    )
    groups: dict[str, list[int]] = {}
    for group, person in asked:
        groups.setdefault(str(group), []).append(person)
    return groups


def test_what_a_leader_names_waits_until_the_manager_agrees(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 5, approve=False)
    own = listed(session, around, around.as_lan)
    assert (own.n_waiting, own.is_own, own.may_approve) == (5, True, False)
    assert listed(session, around, around.as_boss).may_approve
    nominating.approve_peers(
        session, around.cycle_id, around.lan, around.as_boss, now=EARLY
    )
    assert listed(session, around, HR).n_waiting == 0


def test_the_launch_asks_agreed_peers_and_forgets_who_was_named(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 6)
    name(session, around, around.others[7], around.as_lan)
    with pytest.raises(LaunchRefusedError, match="1 names of peers wait"):
        launch(session, around)
    strike(session, around, around.others[7], HR)
    groups = launch(session, around)
    assert groups == {"team": list(around.team), "peers": list(around.others[:6])}
    assert session.scalars(select(Nomination)).all() == []


def test_of_fewer_peers_than_the_minimum_nobody_is_asked(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 4)
    assert launch(session, around) == {"team": list(around.team)}


def test_a_peer_who_joined_the_team_meanwhile_is_asked_once(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 6)
    session.get_one(Person, around.others[0]).manager_id = around.lan
    session.flush()
    groups = launch(session, around)
    assert around.others[0] in groups["team"]
    assert groups["peers"] == list(around.others[1:6])


def test_without_the_setting_nobody_names_anybody(session: Session) -> None:
    around = draft_around(session, asks_peers=False)
    with pytest.raises(NotFoundError):
        listed(session, around, around.as_lan)


def test_a_list_is_nobody_elses_business(session: Session, around: Around) -> None:
    for stranger in (around.team[0], around.others[0], None):
        with pytest.raises(NotFoundError):
            listed(session, around, Viewer(stranger, is_hr=False))


@pytest.mark.parametrize("is_hr", [False, True])
def test_nobody_agrees_to_a_list_of_their_own(
    session: Session, around: Around, is_hr: bool
) -> None:
    viewer = Viewer(around.lan, is_hr=is_hr)
    name(session, around, around.others[0], viewer)
    with pytest.raises(NotFoundError):
        nominating.approve_peers(
            session, around.cycle_id, around.lan, viewer, now=EARLY
        )
    if is_hr:
        nominating.approve_all(session, around.cycle_id, viewer, now=EARLY)
    assert listed(session, around, HR).n_waiting == 1


def test_whom_leaders_lead_who_manages_them_or_left_is_no_peer(
    session: Session, around: Around
) -> None:
    session.get_one(Person, around.others[0]).is_active = False
    session.flush()
    for person in (around.lan, around.boss, around.team[0], around.others[0], 4711):
        with pytest.raises(PeerRefusedError):
            name(session, around, person, around.as_lan)
    assert listed(session, around, HR).peers == ()


def test_a_thirteenth_peer_is_refused(session: Session, around: Around) -> None:
    name_peers(session, around, 12)
    with pytest.raises(PeerRefusedError, match="Twelve"):
        name(session, around, around.others[12], HR)


def test_naming_twice_changes_nothing(session: Session, around: Around) -> None:
    name_peers(session, around, 1)
    name(session, around, around.others[0], around.as_lan)
    (peer,) = listed(session, around, HR).peers
    assert peer.is_approved


def test_leaders_take_off_only_whom_nobody_has_agreed_to(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 1)
    name(session, around, around.others[1], around.as_lan)
    strike(session, around, around.others[1], around.as_lan)
    with pytest.raises(PeerRefusedError):
        strike(session, around, around.others[0], around.as_lan)
    strike(session, around, around.others[0], around.as_boss)
    assert listed(session, around, HR).peers == ()


def test_people_are_found_by_name_number_and_unit_but_not_whom_it_cannot_be(
    session: Session, around: Around
) -> None:
    def found(typed: str) -> set[str]:
        return {
            peer.name
            for peer in nominating.find_people(
                session, around.cycle_id, around.lan, around.as_lan, typed, now=EARLY
            )
        }

    assert "Member 3 of An" in found("member 3")
    assert found("An-5") == {"Member 5 of An"}
    assert found("Boss") == found("of Lan") == found("%") == found("") == set()
    name_peers(session, around, 6)
    assert found("An-5") == set()


def test_after_the_launch_no_list_can_be_changed(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 6)
    launch(session, around)
    with pytest.raises(WrongStateError):
        name(session, around, around.others[9], HR)
    with pytest.raises(WrongStateError):
        nominating.approve_all(session, around.cycle_id, HR, now=EARLY)


def test_hr_sees_how_many_can_rate_each_leader_and_who_waits(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 5)
    name(session, around, around.others[6], around.as_lan)
    (row,) = nominating.rows(session, around.cycle_id)
    assert (row.n_team, row.n_peers, row.n_waiting) == (6, 5, 1)


def test_lists_wait_for_the_leader_and_for_the_manager(
    session: Session, around: Around
) -> None:
    assert nominating.tasks(session, around.boss) == []
    (own,) = nominating.tasks(session, around.lan)
    assert (own.is_own, own.n_named) == (True, 0)
    name_peers(session, around, 3, approve=False)
    (task,) = nominating.tasks(session, around.boss)
    assert (task.leader, task.is_own, task.n_waiting) == ("Lan", False, 3)


def test_the_log_names_the_leader_and_never_a_peer(
    session: Session, around: Around
) -> None:
    name_peers(session, around, 5)
    told = [
        event.details
        for event in session.scalars(select(AuditEvent))
        if event.act == "peers_approved"
    ]
    assert told == [{"leader": "Lan"}]


def test_leaders_are_asked_by_mail_once(session: Session, around: Around) -> None:
    assert mailing.ask_for_peers(session, around.cycle_id, now=EARLY) == 1
    assert mailing.ask_for_peers(session, around.cycle_id, now=EARLY) == 0
    (mail,) = session.scalars(select(Mail))
    assert (mail.kind, mail.person_id) == ("name_peers", around.lan)
