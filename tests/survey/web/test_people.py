"""Importing people by page: look first, then all of it or nothing."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey.forms.organisation import pack
from survey.models.people import Person
from survey.roles import Role
from survey.services.importing import import_people
from survey.spreadsheets import read_csv
from survey.worker import Workshop
from tests.conftest import NOON, set_up
from tests.survey.web.office import Desk, Office, open_office
from tests.survey.web.parsed import Parsed
from tests.survey.workbooks import xlsx

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


def _check(hr: Desk, content: str | bytes, name: str = "people.csv") -> Parsed:
    raw = content.encode() if isinstance(content, str) else content
    answer = hr.post("/hr/people/check", file=(io.BytesIO(raw), name))
    return Parsed(answer.text)


def _confirm(hr: Desk, page: Parsed) -> TestResponse:
    fields = {n: page.one("input", name=n).get("value") for n in ("packed", "mark")}
    return hr.post("/hr/people/import", **fields)


def _import(hr: Desk, content: str | bytes) -> TestResponse:
    return _confirm(hr, _check(hr, content))


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
    assert _import(hr, GOOD).status_code == 200
    assert _names(shop) == {"Lan Trần": True, "Minh Lê": True, "An Võ": True}
    assert "there is nothing to import" in _check(hr, GOOD).one("main").text


def test_every_problem_stands_with_its_line_and_column(hr: Desk) -> None:
    page = _check(hr, BAD)
    said = page.one("section", role="alert").text
    assert "Column email: found “minh@”: expected an address" in said
    assert "Column manager_id: found “9”, who is not in the file" in said
    assert said.count("1 row: 3") == 2
    assert not page.all("input", name="mark")


def test_a_file_with_one_problem_imports_nobody(hr: Desk, shop: Workshop) -> None:
    answer = hr.post("/hr/people/import", packed=pack(BAD.encode()))
    assert answer.status_code == 400
    assert "Nothing was imported: 2 problems" in answer.text
    assert _names(shop) == {}


def test_changes_stand_with_old_and_new_and_who_is_missing_goes_inactive(
    hr: Desk, shop: Workshop
) -> None:
    _import(hr, GOOD)
    changed = GOOD.replace("Minh Lê", "Minh Lý").replace("3,An Võ,,1", "4,Bo,,1")
    page = _check(hr, changed)
    cells = [cell.text for cell in page.all("td")]
    assert cells == ["name", "Minh Lê", "Minh Lý"]
    assert "1 person set inactive" in page.one("main").text
    _confirm(hr, page)
    assert _names(shop)["An Võ"] is False


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty"),
        ("id,name\n1,a,b,c\n", "Line 2 has 4 cells"),
        ("id,id\n", "The column id stands twice"),
        (b"id,name\n1,Nguy\x81n", "is not UTF-8"),
        (b"PK\x03\x04junk", "The file is damaged"),
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


def test_a_workbook_is_checked_and_imported(hr: Desk, shop: Workshop) -> None:
    rows = [line.split(",") for line in GOOD.splitlines()]
    page = _check(hr, xlsx(rows), "people.xlsx")
    assert "3 rows were read." in page.one("main").text
    assert _confirm(hr, page).status_code == 200
    assert len(_names(shop)) == 3


def test_nothing_is_imported_that_nobody_looked_at(hr: Desk, shop: Workshop) -> None:
    answer = hr.post("/hr/people/import", packed=pack(GOOD.encode()))
    assert answer.status_code == 409
    assert _names(shop) == {}


def test_what_changed_in_between_is_shown_before_anything_is_stored(
    hr: Desk, shop: Workshop
) -> None:
    page = _check(hr, GOOD)
    with shop.sessions.begin() as session:
        other = read_csv(GOOD.replace("An Võ", "An Vũ").encode())
        import_people(session, other, now=NOON)
    answer = _confirm(hr, page)
    assert answer.status_code == 409
    shown = Parsed(answer.text)
    assert "changed after you looked" in shown.one("section", role="alert").text
    assert [cell.text for cell in shown.all("td")] == ["name", "An Vũ", "An Võ"]
    assert "An Vũ" in _names(shop)
    assert _confirm(hr, shown).status_code == 200
    assert "An Võ" in _names(shop)


def test_the_rows_to_mend_can_be_downloaded(hr: Desk) -> None:
    packed = _check(hr, BAD).one("input", name="packed").get("value")
    answer = hr.post("/hr/people/rejected.csv", packed=packed)
    assert answer.headers["Content-Disposition"] == "attachment; filename=to-mend.csv"
    (row,) = read_csv(answer.data).rows
    assert row.cells["id"] == "2"
    assert row.cells["salary"] == "2"
    assert "found “9”, who is not in the file" in row.cells["to mend"]


def test_thousands_of_faults_of_one_kind_take_one_line(hr: Desk) -> None:
    rows = "".join(f"{n},P{n},p{n}@,1,Plant,en,,0\n" for n in range(4, 3004))
    page = _check(hr, GOOD + rows)
    said = page.one("section", role="alert").text
    assert said.count("expected an address") == 1
    assert "3000 rows: 5, 6, 7," in said


def test_an_import_is_undone_after_a_look(hr: Desk, shop: Workshop) -> None:
    _import(hr, GOOD)
    _import(hr, GOOD.replace("An Võ", "An Vũ"))
    assert "Undo it" in hr.get("/hr/people").text
    page = hr.page("/hr/people/undo")
    assert "An Vũ" in _names(shop)
    assert "1 changed person" in page.one("main").text
    assert hr.post("/hr/people/undo").status_code == 200
    assert "An Võ" in _names(shop)
    assert hr.get("/hr/people/undo").status_code == 302
    assert "Undo it" not in hr.get("/hr/people").text


def test_an_import_that_is_gone_cannot_be_undone_and_that_is_said(hr: Desk) -> None:
    answer = hr.post("/hr/people/undo")
    assert answer.status_code == 409
    said = Parsed(answer.text).one("section", role="alert").text
    assert "no import of the last 14 days" in said


def test_the_empty_file_of_a_vietnamese_page_is_understood(
    hr: Desk, shop: Workshop
) -> None:
    hr.post("/account/language", language="vi")
    heading = hr.get("/hr/people/template.csv").data.decode("utf-8-sig").strip()
    assert heading.startswith("Mã nhân viên,Họ và tên,")
    _import(hr, f"{heading}\n7,Lan Trần,lan@firm.vn,,Xưởng,vi,\n")
    assert _names(shop) == {"Lan Trần": True}
