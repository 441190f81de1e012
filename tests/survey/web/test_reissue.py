"""The pages on which a key is asked for and given anew."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.lifecycle import CycleState
from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.roles import Role
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, answer_all
from tests.survey.web.office import Desk, Office, open_office

ASK = "/reissue/cycles/1"
LOGGED = r"<li>[^<]*New key[^<]*</li>\s*"
RATERS = [f"Member {n} of Lan" for n in range(5)]


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office, open_cycle: MakeCycle) -> Desk:
    """Give HR's desk while Lan's team of five is asked."""
    open_cycle(sizes={"Lan": 5})
    return office.desk(Role.HR)


def leader_of(office: Office) -> int:
    with office.shop.sessions() as session:
        return session.scalars(select(CycleLeader.id)).one()


def people_on(desk: Desk, leader: object) -> dict[str, str]:
    """Return the people whom the page offers, with what the form sends for them."""
    page = desk.page(f"{ASK}?leader={leader}")
    options = [o for o in page.all("option") if o.parents[-1].get("name") == "person"]
    return {o.text: o.get("value") or "" for o in options if o.get("value")}


def ask(office: Office, desk: Desk, name: str) -> TestResponse:
    leader = leader_of(office)
    return desk.post(ASK, leader=leader, person=people_on(desk, leader)[name])


def actions_on(desk: Desk) -> list[str]:
    """Return what may be done with the requests that wait, without their names."""
    found = [f.get("action") or "" for f in desk.page("/reissue/").all("form")]
    return [a for a in found if re.search("/(grant|decline)$", a)]


def decide(desk: Desk, what: str) -> TestResponse:
    (action,) = [a for a in actions_on(desk) if a.endswith(what)]
    return desk.post(action)


def n_reissued(office: Office) -> int:
    with office.shop.sessions() as session:
        return sum(session.scalars(select(Scope.n_reissued)))


def test_a_key_is_asked_for_from_the_page_of_the_cycle(
    office: Office, hr: Desk
) -> None:
    assert hr.page("/hr/cycles/1").one("a", href=ASK).text == "Ask for a new key"
    assert people_on(hr, "") == {}
    assert [*people_on(hr, leader_of(office))] == RATERS
    assert ask(office, hr, RATERS[1]).headers["Location"] == "/reissue/"
    assert RATERS[1] in hr.get("/reissue/").text


@pytest.mark.parametrize("role", [Role.HR, Role.ADMIN, Role.REPRESENTATIVE])
def test_another_person_of_three_roles_agrees(
    office: Office, hr: Desk, role: Role
) -> None:
    ask(office, hr, RATERS[0])
    other = office.desk(role, "other@example.org")
    assert decide(other, "grant").headers["Location"] == "/reissue/"
    assert n_reissued(office) == 1
    assert "No request waits." in other.get("/reissue/").text


def test_whoever_asked_may_only_take_it_back(office: Office, hr: Desk) -> None:
    ask(office, hr, RATERS[0])
    (action,) = actions_on(hr)
    assert action.endswith("/decline")
    assert hr.post(action.replace("decline", "grant")).status_code == 403
    assert hr.post(action).status_code == 303
    assert hr.post(action).status_code == 409
    assert n_reissued(office) == 0


def test_the_other_person_may_refuse(office: Office, hr: Desk) -> None:
    ask(office, hr, RATERS[0])
    assert decide(office.desk(Role.ADMIN), "decline").status_code == 303
    assert actions_on(hr) == []
    assert n_reissued(office) == 0


def test_asking_for_nobody_or_twice_is_refused_in_words(
    office: Office, hr: Desk
) -> None:
    leader = leader_of(office)
    for person in ("", "99", "x"):
        answer = hr.post(ASK, leader=leader, person=person)
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
    assert hr.post(ASK, leader="99999999999999999999", person="1").status_code == 422
    ask(office, hr, RATERS[0])
    again = ask(office, hr, RATERS[0])
    assert (again.status_code, "asked for already" in again.text) == (409, True)


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({"state": CycleState.LAUNCHED, "opens_at": NOON + DAY}, False),
        (
            {
                "state": CycleState.LAUNCHED,
                "opens_at": NOON + DAY,
                "activates_at": NOON,
            },
            True,
        ),
        ({"state": CycleState.CLOSED}, False),
        ({"state": CycleState.ABANDONED}, False),
    ],
)
def test_the_page_offers_it_only_while_people_get_keys(
    office: Office, hr: Desk, changes: dict[str, object], may: bool
) -> None:
    with office.shop.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        for name, value in changes.items():
            setattr(cycle, name, value)
    assert (ASK in hr.get("/hr/cycles/1").text) == may
    assert hr.get(ASK).status_code == (200 if may else 409)


def test_the_log_names_the_leader_and_who_acted_but_not_for_whom(
    office: Office, hr: Desk
) -> None:
    ask(office, hr, RATERS[0])
    decide(office.desk(Role.ADMIN), "grant")
    page = hr.page("/hr/cycles/1")
    log = page.one("ul", **{"class": "log"}).text
    assert "New key asked for: Lan (Hr)" in log
    assert "New key given: Lan (Admin)" in log
    assert "Member" not in page.html


def test_no_page_tells_whether_a_link_was_used(office: Office, hr: Desk) -> None:
    assert answer_all(office.shop, 1, {"A1": 4}, 1) == 1
    admin = office.desk(Role.ADMIN)
    seen(office, hr, admin, RATERS[4])  # the first visit sets the cookie of forms
    used, unused = (seen(office, hr, admin, name) for name in RATERS[:2])
    assert used == unused


def seen(office: Office, hr: Desk, admin: Desk, name: str) -> list[str]:
    """Return every answer on the way to a new key, without what differs anyway."""
    way = [
        hr.get(f"{ASK}?leader={leader_of(office)}"),
        ask(office, hr, name),
        *(desk.get("/reissue/") for desk in (hr, admin)),
        decide(admin, "grant"),
        *(desk.get("/reissue/") for desk in (hr, admin)),
        hr.get("/hr/cycles/1"),
    ]
    return [_still(f"{a.status_code} {a.headers}\n{a.text}") for a in way]


def _still(text: str) -> str:
    text = re.sub(r'name="csrf_token" value="[^"]*"|[0-9a-f-]{36}', "", text)
    text = re.sub(r"(Set-Cookie|Content-Length): .*\s+", "", text)
    text = re.sub(f"({LOGGED})*(({LOGGED}){{2}})", r"\2", text)  # the last two acts
    return re.sub(r"Member \d", "Member", text)
