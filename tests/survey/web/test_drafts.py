"""The editor of a draft, its preview, its copy and its end."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from survey import worker
from survey.lifecycle import CycleState
from survey.models.cycle import Cycle
from survey.models.people import Person, Unit
from survey.recurrence import Recurrence
from survey.roles import Role
from survey.services import cycles, launching, release
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, add_team, pulse_plan, set_up
from tests.survey.web.office import Desk, Office, open_office
from tests.survey.web.parsed import Parsed
from tests.survey.web.test_hr import _plan

SIZES = {"Lan": 6, "Minh": 7, "An": 5}


@pytest.fixture
def office(app: Flask, shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> Office:
    return open_office(app, shop, monkeypatch)


@pytest.fixture
def hr(office: Office) -> Desk:
    return office.desk(Role.HR)


@pytest.fixture
def company(shop: Workshop) -> dict[str, int]:
    """Give three leaders, two of them in the plant."""
    with shop.sessions.begin() as session:
        set_up(session)
        plant = Unit(name="Plant")
        session.add(plant)
        people = {
            name: add_team(session, name, n).leader_id for name, n in SIZES.items()
        }
        for name in ("Lan", "Minh"):
            session.get_one(Person, people[name]).unit = plant
    return people


def _made(hr: Desk, **changes: object) -> str:
    answer = hr.post("/hr/cycles/new", **_plan(**changes))
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def _leaders(shop: Workshop, path: str) -> list[str]:
    with shop.sessions() as session:
        cycle = session.get_one(Cycle, int(path.rpartition("/")[2]))
        return sorted(leader.name for leader in cycle.leaders)


def _sent_by(page: Parsed) -> dict[str, list[str]]:
    """Return what a browser sends that opens the editor and saves at once."""
    form = page.one("form", **{"class": "editor"})
    sent: dict[str, list[str]] = {}
    for field in (one for one in page.all("input") if one.is_inside(form)):
        name, kind = field.get("name"), field.get("type")
        chosen = kind not in {"radio", "checkbox"} or "checked" in field.attributes
        if name and name != "csrf_token" and chosen:
            sent.setdefault(name, []).append(field.get("value") or "")
    return sent


def test_leaders_are_chosen_one_by_one_by_unit_or_all(
    hr: Desk, shop: Workshop, company: dict[str, int]
) -> None:
    assert _leaders(shop, _made(hr)) == ["An", "Lan", "Minh"]
    assert _leaders(shop, _made(hr, who="units", units=["0"])) == ["Lan", "Minh"]
    some = [str(company["An"]), str(company["Lan"])]
    assert _leaders(shop, _made(hr, who="leaders", leaders=some)) == ["An", "Lan"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"who": "units"}, "Choose at least one unit."),
        ({"who": "leaders"}, "Choose at least one leader."),
        ({"who": "leaders", "leaders": ["999"]}, "Choose from the list."),
        ({"mode": "activation_day"}, "Say from when on keys can be fetched."),
        ({"release_by": "2026-12-14T17:00"}, "must lie after the closing date"),
        ({"talk_by": "2026-12-13"}, "only after the closing date"),
        ({"talk_by": "soon"}, "Type a day, for example"),
        ({"representative": ""}, "Name somebody whom raters trust."),
        ({"contact": " "}, "Name somebody who answers questions."),
        ({"readers": ["everybody"]}, "Choose from the list."),
        ({"recurrence": "weekly"}, "Choose from the list."),
        (
            {"n_reminders": "own", "first_reminder": "2026-12-20T09:00"},
            "Three reminders at most",
        ),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_stays(
    hr: Desk,
    shop: Workshop,
    company: dict[str, int],
    wrong: dict[str, object],
    said: str,
) -> None:
    answer = hr.post("/hr/cycles/new", **_plan(talk_partner="Mai, coach", **wrong))
    assert answer.status_code in {400, 422}
    page = Parsed(answer.text)
    assert said in page.one("section", role="alert").text
    assert page.one("input", name="talk_partner").get("value") == "Mai, coach"
    with shop.sessions() as session:
        assert session.scalar(select(Cycle.id)) is None


RICH = {
    "who": "units",
    "units": ["0"],
    "team_depth": "2",
    "asks_peers": "1",
    "asks_manager": "1",
    "form": "short",
    "k": "6",
    "languages": ["vi"],
    "release_by": "2027-01-08T12:00",
    "talk_by": "2027-01-20",
    "n_reminders": "own",
    "first_reminder": "2026-12-03T09:30",
    "second_reminder": "2026-12-09T09:30",
    "recurrence": "half_yearly",
    "talk_partner": "Mai, coach",
    "readers": ["hr"],
    "retention": "rows",
    "mode": "activation_day",
    "activates_at": "2026-11-28T08:00",
}


@pytest.mark.parametrize("changes", [{}, RICH, {"who": "leaders"}])
def test_a_draft_that_is_opened_and_saved_unchanged_is_unchanged(
    hr: Desk, shop: Workshop, company: dict[str, int], changes: dict[str, object]
) -> None:
    if changes == {"who": "leaders"}:
        changes |= {"leaders": [str(company["Lan"])]}
    path = _made(hr, **changes)
    cycle_id = int(path.rpartition("/")[2])

    def kept() -> object:
        with shop.sessions() as session:
            return cycles.draft_plan(session, cycle_id, now=NOON)

    before = kept()
    for _ in range(2):
        sent = _sent_by(hr.page(f"{path}/change"))
        assert hr.post(f"{path}/change", **sent).status_code == 303
    assert kept() == before
    assert hr.post(f"{path}/change", **(sent | {"k": "9"})).status_code == 303
    assert kept().k == 9
    assert "Draft changed (Hr)" in hr.get(path).text


def test_an_older_wording_stays_to_be_chosen_until_the_draft_lets_it_go(
    hr: Desk, shop: Workshop, company: dict[str, int]
) -> None:
    with shop.sessions.begin() as session:
        plan = pulse_plan(opens_at=NOON + DAY, closes_at=NOON + 8 * DAY)
        cycle_id = cycles.create_cycle(session, plan, now=NOON).id
    path = f"/hr/cycles/{cycle_id}"
    sent = _sent_by(hr.page(f"{path}/change"))
    assert sent["instruments"] == ["pulse 1.0"]
    hr.post(f"{path}/change", **(sent | {"instruments": ["ps-8 0.1.0"]}))
    assert "pulse" not in hr.get(f"{path}/change").text


def test_a_refused_change_shows_the_draft_as_it_was_typed(
    hr: Desk, company: dict[str, int]
) -> None:
    path = _made(hr)
    past = {"opens_at": "2026-11-01T08:00", "closes_at": "2026-11-02T08:00"}
    answer = hr.post(f"{path}/change", **_plan(name="Typed", **past))
    assert answer.status_code == 400
    page = Parsed(answer.text)
    assert "The closing date is past" in page.one("section", role="alert").text
    assert page.one("input", name="name").get("value") == "Typed"


def test_the_promise_names_every_reader(hr: Desk, company: dict[str, int]) -> None:
    alone = hr.get(_made(hr)).text
    assert "report is read by the leader." in alone
    path = _made(hr, readers=["hr", "organisation"], talk_partner="Mai")
    page = hr.get(path).text
    assert "top management" in page
    assert "the HR department" in page
    assert "the person who talks the report over with" in page


def test_a_draft_is_deleted_after_it_was_asked_and_confirmed(
    hr: Desk, shop: Workshop, company: dict[str, int]
) -> None:
    path = _made(hr, name="Mistake")
    assert "Delete the draft “Mistake”" in hr.get(f"{path}/delete").text
    assert hr.post(f"{path}/delete").status_code == 422
    assert "Mistake" in hr.get("/hr/").text
    assert hr.post(f"{path}/delete", sure="1").headers["Location"] == "/hr/"
    assert "Mistake" not in hr.get("/hr/").text


def test_any_cycle_can_be_copied_and_the_copy_is_a_draft(
    hr: Desk, open_cycle: MakeCycle, shop: Workshop
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6})
    answer = hr.post(f"/hr/cycles/{cycle_id}/copy")
    page = hr.get(answer.headers["Location"]).text
    assert "Autumn (2026-12)" in page
    assert "Change the draft" in page
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).state == CycleState.OPEN


def test_a_draft_that_made_itself_is_a_task_on_the_first_page(
    hr: Desk, office: Office, shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 6}, recurrence=Recurrence.QUARTERLY)
    worker.run_due(shop, now=NOON + 8 * DAY)
    with shop.sessions.begin() as session:
        release.release_cycle(session, shop.vault, cycle_id, now=NOON + 8 * DAY)
    assert "Made by itself" not in hr.get("/hr/").text
    worker.run_due(shop, now=NOON + 63 * DAY)
    assert "Made by itself, because “Autumn” repeats." in hr.get("/hr/").text


@pytest.mark.parametrize("step", ["start", "form"])
@pytest.mark.parametrize(
    ("language", "mark"),
    [("en", "Preview - nothing is stored"), ("vi", "Xem thử - không lưu gì")],
)
def test_the_preview_is_marked_and_leads_nowhere(
    hr: Desk, company: dict[str, int], step: str, language: str, mark: str
) -> None:
    path = _made(hr)
    answer = hr.get(f"{path}/preview/{language}/{step}")
    page = Parsed(answer.text)
    assert page.one("html").get("lang") == language
    assert mark in answer.text
    assert page.all("form") == page.all("script") == page.all("iframe") == []
    assert not [b for b in page.all("button") if "disabled" not in b.attributes]
    assert not page.all("input", name="code")
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_the_preview_shows_what_the_smallest_team_would_read(
    hr: Desk, company: dict[str, int]
) -> None:
    path = _made(hr, readers=["organisation"])
    start = hr.get(f"{path}/preview/en/start").text
    assert "Feedback for An" in start
    assert "5 people are invited to rate An." in start
    assert "Only 5 people can rate An here." in start
    assert "top management" in start
    form = hr.page(f"{path}/preview/en/form")
    assert len({i.get("name") for i in form.all("input", type="radio")}) == 8
    assert form.all("form") == []


def test_a_preview_changes_nothing_and_is_only_for_drafts(
    hr: Desk, shop: Workshop, company: dict[str, int]
) -> None:
    path = _made(hr)
    cycle_id = int(path.rpartition("/")[2])
    before = re.sub(r'value="[^"]*"', "", hr.get(path).text)
    hr.get(f"{path}/preview/en/start")
    assert re.sub(r'value="[^"]*"', "", hr.get(path).text) == before
    with shop.sessions.begin() as session:
        launching.launch_cycle(session, cycle_id, now=NOON)
    for step in ("start", "form"):
        assert hr.get(f"{path}/preview/en/{step}").status_code == 409


def test_without_leaders_there_is_nothing_to_preview(
    hr: Desk, shop: Workshop, company: dict[str, int]
) -> None:
    path = _made(hr)
    with shop.sessions.begin() as session:
        session.get_one(Cycle, int(path.rpartition("/")[2])).leaders = []
    answer = hr.get(f"{path}/preview/en/start")
    assert answer.status_code == 409
    assert "There is nothing to preview" in answer.text
    assert "/preview/" not in hr.get(path).text


def test_no_point_to_confirm_can_be_passed_over(
    hr: Desk, shop: Workshop, company: dict[str, int]
) -> None:
    path = _made(hr, k="4", server_path_allowed="1")
    cycle_id = int(path.rpartition("/")[2])
    for confirmed in ([], ["k"], ["server_path"], ["k", "k"], ["k", "slips"]):
        answer = hr.post(f"{path}/launch", sure="1", confirmed=confirmed)
        assert answer.status_code == 422, confirmed
    with shop.sessions() as session:
        assert session.get_one(Cycle, cycle_id).state == CycleState.DRAFT
    answer = hr.post(f"{path}/launch", sure="1", confirmed=["k", "server_path"])
    assert answer.status_code == 303
