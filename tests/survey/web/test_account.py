"""Signing in and out, and setting a password."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from survey import worker
from survey.models.account import Account
from survey.models.mail import Mail
from survey.roles import Role
from survey.web import outbox
from survey.worker import Workshop
from tests.survey.web.office import PASSWORD, Office, open_office
from tests.survey.web.parsed import Parsed


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


def _without_token(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def _try(office: Office, email: str, password: str) -> tuple[int, str]:
    answer = office.anonymous.post("/account/sign-in", email=email, password=password)
    return answer.status_code, _without_token(answer.text).replace(email, "")


def test_failures_say_the_same_whatever_is_wrong(office: Office) -> None:
    office.account(Role.HR, "hr@example.org")
    office.account(Role.HR, "off@example.org")
    with office.shop.sessions.begin() as session:
        session.execute(
            update(Account)
            .where(Account.email == "off@example.org")
            .values(is_active=False)
        )
    wrong = _try(office, "hr@example.org", "wrong")
    assert wrong[0] == 401
    assert _try(office, "nobody@example.org", PASSWORD) == wrong
    assert _try(office, "off@example.org", PASSWORD) == wrong


def test_a_failure_shows_the_form_again_with_the_problem_first(office: Office) -> None:
    answer = office.anonymous.post(
        "/account/sign-in", email="hr@example.org", password="wrong"
    )
    page = Parsed(answer.text)
    assert page.one("title").text.startswith("Error: ")
    assert page.one("input", type="email").get("value") == "hr@example.org"
    assert page.one("input", type="password").get("value") in {None, ""}


def test_the_sixth_try_within_a_minute_is_refused_even_if_right(
    office: Office,
) -> None:
    office.account(Role.HR, "hr@example.org")
    office.account(Role.HR, "other@example.org")
    for _ in range(5):
        assert _try(office, "hr@example.org", "wrong")[0] == 401
    assert _try(office, " HR@example.org", PASSWORD)[0] == 429
    assert _try(office, "other@example.org", PASSWORD)[0] == 303


def test_who_signs_in_starts_counting_anew(office: Office) -> None:
    office.account(Role.HR, "hr@example.org")
    for _ in range(3):
        for _ in range(4):
            _try(office, "hr@example.org", "wrong")
        assert _try(office, "hr@example.org", PASSWORD)[0] == 303


def test_asking_for_a_link_does_not_tell_whether_the_address_is_known(
    office: Office,
) -> None:
    office.account(Role.HR, "hr@example.org")
    pages = [
        office.anonymous.post("/account/forgotten", email=email)
        for email in ("hr@example.org", "nobody@example.org")
    ]
    assert pages[0].text == pages[1].text
    assert pages[0].status_code == pages[1].status_code == 200
    with office.shop.sessions() as session:
        assert session.scalar(select(func.count(Mail.id))) == 1


def _link(office: Office) -> str:
    office.account(Role.HR, "hr@example.org")
    office.anonymous.post("/account/forgotten", email="hr@example.org")
    worker.run_due(office.shop, now=office.now)
    with office.app.test_request_context():
        (mail,) = [outbox._read(file) for file in outbox._files()]
    return re.search(r"/account/password/\S+", mail.text).group()


def test_a_link_sets_the_password_once_and_ends_every_sign_in(office: Office) -> None:
    desk = office.desk(Role.HR)
    link = _link(office)
    new = "a few words in a row"
    for _ in range(2):
        assert office.anonymous.get(link).status_code == 200
    assert office.anonymous.post(link, password=new).status_code == 200
    assert desk.get("/hr/people").status_code == 302
    assert _try(office, "hr@example.org", PASSWORD)[0] == 401
    assert _try(office, "hr@example.org", new)[0] == 303
    assert office.anonymous.get(link).status_code == 410
    assert office.anonymous.post(link, password=new).status_code == 410


def test_a_short_password_is_refused_and_the_link_stays_good(office: Office) -> None:
    link = _link(office)
    answer = office.anonymous.post(link, password="eleven char")
    assert answer.status_code == 422
    assert "12 to 256 characters" in answer.text
    assert office.anonymous.get(link).status_code == 200


def test_the_language_of_an_account_is_kept_and_used(office: Office) -> None:
    desk = office.desk(Role.ORGANISATION_READER)
    assert desk.page("/account/").one("html").get("lang") == "en"
    answer = desk.post("/account/language", language="vi", back="/account/?x=1")
    assert answer.headers["Location"] == "/account/?x=1"
    assert desk.page("/account/").one("html").get("lang") == "vi"


@pytest.mark.parametrize("language", ["xx", ""])
def test_a_language_we_do_not_speak_changes_nothing(
    office: Office, language: str
) -> None:
    desk = office.desk(Role.ORGANISATION_READER)
    answer = desk.post("/account/language", language=language, back="//evil.example")
    assert answer.headers["Location"] == "/account/"
    assert desk.page("/account/").one("html").get("lang") == "en"


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.HR, "/hr/"),
        (Role.LEADER, "/leader/"),
        (Role.ADMIN, "/admin/"),
        (Role.REPRESENTATIVE, "/representative/"),
    ],
)
def test_everybody_starts_with_what_they_do_here(
    office: Office, role: Role, home: str
) -> None:
    assert office.desk(role).get("/account/").headers["Location"] == home


def test_the_styles_of_signed_in_pages_are_packed_as_they_stand(office: Office) -> None:
    address = office.anonymous.page("/account/sign-in").all("link")[-1].get("href")
    client = office.app.test_client()
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(address).data


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("path", ["sign-in", "forgotten"])
def test_pages_before_signing_in_speak_the_language_asked_for(
    office: Office, path: str, language: str
) -> None:
    page = office.anonymous.page(f"/account/{path}?language={language}")
    assert page.one("html").get("lang") == language
    assert page.one("h1").is_inside(page.one("main"))
    assert page.repeated_ids() == []
