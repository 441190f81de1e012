"""The way of somebody who was asked, as the browser sees it without JavaScript."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from survey.models.cycle import Cycle, CycleLeader, Scope
from survey.models.invitation import Collected, Invitation
from survey.models.people import Organisation
from survey.worker import Workshop
from tests.conftest import DAY, NOON, MakeCycle, add_team, codes_of
from tests.survey.web.conftest import set_clock
from tests.survey.web.parsed import Parsed
from tests.survey.web.raters import Rater, checked, everything, n_answers, rater_of

ALL_ANSWERED = {f"i-{code}": "3" for code in ("A1", "A2", "A3", "G1", "G2")}
STEPS = ("start", "form", "send", "decline")
LANGUAGES = pytest.mark.parametrize("language", ["en", "vi"])


@LANGUAGES
def test_every_page_has_one_heading_and_one_main_in_its_language(
    rater: Rater, language: str
) -> None:
    for step in STEPS:
        page = rater.page(step, language)
        assert page.one("html").get("lang") == language
        assert page.one("h1").is_inside(page.one("main"))
        assert page.repeated_ids() == []
        assert page.one("title").text.strip().endswith("– Hansei")


@LANGUAGES
def test_without_javascript_pages_say_confidential_and_never_claim_anonymity(
    rater: Rater, language: str
) -> None:
    said = {"en": "confidential, not anonymous", "vi": "bảo mật, không phải ẩn danh"}
    start = rater.page("start", language).one("noscript").text
    for text in (start, rater.post("form", language).text):
        assert said[language] in text
        rest = text.replace(said[language], "")
        assert not re.search("anonym|ẩn danh", rest, re.IGNORECASE)


@LANGUAGES
def test_only_where_the_browser_seals_a_page_says_anonymous(
    rater: Rater, language: str
) -> None:
    sealing = rater.page("start", language).one("div", id="sealing")
    assert "hidden" in sealing.attributes
    assert {"en": "are anonymous", "vi": "ẩn danh"}[language] in sealing.text
    assert "JavaScript" not in sealing.text


def test_the_start_page_says_who_is_rated_by_whom_and_for_how_long(
    rater_of_43: Rater,
) -> None:
    html = " ".join(rater_of_43.post("start").text.split())
    assert "Feedback for Lan" in html
    assert "You answer as: team member" in html
    assert "9 people are invited to rate Lan." in html
    assert "Member 3 of Lan" in html
    assert "About 8 minutes. 43 statements, 2 optional questions." in html


def test_opening_spends_nothing(rater: Rater, shop: Workshop) -> None:
    before = everything(shop)
    for step in STEPS:
        rater.post(step)
    assert everything(shop) == before


def test_codes_are_forgiving(rater: Rater) -> None:
    plain = rater.code.replace("-", "")
    for typed in (rater.code.lower(), plain, f" {plain[:4]} {plain[4:]} "):
        assert rater.post("start", code=typed).status_code == 200


@LANGUAGES
def test_an_unknown_code_is_explained_beside_the_field(
    rater: Rater, language: str
) -> None:
    answer = rater.post("start", language, code="0000 0000 0000")
    page = Parsed(answer.text)
    assert answer.status_code == 404
    assert page.one("input", name="code").get("value") == "0000 0000 0000"
    assert page.one("input", name="code").get("aria-invalid") == "true"
    assert page.one("title").text.startswith({"en": "Error:", "vi": "Lỗi:"}[language])


def test_a_closed_survey_says_so(
    rater: Rater, monkeypatch: pytest.MonkeyPatch, shop: Workshop
) -> None:
    set_clock(monkeypatch, NOON + 7 * DAY)
    for step in STEPS:
        answer = rater.post(step, **ALL_ANSWERED)
        assert answer.status_code == 410
        assert "This survey is closed." in answer.text
    assert n_answers(shop) == 0


def test_a_survey_that_opens_later_names_the_day(rater: Rater, shop: Workshop) -> None:
    with shop.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        cycle.state, cycle.opens_at = "launched", NOON + DAY
    answer = rater.post("start", "vi")
    assert answer.status_code == 403
    assert "mở vào ngày 25 tháng 11, 2026" in answer.text


def test_a_cycle_that_forbids_this_path_says_why(
    app: Flask, shop: Workshop, open_cycle: MakeCycle
) -> None:
    cycle_id = open_cycle(sizes={"Lan": 9}, server_path_allowed=False)
    rater = Rater(app.test_client(), codes_of(shop, cycle_id)[0], (str(uuid4()),))
    for step in ("form", "send"):
        answer = rater.post(step, **ALL_ANSWERED)
        assert answer.status_code == 403
        assert "Switch JavaScript on" in answer.text
    without = rater.page("start").one("noscript")
    assert "Switch JavaScript on" in without.text
    assert "confidential" not in without.text
    assert n_answers(shop) == 0


def test_a_code_opens_its_own_leaders_only(rater: Rater) -> None:
    for scope in ("", "nonsense", str(uuid4())):
        assert rater.post("form", scope=scope).status_code == 404
        assert rater.post("send", scope=scope, **ALL_ANSWERED).status_code == 404


@LANGUAGES
def test_skipped_statements_are_named_with_links_then_may_stay_skipped(
    rater: Rater, shop: Workshop, language: str
) -> None:
    given = {"i-A1": "5", "i-A2": "x", "i-G1": "1"}
    page = rater.page("send", language, **given)
    number = {"en": "2 statements have no answer", "vi": "Còn 2 câu chưa trả lời"}
    assert number[language] in page.one("section", **{"class": "notice"}).text
    links = {a.get("href") for a in page.all("a") if (a.get("href") or "")[1:2] == "i"}
    assert links == {"#i-A3", "#i-G2"}
    assert all(page.one("input", id=link[1:]) for link in links)
    assert checked(page) == given
    assert n_answers(shop) == 0
    assert rater.post("send", language, send_anyway="1", **given).status_code == 200
    assert n_answers(shop) == 1


def test_no_answer_at_all_may_be_sent_too(rater: Rater, shop: Workshop) -> None:
    assert "5 statements have no answer" in rater.post("send").text
    assert "Thank you." in rater.post("send", send_anyway="1").text
    assert n_answers(shop) == 1


def test_a_whole_answer_is_sent_at_once_and_kept_once(
    rater: Rater, shop: Workshop
) -> None:
    thanks = " ".join(rater.post("send", **ALL_ANSWERED).text.split())
    assert "Your answers have been sent." in thanks
    assert "The survey closes on 1 December 2026." in thanks
    assert "Lan receives a summary if 5 or more people answered." in thanks
    assert n_answers(shop) == 1


def test_the_first_answer_stands(rater: Rater, shop: Workshop) -> None:
    rater.post("send", **ALL_ANSWERED)
    again = rater.post("send", **ALL_ANSWERED)
    assert again.status_code == 200
    assert "The first answer stands." in again.text
    anew = rater.post("send", "vi", **ALL_ANSWERED)
    assert "Câu trả lời đầu tiên được giữ nguyên." in anew.text
    assert n_answers(shop) == 1


def test_before_sending_a_used_code_looks_like_a_fresh_one(rater: Rater) -> None:
    fresh = [rater.post(step).data for step in STEPS]
    rater.post("send", **ALL_ANSWERED)
    assert [rater.post(step).data for step in STEPS] == fresh


def two_leaders(shop: Workshop, rater: Rater) -> None:
    """Let the rater's code stand for a second leader of the same cycle too."""
    with shop.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        team = add_team(session, "Minh", 5)
        leader = CycleLeader(cycle_id=cycle.id, person_id=team.leader_id, name="Minh")
        first = session.scalars(select(Scope).where(Scope.group == "team")).first()
        scope = Scope(
            cycle_id=cycle.id, group="team", n_invited=5, box_key=first.box_key
        )
        leader.scopes.append(scope)
        session.add(leader)
        session.flush()
        invitation = session.scalars(
            select(Invitation)
            .join(Collected)
            .where(Collected.scope_id == first.id)
            .order_by(Invitation.id)
        ).all()
        for each in invitation:
            each.collected.append(Collected(scope_id=scope.id))


def test_several_leaders_are_rated_one_after_the_other(
    rater: Rater, shop: Workshop
) -> None:
    two_leaders(shop, rater)
    start = rater.page("start")
    scopes = {b.get("value") for b in start.all("button", name="scope")}
    (other,) = scopes - {rater.scopes[0]}
    assert "Each leader sees results of a group only when 5" in start.html
    assert "Only 5 people can rate Minh here." in " ".join(start.html.split())
    thanks = rater.page("send", **ALL_ANSWERED)
    assert thanks.one("input", name="scope").get("value") == other
    assert thanks.one("input", name="done").get("value") == rater.scopes[0]
    last = rater.page("send", scope=other, done=rater.scopes[0], **ALL_ANSWERED)
    assert last.all("input", name="scope") == []
    assert n_answers(shop) == 2


def test_who_does_not_take_part_reads_that_nobody_is_told(rater: Rater) -> None:
    page = rater.page("decline")
    assert "nobody is informed" in page.one("main").text
    assert page.one("input", name="code").get("value") == rater.code


def test_a_cycle_in_one_language_is_shown_in_it(
    app: Flask, shop: Workshop, open_cycle: MakeCycle
) -> None:
    rater = rater_of(app, shop, open_cycle(sizes={"Lan": 9}, languages=("vi",)))
    page = rater.page("form", "en")
    assert page.one("html").get("lang") == "vi"
    assert "Không bao giờ" in page.html
    assert [b for b in page.all("button") if b.get("lang")] == []


@pytest.mark.parametrize(
    ("wanted", "language"), [("vi-VN,vi;q=0.9", "vi"), ("en-US", "en"), ("fr", "en")]
)
def test_the_first_page_follows_the_browsers_language(
    app: Flask, wanted: str, language: str
) -> None:
    client = app.test_client()
    headers = {"Accept-Language": wanted}
    first = client.get("/", headers=headers)
    assert first.location == f"/{language}/"
    assert "Accept-Language" in first.headers["Vary"]
    link = Parsed(client.get("/s", headers=headers).text)
    assert link.one("html").get("lang") == language
    assert link.one("form").get("action") == f"/{language}/start"


def test_an_address_typed_by_hand_leads_back_to_the_code(app: Flask) -> None:
    for step in STEPS:
        answer = app.test_client().get(f"/vi/{step}")
        assert (answer.status_code, answer.location) == (302, "/vi/")


def test_a_code_never_stands_in_an_address(rater: Rater) -> None:
    for step in STEPS:
        page = rater.page(step)
        addresses = [
            e.get(name)
            for e in page.elements
            for name in ("href", "action", "formaction")
            if e.get(name)
        ]
        assert not [a for a in addresses if rater.code in a or rater.scopes[0] in a]


def test_a_made_up_company_is_called_so(rater: Rater, shop: Workshop) -> None:
    with shop.sessions.begin() as session:
        session.scalars(select(Organisation)).one().is_made_up = True
    for step in STEPS:
        assert "This company is made up" in rater.post(step).text


def test_the_privacy_notice_is_linked_from_every_page(
    rater: Rater, shop: Workshop
) -> None:
    notice = "https://example.org/privacy"
    with shop.sessions.begin() as session:
        session.scalars(select(Organisation)).one().privacy_notice = notice
    for step in STEPS:
        assert rater.page(step).one("a", href=notice).text == "Privacy notice"
