"""Importing people by page: look first, then all of it or nothing."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select

from survey.forms.organisation import pack
from survey.models.people import Person
from survey.roles import Role
from survey.worker import Workshop
from tests.conftest import set_up
from tests.survey.web.office import Desk, Office, open_office
from tests.survey.web.parsed import Parsed

GOOD = """id,name,email,manager_id,unit,language,channel,salary
1,Lan Trần,lan@firm.vn,,Plant,vi,,1
2,Minh Lê,minh@firm.vn,1,Plant,vi,,2
3,An Võ,,1,Plant,vi,slip,3
"""
BAD = GOOD.replace("minh@firm.vn,1", "minh@,9")


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    with shop.sessions.begin() as session:
        set_up(session)
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office) -> Desk:
    return office.desk(Role.HR)


def _check(hr: Desk, content: str | bytes) -> Parsed:
    raw = content.encode() if isinstance(content, str) else content
    answer = hr.post("/hr/people/check", file=(io.BytesIO(raw), "people.csv"))
    return Parsed(answer.text)


def _names(shop: Workshop) -> dict[str, bool]:
    with shop.sessions() as session:
        people = session.scalars(select(Person)).all()
        return {person.name: person.is_active for person in people}


def test_checking_a_file_stores_nothing_and_says_what_would_change(
    hr: Desk, shop: Workshop
) -> None:
    page = _check(hr, GOOD)
    assert "3 new people" in page.one("main").text
    assert "Not imported: the columns salary." in page.one("main").text
    assert _names(shop) == {}


def test_what_was_checked_is_imported(hr: Desk, shop: Workshop) -> None:
    packed = _check(hr, GOOD).one("input", name="packed").get("value")
    assert hr.post("/hr/people/import", packed=packed).status_code == 200
    assert _names(shop) == {"Lan Trần": True, "Minh Lê": True, "An Võ": True}
    assert "there is nothing to import" in _check(hr, GOOD).one("main").text


def test_every_problem_stands_with_its_line_and_column(hr: Desk) -> None:
    page = _check(hr, BAD)
    said = page.one("section", role="alert").text
    assert "Line 3, column email: found “minh@”" in said
    assert "Line 3, column manager_id: found “9”" in said
    assert not page.all("input", name="packed")


def test_a_file_with_one_problem_imports_nobody(hr: Desk, shop: Workshop) -> None:
    answer = hr.post("/hr/people/import", packed=pack(BAD.encode()))
    assert answer.status_code == 400
    assert "Nothing was imported: 2 problems" in answer.text
    assert _names(shop) == {}


def test_changes_stand_with_old_and_new_and_who_is_missing_goes_inactive(
    hr: Desk, shop: Workshop
) -> None:
    hr.post("/hr/people/import", packed=pack(GOOD.encode()))
    changed = GOOD.replace("Minh Lê", "Minh Lý").replace("3,An Võ,,1", "4,Bo,,1")
    page = _check(hr, changed)
    cells = [cell.text for cell in page.all("td")]
    assert cells == ["name", "Minh Lê", "Minh Lý"]
    assert "1 person will be set inactive" in page.one("main").text
    packed = page.one("input", name="packed").get("value")
    hr.post("/hr/people/import", packed=packed)
    assert _names(shop)["An Võ"] is False


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty"),
        ("id,name\n1,a,b,c\n", "Line 2 has 4 cells"),
        ("id,id\n", "The column id stands twice"),
        ("id,name\n1,Nguyễn".encode("cp1258", "replace") + b"\xff", "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_is_explained(
    hr: Desk, shop: Workshop, content: str | bytes, said: str
) -> None:
    page = _check(hr, content)
    assert said in page.one("section", role="alert").text
    assert page.one("title").text.startswith("Error: ")
    assert _names(shop) == {}


@pytest.mark.parametrize("packed", ["", "not base64!", "aGVsbG8="])
def test_a_packed_file_that_was_tampered_with_imports_nobody(
    hr: Desk, shop: Workshop, packed: str
) -> None:
    assert hr.post("/hr/people/import", packed=packed).status_code == 422
    assert _names(shop) == {}


def test_no_file_is_asked_for_again(hr: Desk) -> None:
    answer = hr.post("/hr/people/check")
    assert answer.status_code == 422
    assert "Choose a file." in Parsed(answer.text).one("section", role="alert").text


def test_the_empty_file_has_the_columns_that_are_read(hr: Desk) -> None:
    answer = hr.get("/hr/people/template.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfid,name,email,manager_id,unit,")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_import_speaks_vietnamese(hr: Desk) -> None:
    hr.post("/account/language", language="vi")
    page = _check(hr, BAD)
    assert page.one("html").get("lang") == "vi"
    assert "found" not in page.one("section", role="alert").text
