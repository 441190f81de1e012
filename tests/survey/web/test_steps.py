"""Steps in a running cycle as HR takes them; failed work; erasing."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from survey.models.cycle import Cycle, CycleLeader
from survey.models.mail import Mail, MailState
from survey.models.people import Person
from survey.roles import Role
from survey.worker import Workshop, run_due
from tests.conftest import DAY, NOON, MakeCycle
from tests.survey.web.office import Desk, Office, open_office

CLOSES = NOON + 7 * DAY


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office) -> Desk:
    return office.desk(Role.HR)


@pytest.fixture
def cycle_id(open_cycle: MakeCycle) -> int:
    return open_cycle(sizes={"Lan": 6})


def closing(shop: Workshop, cycle_id: int) -> object:
    with shop.sessions() as session:
        return session.get_one(Cycle, cycle_id).closes_at


def test_a_later_date_means_the_organisations_time(
    hr: Desk, shop: Workshop, cycle_id: int
) -> None:
    path = f"/hr/cycles/{cycle_id}/extend"
    assert "extension for single people would name them" in hr.get(path).text
    answer = hr.post(path, closes_at="2026-12-04T19:00")
    assert answer.headers["Location"] == f"/hr/cycles/{cycle_id}"
    assert closing(shop, cycle_id) == NOON + 10 * DAY


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a day and a time"),
        ("2026-11-28T19:00", "choose a later moment"),
        ("2027-02-01T19:00", "choose a closing date at least a day before"),
    ],
)
def test_a_date_that_cannot_be_is_explained_beside_the_field(
    hr: Desk, shop: Workshop, cycle_id: int, typed: str, said: str
) -> None:
    answer = hr.post(f"/hr/cycles/{cycle_id}/extend", closes_at=typed)
    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert 'id="closes_at-wrong"' in answer.text
    assert closing(shop, cycle_id) == CLOSES


def test_closing_early_asks_for_the_name_and_says_first_what_it_does(
    hr: Desk, shop: Workshop, cycle_id: int
) -> None:
    path = f"/hr/cycles/{cycle_id}/close"
    page = hr.get(path).text
    assert "26 November 2026, 06:00" in page
    assert "1 December 2026" in page
    assert hr.post(path, name="Spring").status_code == 422
    assert closing(shop, cycle_id) == CLOSES
    assert hr.post(path, name=" autumn ").status_code == 303
    assert closing(shop, cycle_id) < NOON + 2 * DAY


def test_once_closed_every_step_says_why_not_and_what_instead(
    hr: Desk, office: Office, shop: Workshop, cycle_id: int
) -> None:
    office.now = CLOSES
    run_due(shop, now=CLOSES)
    hr = office.desk(Role.HR, "second@example.org")
    for step in ("extend", "close"):
        answer = hr.get(f"/hr/cycles/{cycle_id}/{step}")
        assert answer.status_code == 409
        assert "closed for good" in answer.text


def test_a_report_is_held_back_and_given_free_before_the_release(
    hr: Desk, shop: Workshop, cycle_id: int
) -> None:
    path = f"/hr/cycles/{cycle_id}/holds"
    with shop.sessions() as session:
        leader_id = session.scalars(select(CycleLeader.id)).one()
    given = {"leader": str(leader_id), "until": "2026-12-10T09:00"}
    assert hr.post(path, **given).status_code == 422
    assert hr.post(path, **given, reason="talk_later").status_code == 303
    page = hr.get(f"/hr/cycles/{cycle_id}").text
    assert "Held back: Lan." in page
    assert "Report held back: Lan, The talk takes place later" in page
    assert "10 December 2026" in hr.get(path).text
    late = {**given, "until": "2027-12-10T09:00", "reason": "talk_later"}
    assert "fourteen days" in hr.post(path, **late).text
    assert hr.post(f"{path}/{leader_id}/end").status_code == 303
    assert "Held back" not in hr.get(f"/hr/cycles/{cycle_id}").text.partition("Log")[0]


def test_what_waits_stands_on_the_first_page_and_on_the_cycles(
    hr: Desk, office: Office, shop: Workshop, cycle_id: int
) -> None:
    office.now = CLOSES
    run_due(shop, now=CLOSES)
    hr = office.desk(Role.HR, "second@example.org")
    for path in ("/hr/", f"/hr/cycles/{cycle_id}"):
        assert "release them by 31 December 2026" in hr.get(path).text


def test_failed_mails_are_named_and_sent_again(
    hr: Desk, office: Office, shop: Workshop, cycle_id: int
) -> None:
    with shop.sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.number == "Lan-1")).one()
        mine = update(Mail).where(Mail.person_id == person.id)
        session.execute(mine.values(state=MailState.FAILED))
    page = hr.get("/jobs/").text
    assert "Member 1 of Lan" in page
    assert "Member 2 of Lan" not in page
    assert "Mails that could not be sent: 1." in hr.get(f"/hr/cycles/{cycle_id}").text
    assert hr.post("/jobs/mails/again").status_code == 303
    run_due(shop, now=NOON)
    assert "Nothing failed." in hr.get("/jobs/").text
    assert "Nothing failed." in office.desk(Role.ADMIN).get("/jobs/").text


def test_a_person_is_found_and_erased_with_the_name_typed(
    hr: Desk, shop: Workshop, cycle_id: int
) -> None:
    with shop.sessions() as session:
        number = select(Person.id).where(Person.number == "Lan-1")
        person_id = session.scalars(number).one()
    path = f"/hr/persons/{person_id}"
    assert path in hr.get("/hr/persons/?words=member+1").text
    hr.post(f"{path}/address", bounces="1")
    assert "Mails from this address come back" in hr.get(path).text
    assert hr.post(f"{path}/erase", name="somebody").status_code == 422
    assert "is erased" in hr.post(f"{path}/erase", name="member 1 of lan").text
    assert hr.get(path).status_code == 404
    assert "Nobody fits" in hr.get("/hr/persons/?words=member+1").text
