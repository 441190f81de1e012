"""A tablet that many people use, and help for people who type their code."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event

from survey.models.cycle import Cycle
from survey.rate_limits import CODES_OF_ONE_BEGINNING
from survey.worker import Workshop
from tests.conftest import DAY, NOON
from tests.survey.web.parsed import Parsed
from tests.survey.web.raters import Rater

STEPS = ("start", "seal", "form", "decline", "sent")


def _to_next(page: Parsed) -> list[object]:
    """Return the links by which somebody makes room for the next person."""
    return [a for a in page.all("a") if "next-person" in (a.get("class") or "")]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_tablet_begins_empty_and_offers_both_languages(
    app: Flask, language: str
) -> None:
    answer = app.test_client().get(f"/{language}/kiosk")
    page = Parsed(answer.text)
    assert page.one("html").get("lang") == language
    assert page.one("input", name="code").get("value") == ""
    other = {"en": "vi", "vi": "en"}[language]
    assert page.one("a", href=f"/{other}/kiosk")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_short_address_follows_the_tablets_language(app: Flask) -> None:
    answer = app.test_client().get("/kiosk", headers={"Accept-Language": "vi"})
    assert (answer.status_code, answer.location) == (302, "/vi/kiosk")


def test_every_page_of_the_tablet_leads_back_to_its_start_and_warns(
    rater: Rater,
) -> None:
    for step in STEPS:
        page = rater.page(step, kiosk="1")
        assert page.one("div", id="kiosk").get("data-home") == "/en/kiosk"
        assert {a.get("href") for a in _to_next(page)} == {"/en/kiosk"}
        kept = page.all("input", name="kiosk")
        assert step == "sent" or kept
        assert all(one.get("value") == "1" for one in kept)
        assert "Others may see this screen" in page.one("div", id="kiosk").text


def test_elsewhere_nothing_speaks_of_the_tablet(rater: Rater) -> None:
    for step in STEPS:
        assert "kiosk" not in rater.post(step).text


def test_a_wrong_code_stays_on_the_tablet(rater: Rater) -> None:
    for code in ("0000 0000 0000", "123"):
        page = rater.page("start", code=code, kiosk="1")
        assert _to_next(page)
        assert page.one("input", name="kiosk")


def test_no_line_of_a_log_tells_that_the_tablet_was_used(
    rater: Rater, capsys: pytest.CaptureFixture[str]
) -> None:
    rater.client.get("/en/kiosk")
    rater.client.get("/kiosk")
    for step in STEPS:
        rater.post(step, kiosk="1")
    told = capsys.readouterr()
    assert told.out + told.err == ""


def test_the_tablet_gives_no_answer_key_before_the_survey_opens(
    rater: Rater, shop: Workshop
) -> None:
    with shop.sessions.begin() as session:
        (cycle,) = session.query(Cycle)
        cycle.activates_at, cycle.opens_at = NOON - DAY, NOON + DAY
        cycle.state = "launched"
    assert rater.post("start").status_code == 200
    for step in ("start", "form"):
        answer = rater.post(step, kiosk="1")
        assert answer.status_code == 403
        assert "opens on 25 November 2026" in answer.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("7K3M-Q9TX-2HD", "A code has 12 letters and digits; 11 were typed."),
        ("7K3M-Q9TX-2HDAA", "13 were typed."),
        ("7K3M-Q9TX-2HDU", "No code has U."),
        ("ĐK3M-Q9TX-2HDẬ", "No code has Đ Ậ."),
    ],
)
def test_a_mistyped_code_is_told_without_asking_for_it(
    rater: Rater, shop: Workshop, typed: str, told: str
) -> None:
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, text: str, *_rest: object) -> None:
        asked.append(text)

    event.listen(shop.engine, "before_cursor_execute", listen)
    answer = rater.post("start", code=typed)
    event.remove(shop.engine, "before_cursor_execute", listen)
    assert answer.status_code == 404
    assert told in answer.text
    assert asked == []


def test_look_alikes_are_read_as_meant(rater: Rater) -> None:
    typed = rater.code.replace("0", "o").replace("1", "l")
    assert rater.post("start", code=typed).status_code == 200


def test_tries_are_limited_by_the_beginning_of_the_code_and_nothing_else(
    app: Flask,
) -> None:
    def status(code: str, **sent: object) -> int:
        data = {"code": code}
        return app.test_client().post("/en/start", data=data, **sent).status_code

    for n in range(CODES_OF_ONE_BEGINNING.amount):
        address = {"REMOTE_ADDR": f"10.0.0.{n}"}
        assert status(f"7K3M00000{n:03}", environ_base=address) == 404
    assert status("7K3M00000999", environ_base={"REMOTE_ADDR": "10.1.1.1"}) == 429
    assert status("7K3N00000999", environ_base={"REMOTE_ADDR": "10.0.0.1"}) == 404
