"""What a key given anew leaves behind: a count, two acts, and no name."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import event, select

from survey.errors import WrongStateError
from survey.models.audit import AuditEvent
from survey.models.cycle import Cycle
from survey.models.invitation import Collected
from survey.services import closing, reissuing, release
from survey.worker import Workshop, run_due
from tests.conftest import NOON
from tests.survey.services.anew import (
    acts,
    ask,
    decline,
    grant,
    n_reissued,
    place_of,
    waiting,
)
from tests.survey.services.test_issuing import send_openly
from tests.survey.services.test_whole_way import CLOSED, close_and_release, own_report
from tests.survey.test_protocol import Sender


def test_the_log_keeps_who_when_and_which_leader_but_never_for_whom(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    ask(shop, hr)
    decline(shop, admin)
    ask(shop, hr)
    grant(shop, admin)
    cycle_id, leader_id, _ = place_of(shop, 0)
    found = acts(shop, "reissue_asked", "reissue_declined", "reissue_granted")
    assert [(e.act, e.account_id) for e in found] == [
        ("reissue_asked", hr),
        ("reissue_declined", admin),
        ("reissue_asked", hr),
        ("reissue_granted", admin),
    ]
    for entry in found:
        assert (entry.cycle_id, entry.details) == (cycle_id, {"leader_id": leader_id})
    with shop.sessions() as session:
        kept = [(e.act, e.details) for e in session.scalars(select(AuditEvent))]
    assert "Member" not in json.dumps(kept)


@pytest.mark.parametrize("end", ["closing", "abandoning"])
def test_an_open_request_ends_with_the_form(
    shop: Workshop, team: list[Sender], hr: int, end: str
) -> None:
    cycle_id, _, _ = place_of(shop, 0)
    ask(shop, hr)
    if end == "closing":
        run_due(shop, now=CLOSED)
    else:
        with shop.sessions.begin() as session:
            release.abandon_cycle(session, cycle_id, now=NOON)
    assert waiting(shop) == []


def test_a_request_made_while_the_form_is_being_closed_does_not_outlive_it(
    shop: Workshop, team: list[Sender], hr: int
) -> None:
    place = place_of(shop, 0)

    def ask_late() -> None:
        with shop.sessions.begin() as session:
            reissuing.ask(session, *place, now=NOON, account_id=hr)

    with ThreadPoolExecutor(1) as pool:
        with shop.sessions.begin() as session:
            closing.close_cycle(session, place[0], now=CLOSED)
            asking = pool.submit(ask_late)
            assert not wait([asking], timeout=0.5).done
        with pytest.raises(WrongStateError):
            asking.result()
    assert waiting(shop) == []


def given_anew(
    shop: Workshop, hr: int, admin: int, at: int
) -> tuple[list[str], list[object]]:
    """Give a key anew; return every statement, and every row it touched after."""
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    (_, _, invitation_id) = place_of(shop, at)
    event.listen(shop.engine, "before_cursor_execute", note)
    ask(shop, hr, at=at)
    grant(shop, admin)
    event.remove(shop.engine, "before_cursor_execute", note)
    with shop.sessions() as session:
        mine = Collected.invitation_id == invitation_id
        right = session.scalars(select(Collected).where(mine)).one()
    log = [(e.act, e.details) for e in acts(shop, *ACTS)][-2:]
    return said, [right.is_collected, right.blinded_hash, log, waiting(shop)]


ACTS = ("reissue_asked", "reissue_granted")


def test_whether_the_link_was_used_changes_no_statement_and_leaves_no_trace(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    team[0].send()
    team[1].issue()
    send_openly(team[2])
    given = [given_anew(shop, hr, admin, at) for at in range(4)]
    assert given[1:] == given[:-1]
    assert n_reissued(shop) == 4


def test_the_report_says_how_many_keys_were_given_anew(
    shop: Workshop, team: list[Sender], hr: int, admin: int
) -> None:
    for sender in team:
        sender.send()
    for at in (0, 1):
        ask(shop, hr, at=at)
        grant(shop, admin)
    team[0].on_device(2).send()
    team[1].on_device(3).send()
    close_and_release(shop, place_of_closed(shop))
    report = own_report(shop, place_of_closed(shop), "Lan")
    assert (report.reissued, report.has_figures) == (2, True)


def place_of_closed(shop: Workshop) -> int:
    with shop.sessions() as session:
        return session.scalars(select(Cycle.id)).one()


@pytest.mark.parametrize("second_answer", [True, False])
def test_k_answers_of_fewer_people_are_not_shown(
    shop: Workshop, team: list[Sender], hr: int, admin: int, second_answer: bool
) -> None:
    """The promise says people; who got a new key may have answered twice."""
    for sender in team[: 4 if second_answer else 5]:
        sender.send()
    ask(shop, hr)
    grant(shop, admin)
    if second_answer:
        team[0].on_device(2).send()
    cycle_id = place_of_closed(shop)
    close_and_release(shop, cycle_id)
    report = own_report(shop, cycle_id, "Lan")
    assert (report.reissued, report.has_figures) == (1, False)
