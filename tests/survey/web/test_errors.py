"""Refusals and faults as pages."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.errors import (
    LostVaultError,
    NotOpenYetError,
    SettingsError,
    SurveyError,
    WrongStateError,
)
from survey.roles import Role
from survey.web.access import public
from survey.worker import Workshop
from tests.survey.web.office import Office, open_office
from tests.survey.web.parsed import Parsed


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


def _page(app: Flask, error: Exception, language: str = "en") -> tuple[int, Parsed]:
    @public
    def refuse() -> str:
        raise error

    app.add_url_rule("/refuse", view_func=refuse)
    answer = app.test_client().get("/refuse", headers={"Accept-Language": language})
    return answer.status_code, Parsed(answer.text)


REFUSALS = [
    (WrongStateError(state="closed"), 409, "the cycle is “closed, not released”"),
    (NotOpenYetError(opens_on="2026-12-01"), 403, "opens on 1 December 2026"),
    (SettingsError(problem="Give the cycle a name."), 400, "Give the cycle a name."),
    (LostVaultError(folder="/vault/7"), 500, "missing from the vault /vault/7"),
]


@pytest.mark.parametrize(("error", "status", "said"), REFUSALS)
def test_a_refusal_is_told_in_words_with_its_status(
    app: Flask, error: SurveyError, status: int, said: str
) -> None:
    found, page = _page(app, error)
    assert found == status
    assert said in page.one("main").text


@pytest.mark.parametrize(("error", "status", "said"), REFUSALS)
def test_a_refusal_speaks_the_language_of_the_reader(
    app: Flask, error: SurveyError, status: int, said: str
) -> None:
    found, page = _page(app, error, "vi")
    assert found == status
    assert page.one("html").get("lang") == "vi"
    assert said not in page.one("main").text
    assert "%(" not in page.one("main").text


def test_a_fault_tells_nothing_about_its_cause(app: Flask) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    status, page = _page(app, RuntimeError("secret of the machine"))
    assert status == 500
    assert "The fault is ours" in page.one("main").text
    assert "secret" not in page.html


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing/here", 404), ("PUT", "/account/sign-in", 405)],
)
def test_a_wrong_address_or_method_gets_a_page(
    app: Flask, method: str, path: str, status: int
) -> None:
    answer = app.test_client().open(path, method=method)
    assert answer.status_code == status
    assert Parsed(answer.text).one("h1").text.strip()
    assert "Set-Cookie" not in answer.headers


def test_a_file_that_is_too_large_is_refused_in_words(office: Office) -> None:
    office.app.config["MAX_CONTENT_LENGTH"] = 5000
    hr = office.desk(Role.HR)
    answer = hr.client.post("/hr/people/check", data={"file": "x" * 6000})
    assert answer.status_code == 413
    assert "too large" in Parsed(answer.text).one("main").text


def test_who_is_signed_in_keeps_the_way_back(office: Office) -> None:
    page = office.desk(Role.HR).page("/leader/")
    assert "does not have the role" in page.one("main").text
    assert page.one("a", href="/hr/people")


def test_a_form_without_its_token_says_what_to_do(office: Office) -> None:
    answer = office.desk(Role.HR).client.post("/hr/organisation", data={"name": "X"})
    assert answer.status_code == 400
    assert "load the page again" in Parsed(answer.text).one("main").text
