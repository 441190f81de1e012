"""Leaders rate themselves and read their own report; nobody else does."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from survey import worker
from survey.models.answer import IdentifiedRating
from survey.roles import Role
from survey.services import release
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, answer_all
from tests.survey.web.office import Desk, Office, open_office
from tests.survey.web.parsed import Parsed
from tests.survey.web.raters import checked

ALL = {f"i-{code}": "4" for code in ("A1", "A2", "A3", "G1", "G2")}


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def cycle_id(open_cycle: MakeCycle) -> int:
    return open_cycle(sizes={"Lan": 9, "Minh": 4})


def _lan(office: Office) -> Desk:
    return office.desk(Role.LEADER, "lan@example.org")


def _asked(desk: Desk, path: str) -> dict[str, str]:
    return {e.get("name"): "4" for e in desk.page(path).all("input", type="radio")}


def _ratings(shop: Workshop) -> list[dict[str, int]]:
    with shop.sessions() as session:
        return [r.points for r in session.scalars(select(IdentifiedRating))]


def test_the_form_says_first_that_it_is_named(office: Office, cycle_id: int) -> None:
    text = _lan(office).page(f"/leader/{cycle_id}/self").one("main").text
    named = text.index("They appear under your name in your report.")
    assert named < text.index("1. ")


def test_ratings_are_kept_shown_again_and_may_be_changed(
    office: Office, cycle_id: int
) -> None:
    lan, path = _lan(office), f"/leader/{cycle_id}/self"
    answers = _asked(lan, path)
    assert lan.post(path, **answers).status_code == 303
    assert checked(lan.page(path)) == answers
    first = next(iter(answers))
    lan.post(path, **(answers | {first: "x"}))
    assert checked(lan.page(path))[first] == "x"
    (kept,) = _ratings(office.shop)
    assert first.removeprefix("i-") not in kept


def test_a_skipped_item_is_named_once_and_may_stay_skipped(
    office: Office, cycle_id: int
) -> None:
    lan, path = _lan(office), f"/leader/{cycle_id}/self"
    answers = _asked(lan, path)
    answers.popitem()
    assert "1 statement has no answer" in lan.post(path, **answers).text
    assert _ratings(office.shop) == []
    assert lan.post(path, **answers, send_anyway="1").status_code == 303
    assert len(_ratings(office.shop)) == 1


@pytest.mark.parametrize("value", ["0", "6", "abc", "-1"])
def test_an_answer_off_the_scale_is_refused(
    office: Office, cycle_id: int, value: str
) -> None:
    lan, path = _lan(office), f"/leader/{cycle_id}/self"
    answers = dict.fromkeys(_asked(lan, path), value)
    assert lan.post(path, **answers).status_code == 422
    assert _ratings(office.shop) == []


@pytest.mark.parametrize("page", ["self", "report", "thanks"])
def test_another_leader_finds_nothing(office: Office, cycle_id: int, page: str) -> None:
    stranger = office.desk(Role.LEADER, "someone@example.org")
    assert stranger.get(f"/leader/{cycle_id}/{page}").status_code == 404


def test_one_leader_cannot_write_into_the_sheet_of_another(
    office: Office, cycle_id: int
) -> None:
    stranger = office.desk(Role.LEADER, "someone@example.org")
    assert stranger.post(f"/leader/{cycle_id}/self", **ALL).status_code == 404
    assert _ratings(office.shop) == []


def test_after_closing_ratings_can_no_longer_be_changed(
    office: Office, cycle_id: int
) -> None:
    office.now = NOON + 7 * DAY
    lan = _lan(office)
    assert lan.get(f"/leader/{cycle_id}/self").status_code == 410
    assert lan.post(f"/leader/{cycle_id}/self", **ALL).status_code == 410


def _release(office: Office, cycle_id: int) -> None:
    worker.run_due(office.shop, now=NOON + 7 * DAY)
    with office.shop.sessions.begin() as session:
        release.release_cycle(session, office.shop.vault, cycle_id, now=NOON + 7 * DAY)
    office.now = NOON + 7 * DAY


def test_a_report_is_there_after_the_release_and_not_before(
    office: Office, cycle_id: int
) -> None:
    answer_all(office.shop, cycle_id, {"A1": 4, "A2": 4, "A3": 2, "G1": 4, "G2": 4})
    path = f"/leader/{cycle_id}/report"
    assert _lan(office).get(path).status_code == 404
    _release(office, cycle_id)
    page = _lan(office).page(path)
    assert "Lan" in page.one("h1").text
    assert page.one("h1").is_inside(page.one("main"))
    assert page.repeated_ids() == []


def test_each_leader_reads_the_own_report(office: Office, cycle_id: int) -> None:
    answer_all(office.shop, cycle_id, {"A1": 4})
    _release(office, cycle_id)
    minh = office.desk(Role.LEADER, "minh@example.org")
    page = minh.get(f"/leader/{cycle_id}/report").text
    assert "Minh" in page
    assert "Lan" not in page


def test_the_styles_of_the_report_are_served_not_written_into_the_page(
    office: Office, cycle_id: int
) -> None:
    answer_all(office.shop, cycle_id, {"A1": 4})
    _release(office, cycle_id)
    page = _lan(office).page(f"/leader/{cycle_id}/report")
    assert not page.all("style")
    assert not [e for e in page.elements if e.get("style")]
    styles = office.anonymous.get("/leader/report.css")
    assert styles.mimetype == "text/css"
    assert ".report" in styles.text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_list_of_own_cycles_offers_what_can_be_done(
    office: Office, cycle_id: int, language: str
) -> None:
    lan = _lan(office)
    lan.post("/account/language", language=language)
    assert lan.page("/leader/").one("a", href=f"/leader/{cycle_id}/self")
    answer_all(office.shop, cycle_id, {"A1": 4})
    _release(office, cycle_id)
    page = Parsed(_lan(office).get("/leader/").text)
    assert page.one("a", href=f"/leader/{cycle_id}/report")
    assert not page.all("a", href=f"/leader/{cycle_id}/self")
