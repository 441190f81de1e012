"""By one tap, or by one request of a mail program, reminders end."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from survey.models.people import Person
from survey.tokens import opt_out_token
from survey.worker import Workshop
from tests.conftest import MakeCycle


@pytest.fixture
def link(shop: Workshop, open_cycle: MakeCycle) -> str:
    open_cycle(sizes={"Lan": 5})
    with shop.sessions() as session:
        person = session.scalars(
            select(Person.id).where(Person.number == "Lan-0")
        ).one()
    return f"/en/reminders/stop/{opt_out_token(shop.vault.pepper.hide, person)}"


def wants_reminders(shop: Workshop) -> dict[str, bool]:
    with shop.sessions() as session:
        return {p.number: p.wants_reminders for p in session.scalars(select(Person))}


def test_opening_the_link_changes_nothing_and_asks(
    app: Flask, shop: Workshop, link: str
) -> None:
    page = app.test_client().get(link)
    assert page.status_code == 200
    assert "Send me no more reminders" in page.text
    assert all(wants_reminders(shop).values())
    assert "Set-Cookie" not in page.headers
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_one_request_ends_reminders_for_this_person_alone(
    app: Flask, shop: Workshop, link: str
) -> None:
    page = app.test_client().post(link, data={"List-Unsubscribe": "One-Click"})
    assert "You get no more reminders" in page.text
    assert [n for n, wants in wants_reminders(shop).items() if not wants] == ["Lan-0"]
    assert "Set-Cookie" not in page.headers


def test_a_link_that_is_not_whole_is_explained(
    app: Flask, shop: Workshop, link: str
) -> None:
    page = app.test_client().post(re.sub(r".$", "", link))
    assert page.status_code == 410
    assert "This link is not whole" in page.text
    assert all(wants_reminders(shop).values())
