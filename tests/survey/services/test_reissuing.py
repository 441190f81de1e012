"""A key given anew: two people, counted, and no sign of whether it was used."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle as in_turn
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey.errors import (
    AlreadyAskedError,
    AlreadyUsedError,
    NotFoundError,
    RequestGoneError,
    SamePersonError,
    WrongStateError,
)
from survey.models.account import Account
from survey.models.cycle import Scope
from survey.models.invitation import Invitation
from survey.models.people import Person
from survey.roles import Role
from survey.services import reissuing
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle
from tests.survey.services.anew import (
    account,
    acts,
    ask,
    decline,
    grant,
    n_reissued,
    place_of,
    waiting,
)
from tests.survey.services.test_invitations import cycle_with_slips
from tests.survey.services.test_issuing import move_cycle, send_openly
from tests.survey.test_protocol import (
    Sender,
    flags_of,
    rows_of,
    senders_of,
    tries,
)

MINUTE = timedelta(minutes=1)


def test_until_another_person_agrees_nothing_changes(
    shop: Workshop, team: list[Sender], hr: int
) -> None:
    team[0].send()
    before = flags_of(shop)
    ask(shop, hr)
    assert (flags_of(shop), n_reissued(shop)) == (before, 0)
    with pytest.raises(AlreadyUsedError):
        team[0].on_device(2).issue()


def test_who_had_answered_can_answer_exactly_once_more(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    team[0].send()
    ask(shop, hr)
    grant(shop, admin)
    team[0].on_device(2).send()
    for device in (team[0], team[0].on_device(3)):
        with pytest.raises(AlreadyUsedError):
            device.issue()
    assert len(rows_of(shop)) == 2
    assert n_reissued(shop) == 1


def test_who_had_not_answered_still_answers_once(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    ask(shop, hr)
    grant(shop, admin)
    team[0].send()
    with pytest.raises(AlreadyUsedError):
        team[0].on_device(2).issue()
    assert len(rows_of(shop)) == n_reissued(shop) == 1


def test_after_sending_without_script_a_new_key_works_as_well(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    assert send_openly(team[0])
    ask(shop, hr)
    grant(shop, admin)
    team[0].send()
    assert not send_openly(team[0])
    assert len(rows_of(shop)) == 2


def test_a_new_key_is_for_one_person_only(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    for sender in team:
        sender.send()
    ask(shop, hr, at=3)
    grant(shop, admin)
    for sender in (*team[:3], team[4]):
        with pytest.raises(AlreadyUsedError):
            sender.on_device(2).issue()
    assert team[3].on_device(2).issue()


def test_a_new_key_is_for_one_leader_only(
    shop: Workshop, open_cycle: MakeCycle, hr: int, admin: int
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 5, "Minh": 5})
    with shop.sessions.begin() as session:
        lan, minh = reissuing.leaders(session, cycle_id)
        (mine, *_) = reissuing.raters(session, cycle_id, lan)
        with pytest.raises(NotFoundError):
            reissuing.ask(session, cycle_id, minh, mine, now=NOON, account_id=hr)
        reissuing.ask(session, cycle_id, lan, mine, now=NOON, account_id=hr)
    grant(shop, admin)
    with shop.sessions() as session:
        counted = select(Scope.leader_id).where(Scope.n_reissued > 0)
        assert session.scalars(counted).all() == [lan]


def test_whoever_asked_cannot_agree(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    team[0].send()
    before = flags_of(shop)
    ask(shop, hr)
    with pytest.raises(SamePersonError):
        grant(shop, hr)
    assert (flags_of(shop), n_reissued(shop)) == (before, 0)
    grant(shop, admin)  # the request waits on for somebody else
    assert n_reissued(shop) == 1


@pytest.mark.parametrize(
    ("first", "second", "person"),
    [
        ("lan@example.org", "LAN@example.org", None),
        ("old@example.org", "Lan@Example.org", "lan@example.org"),
        ("Lan@Example.org", "old@example.org", "lan@example.org"),
    ],
)
def test_two_accounts_of_one_person_are_one_person(
    shop: Workshop, open_cycle: MakeCycle, first: str, second: str, person: str | None
) -> None:
    senders_of(shop, open_cycle(sizes={"Minh": 5}))
    with shop.sessions.begin() as session:
        worker = Person(number="7", name="Lan", email=person)
        session.add(worker)
        session.flush()
        belongs = worker.id if person else None
        accounts = [
            Account(
                email=email, name="Lan", person_id=belongs if "old" in email else None
            )
            for email in (first, second)
        ]
        session.add_all(accounts)
        session.flush()
        one, other = [made.id for made in accounts]
    ask(shop, one)
    with pytest.raises(SamePersonError):
        grant(shop, other)
    with shop.sessions() as session:
        (seen,) = reissuing.open_requests(session, other, now=NOON)
        assert seen.is_own


def test_a_refused_request_is_gone_and_may_be_asked_again(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    team[0].send()
    before = flags_of(shop)
    for by in (admin, hr):
        ask(shop, hr)
        decline(shop, by)
        assert waiting(shop) == []
    assert (flags_of(shop), n_reissued(shop)) == (before, 0)
    ask(shop, hr)


def test_the_same_request_waits_once(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    ask(shop, hr)
    with pytest.raises(AlreadyAskedError):
        ask(shop, admin)
    assert len(waiting(shop)) == 1


def test_a_decided_request_cannot_be_decided_again(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    ask(shop, hr)
    (request_id,) = waiting(shop)
    grant(shop, admin)
    for decide in (reissuing.grant, reissuing.decline):
        for gone in (request_id, uuid4()):
            with pytest.raises(RequestGoneError), shop.sessions.begin() as session:
                decide(session, gone, now=NOON, account_id=admin)
    assert n_reissued(shop) == 1


def test_of_eight_who_agree_at_once_one_gives_one_key(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    other = account(shop, "representative@example.org", Role.REPRESENTATIVE)
    team[0].send()
    ask(shop, hr)
    (request_id,) = waiting(shop)

    def agree(by: int) -> None:
        with shop.sessions.begin() as session:
            reissuing.grant(session, request_id, now=NOON, account_id=by)

    ended = tries(agree, [by for by, _ in zip(in_turn((admin, other)), range(8))])
    assert ended == [*[RequestGoneError.__name__] * 7, "taken"]
    assert n_reissued(shop) == 1
    assert len(acts(shop, "reissue_granted")) == 1


@pytest.mark.parametrize(
    "refuse", [lambda shop, hr: ask(shop, hr, at=1), lambda shop, _: grant(shop, 0)]
)
@pytest.mark.parametrize(
    ("state", "now"),
    [
        ({"state": "launched", "opens_at": NOON + DAY}, NOON),
        (
            {
                "state": "launched",
                "opens_at": NOON + DAY,
                "activates_at": NOON + MINUTE,
            },
            NOON,
        ),
        ({"closes_at": NOON}, NOON),
        ({"state": "closed"}, NOON),
        ({"state": "launching"}, NOON),
    ],
)
def test_where_nobody_gets_a_key_none_is_given_anew(
    shop: Workshop,
    team: list[Sender],
    hr: int,
    refuse: object,
    state: dict[str, object],
    now: datetime,
) -> None:
    ask(shop, hr)
    move_cycle(shop, **state)
    with pytest.raises(WrongStateError, match="cannot be done while the cycle is"):
        refuse(shop, hr)
    with shop.sessions() as session:
        assert reissuing.open_requests(session, hr, now=now) == []
    assert n_reissued(shop) == 0


def test_from_the_activation_day_on_a_key_may_be_given_anew(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    move_cycle(shop, state="launched", opens_at=NOON + DAY, activates_at=NOON)
    first = team[0].issue()
    ask(shop, hr)
    grant(shop, admin)
    other = team[0].on_device(2)
    second = other.issue()
    with pytest.raises(AlreadyUsedError):
        team[0].issue()
    for sender, credential in ((team[0], first), (other, second)):
        sender.submit(sender.body(credential), now=NOON + DAY)
    assert len(rows_of(shop)) == 2


def test_slips_belong_to_nobody_and_are_not_given_anew(shop: Workshop, hr: int) -> None:
    cycle_id = cycle_with_slips(shop, 5)
    with shop.sessions.begin() as session:
        (leader_id,) = reissuing.leaders(session, cycle_id)
        assert reissuing.raters(session, cycle_id, leader_id) == {}
        slip = session.scalars(select(Invitation.id)).first()
        with pytest.raises(NotFoundError):
            reissuing.ask(session, cycle_id, leader_id, slip, now=NOON, account_id=hr)


@pytest.mark.parametrize("leader_id", [0, 99, 10**30])
def test_nobody_rates_whom_the_cycle_does_not_know(
    shop: Workshop, team: list[Sender], leader_id: int
) -> None:
    cycle_id, _, _ = place_of(shop, 0)
    with shop.sessions() as session:
        assert reissuing.raters(session, cycle_id, leader_id) == {}
