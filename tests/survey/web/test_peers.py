"""Pages on which leaders name peers, managers agree, and a manager rates."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from survey.models.account import Account
from survey.models.answer import IdentifiedRating
from survey.models.nomination import Nomination
from survey.roles import Role
from survey.services import launching
from survey.worker import Workshop, run_due
from tests.conftest import NOON
from tests.survey.services.rated_around import EARLY, Around, draft_around, name_peers
from tests.survey.web.office import Desk, Office, open_office


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    office = open_office(app, shop, monkeypatch)
    office.now = EARLY
    return office


@pytest.fixture
def around(shop: Workshop) -> Around:
    with shop.sessions.begin() as session:
        return draft_around(session, asks_manager=True)


def desk_of(office: Office, person_id: int, email: str) -> Desk:
    """Sign in as a person of the organisation."""
    desk = office.desk(Role.LEADER, email)
    with office.shop.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.email == email)).one()
        account.person_id = person_id
    return desk


@pytest.fixture
def lan(office: Office, around: Around) -> Desk:
    return desk_of(office, around.lan, "lan@example.org")


@pytest.fixture
def boss(office: Office, around: Around) -> Desk:
    return desk_of(office, around.boss, "boss@example.org")


def named(shop: Workshop) -> dict[int, bool]:
    with shop.sessions() as session:
        rows = session.scalars(select(Nomination))
        return {row.person_id: row.is_approved for row in rows}


def test_a_leader_finds_and_names_somebody_and_the_manager_agrees(
    office: Office, around: Around, lan: Desk, boss: Desk
) -> None:
    path = f"/peers/{around.cycle_id}/{around.lan}"
    assert path in lan.page("/leader/").html
    found = lan.page(f"{path}?find=member+3")
    assert "Member 3 of An" in found.one("main").text
    person = around.others[3]
    answer = lan.post(f"{path}/name", person=person, find="member 3")
    assert answer.headers["Location"] == f"{path}?find=member+3"
    assert named(office.shop) == {person: False}
    assert lan.post(f"{path}/approve").status_code == 404
    assert "Agree to the peers of Lan" in boss.page("/leader/").one("main").text
    assert boss.post(f"{path}/approve").status_code == 303
    assert named(office.shop) == {person: True}


def test_a_refused_name_is_explained_on_the_list(
    office: Office, around: Around, lan: Desk
) -> None:
    path = f"/peers/{around.cycle_id}/{around.lan}"
    answer = lan.post(f"{path}/name", person=around.team[0])
    assert answer.status_code == 409
    assert "asked as a member of the team already" in answer.text
    assert named(office.shop) == {}


def test_hr_sees_every_leader_asks_by_mail_and_agrees_to_all(
    office: Office, around: Around, lan: Desk
) -> None:
    hr, path = office.desk(Role.HR), f"/peers/{around.cycle_id}"
    lan.post(f"{path}/{around.lan}/name", person=around.others[0])
    cells = [cell.text for cell in hr.page(path).all("td")]
    assert cells == ["–", "6", "0", "1", "Boss"]
    assert hr.post(f"{path}/ask").status_code == 303
    run_due(office.shop, now=EARLY)
    (_,) = office.shop.mailer._folder.glob("name_peers*.eml")
    assert hr.post(f"{path}/approve").status_code == 303
    assert named(office.shop) == {around.others[0]: True}


def test_a_manager_reads_first_that_the_ratings_are_named(
    office: Office, around: Around
) -> None:
    office.now = NOON
    boss = desk_of(office, around.boss, "boss@example.org")
    with office.shop.sessions.begin() as session:
        name_peers(session, around, 6)
        launching.launch_cycle(session, around.cycle_id, now=EARLY)
    run_due(office.shop, now=EARLY)
    run_due(office.shop, now=NOON)
    page = boss.page("/leader/")
    (path,) = [
        a.get("href") for a in page.all("a") if "/manager/" in (a.get("href") or "")
    ]
    form = boss.page(path)
    text = form.one("main").text
    assert text.index("Your ratings are shown as yours.") < text.index("1. ")
    assert "Lan" in text
    given = {e.get("name"): "4" for e in form.all("input", type="radio")}
    assert boss.post(path, **given).headers["Location"] == "/leader/"
    with office.shop.sessions() as session:
        (kept,) = session.scalars(select(IdentifiedRating))
    assert kept.person_id == around.boss
    assert "you can change it until then" in boss.page("/leader/").one("main").text
