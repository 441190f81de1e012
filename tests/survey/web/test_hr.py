"""The steps of a cycle as HR takes them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey import worker
from survey.lifecycle import CycleState
from survey.models.cycle import Cycle
from survey.models.people import Channel, Organisation
from survey.models.report import ReportSnapshot
from survey.roles import Role
from survey.services import cycles, launching
from survey.services.confidential import PlainAnswer
from survey.worker import Workshop
from tests.conftest import (
    DAY,
    NOON,
    MakeCycle,
    add_team,
    answer_all,
    pulse_plan,
    set_up,
)
from tests.survey.services.large import closed
from tests.survey.services.test_whole_way import CLOSED, LOW
from tests.survey.web.office import Desk, Office, open_office
from tests.survey.web.parsed import Parsed

SURE = {"sure": "1", "confirmed": ["server_path"]}
"""What HR marks to launch the usual cycle."""


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office) -> Desk:
    return office.desk(Role.HR)


def _draft(shop: Workshop, sizes: dict[str, int], **teams: Channel) -> int:
    with shop.sessions.begin() as session:
        set_up(session)
        for name, size in sizes.items():
            add_team(session, name, size, **teams)
        plan = pulse_plan(opens_at=NOON + DAY, closes_at=NOON + 8 * DAY)
        return cycles.create_cycle(session, plan, now=NOON).id


def _state(shop: Workshop, cycle_id: int) -> CycleState:
    with shop.sessions() as session:
        return CycleState(session.get_one(Cycle, cycle_id).state)


def _launched(shop: Workshop, sizes: dict[str, int], **teams: Channel) -> int:
    cycle_id = _draft(shop, sizes, **teams)
    with shop.sessions.begin() as session:
        launching.keep_small_teams(session, cycle_id, now=NOON)
        launching.launch_cycle(session, cycle_id, now=NOON)
    worker.run_due(shop, now=NOON)
    return cycle_id


def test_an_empty_installation_asks_for_the_organisation_first(hr: Desk) -> None:
    for path in ("/hr/", "/hr/cycles/new"):
        assert hr.get(path).headers["Location"] == "/hr/organisation"


def test_the_organisation_is_kept_as_typed(hr: Desk, shop: Workshop) -> None:
    given = {
        "name": " Sông Hồng Works ",
        "contact": "Mai, 101",
        "representative": "Bảo Vũ",
        "time_zone": "Asia/Ho_Chi_Minh",
        "language": "vi",
    }
    assert hr.post("/hr/organisation", **given).headers["Location"] == "/hr/"
    with shop.sessions() as session:
        kept = session.scalars(select(Organisation)).one()
        assert kept.name == "Sông Hồng Works"
        assert kept.time_zone == "Asia/Ho_Chi_Minh"
    assert "Sông Hồng Works" in hr.get("/hr/").text


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"time_zone": "Mars/Base"}, {"language": "de"}]
)
def test_an_organisation_with_a_wrong_field_is_not_kept(
    hr: Desk, shop: Workshop, wrong: dict[str, str]
) -> None:
    given = {
        "name": "X",
        "contact": "c",
        "representative": "r",
        "time_zone": "UTC",
        "language": "en",
    }
    assert hr.post("/hr/organisation", **(given | wrong)).status_code == 422
    with shop.sessions() as session:
        assert session.scalar(select(Organisation)) is None


def _plan(**changes: object) -> dict[str, object]:
    return {
        "name": "Autumn",
        "instruments": ["ps-8 0.1.0"],
        "form": "full",
        "opens_at": "2026-12-01T08:00",
        "closes_at": "2026-12-14T18:00",
        "k": "5",
        "languages": ["en", "vi"],
        "representative": "Bảo Vũ",
        "contact": "Mai, 101",
    } | changes


def test_a_new_cycle_means_its_dates_in_the_time_zone_of_the_organisation(
    hr: Desk, shop: Workshop
) -> None:
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", 6)
    answer = hr.post("/hr/cycles/new", **_plan())
    cycle_id = int(answer.headers["Location"].rpartition("/")[2])
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, cycle_id)
        assert cycle.state == CycleState.DRAFT
        assert cycle.opens_at.isoformat() == "2026-12-01T01:00:00+00:00"
        assert [leader.name for leader in cycle.leaders] == ["Lan"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "Give the cycle a name."),
        ({"instruments": []}, "Choose at least one questionnaire."),
        ({"instruments": ["nothing 1.0"]}, "Choose from the list."),
        ({"k": "2"}, "Type a whole number from 3 to 12."),
        ({"k": "13"}, "Type a whole number from 3 to 12."),
        ({"k": "five"}, "Type a whole number"),
        ({"opens_at": "soon"}, "Type a day and a time"),
        ({"closes_at": "2026-12-01T08:00"}, "The form must close after it opens."),
        (
            {"opens_at": "2026-11-01T08:00", "closes_at": "2026-11-02T08:00"},
            "The closing date is past: choose a later one.",
        ),
        ({"languages": []}, "Choose at least one language."),
    ],
)
def test_a_contradicting_plan_is_refused_in_words_and_kept_in_the_form(
    hr: Desk, shop: Workshop, wrong: dict[str, object], said: str
) -> None:
    with shop.sessions.begin() as session:
        set_up(session)
    answer = hr.post("/hr/cycles/new", **_plan(**wrong))
    assert answer.status_code in {400, 422}
    page = Parsed(answer.text)
    assert said in page.one("section", role="alert").text
    assert page.one("input", name="name").get("value") == _plan(**wrong)["name"]
    with shop.sessions() as session:
        assert session.scalar(select(Cycle.id)) is None


def test_the_dry_run_shows_the_promise_in_both_languages(
    hr: Desk, shop: Workshop
) -> None:
    page = hr.page(f"/hr/cycles/{_draft(shop, {'Lan': 6, 'Minh': 3})}")
    english, vietnamese = page.all("section", **{"class": "promise"})
    assert "Only 3 people can rate Minh here." in english.text
    assert (english.get("lang"), vietnamese.get("lang")) == ("en", "vi")
    assert "Minh" in vietnamese.text


def test_a_small_draft_that_keeps_ratings_can_go_back_to_reports_alone(
    hr: Desk, shop: Workshop
) -> None:
    with shop.sessions.begin() as session:
        set_up(session)
        add_team(session, "Lan", 6)
    plan = _plan(retention="rows", server_path_allowed="1")
    answer = hr.post("/hr/cycles/new", **plan)
    path = answer.headers["Location"]
    assert "Keep the ratings for research until" in hr.get(path).text
    assert "Single ratings are kept without names" in hr.get(path).text
    assert "kept for research only from 8 teams" in hr.get(path).text
    assert hr.post(f"{path}/launch", sure="1").status_code == 409
    assert hr.post(f"{path}/only-reports").status_code == 303
    assert "research" not in hr.get(path).text
    assert hr.post(f"{path}/launch", **SURE).status_code == 303
    assert hr.post(f"{path}/only-reports").status_code == 409


@pytest.mark.parametrize(
    ("size", "said"),
    [(7, "hansei cycle rows"), (6, "No ratings kept: too few people or groups")],
)
def test_the_page_says_whether_ratings_are_kept(
    hr: Desk, office: Office, size: int, said: str
) -> None:
    cycle_id = closed(office.shop, lambda _, n: PlainAnswer(LOW) if n < size else None)
    path = f"/hr/cycles/{cycle_id}"
    office.now = CLOSED
    hr = office.desk(Role.HR)
    assert "but only if 50 answers came" in hr.get(path).text
    hr.post(f"{path}/release", sure="1")
    assert said in hr.get(path).text


def test_a_point_to_decide_blocks_the_launch(hr: Desk, shop: Workshop) -> None:
    cycle_id = _draft(shop, {"Lan": 6, "Minh": 3})
    path = f"/hr/cycles/{cycle_id}"
    assert not hr.page(path).all("form", action=f"{path}/launch")
    answer = hr.post(f"{path}/launch", **SURE)
    assert answer.status_code == 409
    assert "cannot get a report: Minh" in answer.text
    assert _state(shop, cycle_id) is CycleState.DRAFT


@pytest.mark.parametrize(("choice", "n_leaders"), [("leave-out", 1), ("keep", 2)])
def test_after_the_decision_it_launches_with_the_promise_read(
    hr: Desk, shop: Workshop, choice: str, n_leaders: int
) -> None:
    cycle_id = _draft(shop, {"Lan": 6, "Minh": 3})
    path = f"/hr/cycles/{cycle_id}"
    hr.post(f"{path}/{choice}")
    assert hr.post(f"{path}/launch").status_code == 422
    assert _state(shop, cycle_id) is CycleState.DRAFT
    assert hr.post(f"{path}/launch", **SURE).status_code == 303
    assert _state(shop, cycle_id) is CycleState.LAUNCHING
    with shop.sessions() as session:
        assert len(session.get_one(Cycle, cycle_id).leaders) == n_leaders


def test_small_teams_are_offered_to_be_shown_together(hr: Desk, shop: Workshop) -> None:
    cycle_id = _draft(shop, {"Lan": 6, "Minh": 3, "An": 4})
    path = f"/hr/cycles/{cycle_id}"
    assert "Show these teams together" in hr.get(path).text
    hr.post(f"{path}/together")
    page = hr.get(path).text
    assert "Show these teams together" not in page
    assert "together with An: 7 people" in page
    assert "Its answers are shown together with those about An" in page
    assert hr.post(f"{path}/launch", **SURE).status_code == 303
    assert hr.post(f"{path}/together").status_code == 409


def test_a_reminder_is_planned_on_the_page_and_a_bad_one_is_explained(
    hr: Desk, shop: Workshop
) -> None:
    cycle_id = _launched(shop, {"Lan": 6})
    path = f"/hr/cycles/{cycle_id}"
    with shop.sessions() as session:
        opens = session.get_one(Cycle, cycle_id).opens_at
        before = session.get_one(Cycle, cycle_id).reminders
    refused = hr.post(f"{path}/reminders", at="2020-01-01T09:00")
    assert refused.status_code == 409
    assert "three at most" in refused.text
    at = (opens + 1.5 * DAY).strftime("%Y-%m-%dT%H:%M")
    assert hr.post(f"{path}/reminders", at=at).status_code == 303
    with shop.sessions() as session:
        assert len(session.get_one(Cycle, cycle_id).reminders) == len(before) + 1
    assert "Reminder planned" in hr.get(path).text


def test_a_launched_cycle_shows_the_check_code_and_cannot_be_launched_again(
    hr: Desk, shop: Workshop
) -> None:
    cycle_id = _launched(shop, {"Lan": 6})
    with shop.sessions() as session:
        code = session.get_one(Cycle, cycle_id).fingerprint[:20]
    assert code in hr.get(f"/hr/cycles/{cycle_id}").text
    assert hr.post(f"/hr/cycles/{cycle_id}/launch", sure="1").status_code == 409
    assert hr.post(f"/hr/cycles/{cycle_id}/leave-out").status_code == 409


def _still(page: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_between_two_refreshes_the_page_does_not_change_whatever_is_sent(
    hr: Desk, office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9, "Minh": 4})
    before = _still(hr.get(f"/hr/cycles/{cycle_id}").text)
    assert "below 5" in before
    assert answer_all(office.shop, cycle_id, {"A1": 4}) == 13
    assert _still(hr.get(f"/hr/cycles/{cycle_id}").text) == before
    worker.run_due(office.shop, now=NOON + DAY)
    assert "12 or more" in hr.get(f"/hr/cycles/{cycle_id}").text


def test_no_page_of_a_cycle_names_anybody_who_was_asked(
    hr: Desk, office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer_all(office.shop, cycle_id, {"A1": 4}, 3)
    for path in ("", "/slips", "/abandon"):
        assert "Member" not in hr.get(f"/hr/cycles/{cycle_id}{path}").text


def test_a_cycle_is_released_once_after_its_reports_are_there(
    hr: Desk, office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    path = f"/hr/cycles/{cycle_id}"
    assert hr.post(f"{path}/release", sure="1").status_code == 409
    office.now = NOON + 7 * DAY
    hr = office.desk(Role.HR)
    assert hr.post(f"{path}/release", sure="1").status_code == 409
    worker.run_due(office.shop, now=office.now)
    assert hr.post(f"{path}/release").status_code == 422
    assert _state(office.shop, cycle_id) is CycleState.CLOSED
    assert hr.post(f"{path}/release", sure="1").status_code == 303
    assert _state(office.shop, cycle_id) is CycleState.RELEASED
    assert "are being destroyed" in hr.get(path).text
    worker.run_due(office.shop, now=office.now)
    assert "Destroyed, together with their keys." in hr.get(path).text


def test_after_the_deadline_nothing_can_be_released(
    office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    worker.run_due(office.shop, now=NOON + 7 * DAY)
    office.now = NOON + 38 * DAY
    hr = office.desk(Role.HR)
    path = f"/hr/cycles/{cycle_id}"
    assert "nothing was kept" in hr.get(path).text
    assert hr.post(f"{path}/release", sure="1").status_code == 409


def test_abandoning_asks_for_the_name_and_destroys(
    hr: Desk, office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    path = f"/hr/cycles/{cycle_id}/abandon"
    assert hr.post(path, name="Spring").status_code == 422
    assert _state(office.shop, cycle_id) is CycleState.OPEN
    assert hr.post(path, name=" autumn ").status_code == 303
    assert _state(office.shop, cycle_id) is CycleState.ABANDONED
    with office.shop.sessions() as session:
        assert session.scalar(select(ReportSnapshot.id)) is None


def test_hr_cannot_open_a_leaders_report(
    hr: Desk, office: Office, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    assert hr.get(f"/leader/{cycle_id}/report").status_code == 403


def test_the_log_says_who_did_what(hr: Desk, shop: Workshop) -> None:
    cycle_id = _draft(shop, {"Lan": 7})
    hr.post(f"/hr/cycles/{cycle_id}/launch", **SURE)
    log = hr.page(f"/hr/cycles/{cycle_id}").one("ul", **{"class": "log"})
    assert "Launched: rules and people fixed (Hr)" in log.text


STATES = pytest.mark.parametrize(
    ("days", "step"), [(-1, "Prepare"), (0, "Open"), (7, "Close"), (8, "Release")]
)


@STATES
@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_of_every_state_is_well_made_and_marks_where_it_stands(
    office: Office, open_cycle: MakeCycle, days: int, step: str, language: str
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    if days < 0:
        cycle_id = _draft(office.shop, {"Minh": 6})
    worker.run_due(office.shop, now=NOON + timedelta(days=max(days, 0)))
    office.now = NOON + timedelta(days=max(days, 0))
    hr = office.desk(Role.HR)
    if step == "Release":
        hr.post(f"/hr/cycles/{cycle_id}/release", sure="1")
    hr.post("/account/language", language=language)
    page = hr.page(f"/hr/cycles/{cycle_id}")
    (current,) = [e for e in page.elements if e.get("aria-current") == "step"]
    assert current.tag == "li"
    assert step in current.text or language == "vi"
    assert page.one("h1").is_inside(page.one("main"))
    assert page.repeated_ids() == []


@pytest.mark.parametrize("path", ["/hr/cycles/99", "/hr/cycles/99/slips"])
def test_an_unknown_cycle_is_not_there(hr: Desk, path: str) -> None:
    assert hr.get(path).status_code == 404
